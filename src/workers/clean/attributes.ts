import { LIMITS } from './limits.js';
import type { Attributes, Page } from './page.js';
import { tidy } from './text.js';

/** Class, id, role and itemprop in lower case: what an element says of itself. */
export function hintOf({ class: classes, id, role, itemprop }: Attributes): string {
  if (!classes && !id && !role && !itemprop) return '';
  // Put together, it is a string of its own: a slice of the markup, once remembered, would keep the whole page in memory.
  return `${id ?? ''} ${itemprop ?? ''} ${role ?? ''} ${classes ?? ''}`.slice(0, 160).toLowerCase();
}

/** Keeps what a meta element says, under each of its names. */
export function keepMeta(page: Page, attributes: Attributes): void {
  const content = attributes.content;
  if (content === undefined || page.metas.size > LIMITS.metas) return;
  for (const key of [attributes.property, attributes.name, attributes.itemprop, attributes['http-equiv']]) {
    if (!key) continue;
    const name = key.toLowerCase().trim();
    const known = page.metas.get(name);
    if (known === undefined) page.metas.set(name, [content]);
    else if (known.length < 30) known.push(content);
  }
}

/** Keeps where a picture stands and what its markup says of it. */
export function keepPicture(page: Page, node: number, attributes: Attributes | null): void {
  if (!attributes) return;
  const lazy = attributes['data-src'] ?? attributes['data-original'] ?? attributes['data-lazy-src'];
  const url = lazy ?? attributes.src;
  if (!url || url.startsWith('data:') || page.pictures.length >= LIMITS.pictures) return;
  const width = Number.parseInt(attributes.width ?? '', 10);
  page.pictures.push({
    node,
    url,
    alt: tidy(attributes.alt ?? ''),
    width: Number.isFinite(width) ? width : 0,
    position: page.segments.length,
  });
}
