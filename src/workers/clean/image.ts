import type { CleanArticle } from '../../shared/model/article.js';
import type { Body } from './body.js';
import type { Measured } from './features.js';
import type { LinkedData } from './jsonld.js';
import { Signal } from './signals.js';
import { absoluteUrl, tidy } from './text.js';
import { meta } from './title.js';

/** Pictures of the site rather than of the article. */
const ORNAMENT =
  /(?:^|[^a-z])logos?(?![a-z])|logo[-_.\d]|[-_]logo|icons?[-_./]|favicon|sprite|avatar|gravatar|placeholder|spacer|pixel\.|blank\.|default[-_](?:image|img|share|og)|\.svg(?:$|\?)/i;

/** The picture that stands for the article, with the caption that the page prints under it. */
export function findImage(
  measured: Measured,
  data: LinkedData,
  body: Body,
  base: string | null,
): CleanArticle['leadImage'] {
  const { page } = measured;
  const stated = meta(page, 'og:image') ?? meta(page, 'og:image:url') ?? meta(page, 'twitter:image') ?? data.image;
  const near = page.pictures.find(
    (picture) =>
      !ORNAMENT.test(picture.url) &&
      picture.position >= body.first - 12 &&
      picture.position <= body.last &&
      (picture.width === 0 || picture.width >= 200),
  );
  const meant = stated !== null && !ORNAMENT.test(stated) ? stated : null;
  const url = absoluteUrl(meant, base) ?? absoluteUrl(near?.url, base);
  if (!url) return null;
  const key = fileKey(url);
  const shown = page.pictures.find((picture) => fileKey(picture.url) === key) ?? null;
  const caption = shown ? captionOf(measured, shown.node, shown.position) : null;
  return { url, caption: caption ?? (meant ? tidy(meta(page, 'og:image:alt') ?? '') || null : null) };
}

/** File name without sizes: the same picture is served in many. */
const fileKey = (url: string): string =>
  (/([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? url).replace(/-\d+x\d+(?=\.)|@2x/g, '').toLowerCase();

function captionOf(measured: Measured, image: number, position: number): string | null {
  const { page, signals } = measured;
  for (const segment of page.segments.slice(position, position + 3)) {
    const caption =
      page.tags[segment.node] === 'figcaption' ||
      page.tags[page.parents[segment.node] ?? 0] === 'figcaption' ||
      ((signals[segment.node] ?? 0) & Signal.caption) !== 0;
    if (caption && segment.text.length < 600 && Math.abs(segment.node - image) < 40) return segment.text;
  }
  return null;
}
