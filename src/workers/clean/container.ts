import type { Page } from './page.js';
import { Signal } from './signals.js';

/** Sums over the segments under each element. */
export interface Masses {
  /** Sizes (see `Counts`), of which in links. */
  chars: Float64Array;
  linkChars: Float64Array;
  segments: Float64Array;
  /** Readability-like score: paragraphs give to their parent fully and to the grandparent by half. */
  scores: Float64Array;
}

/** An element that may hold the body, for each way of looking for one; -1 where that way finds none. */
export interface Candidates {
  /** The element marked as the body (itemprop=articleBody, or a class that says so) with the most text. */
  marked: number;
  /** The `<article>` with the most text. */
  article: number;
  /** `<main>` or role=main. */
  main: number;
  /** The best by paragraph score. */
  dense: number;
  /** The lowest element that holds most of the page's paragraph text. */
  common: number;
}

const PARAGRAPHS = new Set(['p', 'pre', 'blockquote', 'td', 'div', 'section', 'li']);

/** Weighs every element of the page. Linear in elements and segments. */
export function weigh(page: Page): Masses {
  const size = page.tags.length;
  const masses: Masses = {
    chars: new Float64Array(size),
    linkChars: new Float64Array(size),
    segments: new Float64Array(size),
    scores: new Float64Array(size),
  };
  for (const segment of page.segments) {
    const { node, counts } = segment;
    add(masses.chars, node, counts.size);
    add(masses.linkChars, node, (segment.linkChars / segment.text.length) * counts.size);
    add(masses.segments, node, 1);
    if (counts.size < 25 || !PARAGRAPHS.has(page.tags[node] ?? '')) continue;
    if (segment.linkChars > segment.text.length / 2) continue;
    const score = 1 + counts.commas + Math.min(3, counts.size / 100);
    const own = page.tags[node] === 'p' ? (page.parents[node] ?? 0) : node;
    add(masses.scores, own, score);
    add(masses.scores, Math.max(0, page.parents[own] ?? 0), score / 2);
  }
  for (let node = size - 1; node > 0; node--) {
    const parent = page.parents[node] ?? 0;
    add(masses.chars, parent, masses.chars[node] ?? 0);
    add(masses.linkChars, parent, masses.linkChars[node] ?? 0);
    add(masses.segments, parent, masses.segments[node] ?? 0);
  }
  return masses;
}

/** Weakens the scores of what is full of links or called a sidebar, comments and the like. */
export function weaken(masses: Masses, signals: Int32Array): void {
  const weakening =
    Signal.comment | Signal.sidebar | Signal.related | Signal.footer | Signal.menu | Signal.dialog | Signal.consent;
  for (let node = 0; node < signals.length; node++) {
    const chars = masses.chars[node] ?? 0;
    if (chars === 0) continue;
    let score = (masses.scores[node] ?? 0) * (1 - (masses.linkChars[node] ?? 0) / chars);
    const bits = signals[node] ?? 0;
    if (bits & weakening && !(bits & Signal.body)) score *= 0.4;
    if (bits & Signal.body) score *= 1.3;
    masses.scores[node] = score;
  }
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}

/** Looks for the body in five ways. */
export function findCandidates(page: Page, signals: Int32Array, masses: Masses): Candidates {
  const found: Candidates = { marked: -1, article: -1, main: -1, dense: -1, common: -1 };
  const best = { marked: 0, article: 0, main: 0, dense: 0 };
  const offer = (way: 'marked' | 'article' | 'main' | 'dense', node: number, weight: number): void => {
    if (weight <= best[way]) return;
    best[way] = weight;
    found[way] = node;
  };
  for (let node = 1; node < page.tags.length; node++) {
    const plain = (masses.chars[node] ?? 0) - (masses.linkChars[node] ?? 0);
    if (plain < 80) continue;
    const tag = page.tags[node];
    if (tag === 'body' || tag === 'html') continue;
    const bits = signals[node] ?? 0;
    const itemprop = page.attributes[node]?.itemprop ?? '';
    if (/articlebody/i.test(itemprop)) offer('marked', node, plain * 4);
    else if (bits & Signal.body && !(bits & (Signal.comment | Signal.teaser | Signal.sidebar)))
      offer('marked', node, plain);
    if (tag === 'article') offer('article', node, plain);
    if (tag === 'main' || page.attributes[node]?.role === 'main') offer('main', node, plain);
    offer('dense', node, masses.scores[node] ?? 0);
  }
  found.common = commonAncestor(page);
  return found;
}

/** The lowest element that holds at least 70 % of the text of long, unlinked segments. */
function commonAncestor(page: Page): number {
  const sums = new Float64Array(page.tags.length);
  let total = 0;
  for (const segment of page.segments) {
    const { size } = segment.counts;
    if (size < 60 || segment.linkChars * 3 > segment.text.length) continue;
    add(sums, segment.node, size);
    total += size;
  }
  if (total === 0) return -1;
  let lowest = 0;
  for (let node = page.tags.length - 1; node > 0; node--) {
    const sum = sums[node] ?? 0;
    add(sums, page.parents[node] ?? 0, sum);
    if (sum >= 0.7 * total && lowest === 0) lowest = node;
  }
  return lowest;
}
