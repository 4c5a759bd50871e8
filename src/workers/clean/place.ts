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

const ASIDE =
  /comment|related|recommend|sidebar|widget|teaser|\bcards?\b|popular|recent|latest|footer|bookmark|carousel|disqus|testimonial/;

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
  const head = titled >= 0 ? titled : heading >= 0 ? heading : Math.max(0, first);
  return { head, first, last };
}

/** Whether an element belongs to comments, teasers, side columns and the like. */
export function isAside(page: Page, from: number): boolean {
  for (let node = from, steps = 0; node > 0 && steps < 6; node = page.parents[node] ?? 0, steps++) {
    const tag = page.tags[node];
    const hint = page.hints[node] ?? '';
    if (tag === 'aside' || tag === 'nav') return true;
    if (tag === 'article' || tag === 'main' || tag === 'body') return /\bcomment/.test(hint);
    if (ASIDE.test(hint)) return true;
  }
  return false;
}

export const isWithin = (page: Page, node: number, ancestor: number): boolean => {
  let at = node;
  while (at > ancestor) at = page.parents[at] ?? 0;
  return at === ancestor;
};
