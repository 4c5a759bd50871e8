import { getDomainWithoutSuffix } from 'tldts';
import type { Knowledge } from './features.js';
import type { LinkedData } from './jsonld.js';
import type { Page } from './page.js';
import { fold } from './text.js';
import { meta } from './title.js';

/** The names by which a page may call its site: as stated, and from its address. */
export function siteNamesOf(page: Page, data: LinkedData, url: string | null): string[] {
  const domain = url ? getDomainWithoutSuffix(url) : null;
  const host = url && URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : null;
  const names = [
    meta(page, 'og:site_name'),
    data.siteName,
    data.publisher,
    meta(page, 'application-name'),
    meta(page, 'apple-mobile-web-app-title'),
    domain,
    host,
  ];
  return [...new Set(names.filter((name): name is string => name !== null && name.length > 1))];
}

/** What the search for the body knows of the page beforehand. */
export function knowledgeOf(page: Page, data: LinkedData, title: string | null): Knowledge {
  return {
    title: title ? fold(title) : '',
    description: fold(data.description ?? meta(page, 'og:description') ?? meta(page, 'description') ?? '').slice(
      0,
      1000,
    ),
    // Every segment is looked for in it: both are bounded, lest the product grow.
    body:
      data.body && data.body.length < 200_000 && page.segments.length < 1500
        ? fold(data.body.replace(/<[^<>]{1,500}>/g, ' '))
        : '',
  };
}
