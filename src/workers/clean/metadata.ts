import type { CleanArticle } from '../../shared/model/article.js';
import { findAuthors } from './authors.js';
import type { Body } from './body.js';
import type { Measured } from './features.js';
import { findImage } from './image.js';
import type { LinkedData } from './jsonld.js';
import { placeOf } from './place.js';
import { findModified, findPublished } from './published.js';
import { regionalLanguage } from './region.js';
import { absoluteUrl, tidy } from './text.js';
import { meta, siteInTitle } from './title.js';

type Metadata = Pick<
  CleanArticle,
  | 'byline'
  | 'publishedAt'
  | 'publishedPrecision'
  | 'modifiedAt'
  | 'canonicalUrl'
  | 'siteName'
  | 'section'
  | 'description'
  | 'leadImage'
>;

interface Setting {
  url: string | null;
  siteNames: readonly string[];
  title: string | null;
  language: string;
}

/** Everything but title and text, each by its own cascade of places to look; null where the page does not say. */
export function findMetadata(measured: Measured, data: LinkedData, body: Body, setting: Setting): Metadata {
  const { page } = measured;
  const { url, siteNames, title } = setting;
  const base = absoluteUrl(page.base, url) ?? url;
  const place = placeOf(page, body, title);
  const language = regionalLanguage(page, url, setting.language);
  const published = findPublished(page, data, place, { url, language });
  const canonical = page.links.find(({ rel }) => rel === 'canonical')?.href ?? meta(page, 'og:url') ?? data.url;
  return {
    byline: findAuthors(page, data, place, siteNames),
    publishedAt: published?.iso ?? null,
    publishedPrecision: published?.precision ?? 'unknown',
    modifiedAt: findModified(page, data, language)?.iso ?? null,
    canonicalUrl: absoluteUrl(canonical, base),
    siteName: orNull(
      meta(page, 'og:site_name') ??
        data.publisher ??
        data.siteName ??
        meta(page, 'application-name') ??
        siteInTitle(page.documentTitle, url),
    ),
    section: orNull(meta(page, 'article:section') ?? data.section ?? meta(page, 'section')),
    description: orNull(
      meta(page, 'og:description') ??
        meta(page, 'description') ??
        data.description ??
        meta(page, 'twitter:description'),
    ),
    leadImage: findImage(measured, data, body, base),
  };
}

const orNull = (text: string | null): string | null => (text ? tidy(text) || null : null);
