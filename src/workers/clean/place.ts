import type { Body } from './body.js';
import type { Page } from './page.js';
import { fold } from './text.js';

/** Where the article stands among the segments of its page: what is said near its head is said of it. */
export interface Place {
  /** Position of its heading, or of its first segment. */
  head: number;
  /** Positions of the first and last segment of the body; -1 where none was kept. */
  first: number;
  last: number;
}

/** Of other articles, or of readers. */
const OTHERS = /comment|related|recommend|teaser|popular|recent|latest|carousel|disqus|testimonial/;
/** Beside the article or under it: what stands there may yet be said of it. One page builder calls every part a widget. */
const BESIDE = /sidebar|(?<!elementor-)widget|\bcards?\b|bookmark|(?<!post-|entry-|article-)footer/;

/** Finds the heading that says the title, the last one before the body; else the page's h1, else the body's first segment. */
export function placeOf(page: Page, body: Body, title: string | null): Place {
  const { first, last } = body;
  const folded = fold(title ?? '');
  let titled = -1;
  let heading = -1;
  page.segments.forEach(({ node, text }, index) => {
    const tag = page.tags[node] ?? '';
    const before = first < 0 || index <= first + 1;
    if (tag === 'h1' && (heading < 0 || before)) heading = index;
    if (/^h[1-4]$/.test(tag) && folded && text.length < 300 && (titled < 0 || before) && fold(text).includes(folded))
      titled = index;
  });
  // A heading far down in the body is that of another article; before it there may be a gallery.
  const lowest = first < 0 ? page.segments.length : (first + last) / 2;
  const head = [titled, heading].find((at) => at >= 0 && at <= lowest) ?? Math.max(0, first);
  return { head, first, last };
}

/** Whether an element belongs to other articles and readers ("others"), to side columns and the like ("beside"), or to neither. */
export function areaOf(page: Page, from: number): 'others' | 'beside' | null {
  let area: 'beside' | null = null;
  let footer = false;
  for (let node = from, steps = 0; node > 0 && steps < 6; node = page.parents[node] ?? 0, steps++) {
    const tag = page.tags[node];
    const hint = page.hints[node] ?? '';
    if (tag === 'nav') return 'others';
    if (tag === 'article' || tag === 'main') return /\bcomment/.test(hint) ? 'others' : area;
    if (tag === 'body') break;
    if (OTHERS.test(hint)) return 'others';
    if (tag === 'aside' || BESIDE.test(hint)) area = 'beside';
    footer ||= tag === 'footer';
  }
  // An article has a footer of its own; this one is the page's.
  return area ?? (footer ? 'beside' : null);
}

export const isAside = (page: Page, node: number): boolean => areaOf(page, node) !== null;

export const isWithin = (page: Page, node: number, ancestor: number): boolean => {
  let at = node;
  while (at > ancestor) at = page.parents[at] ?? 0;
  return at === ancestor;
};
