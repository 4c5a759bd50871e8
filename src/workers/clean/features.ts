import { type Candidates, findCandidates, type Masses, weaken, weigh } from './container.js';
import type { Page } from './page.js';
import { RowWriter } from './rows.js';
import { signalsOf } from './signals.js';

/** What is known of the page apart from its segments, when its body is looked for. */
export interface Knowledge {
  /** Folded. */
  title: string;
  description: string;
  /** The body as the page's own data gives it, folded; empty when it gives none. */
  body: string;
}

/** A page with everything that its segments are judged by. */
export interface Measured {
  page: Page;
  signals: Int32Array;
  masses: Masses;
  candidates: Candidates;
  /** Elements of the same tag, class and id have the same number; 0 for those without text. */
  kinds: Int32Array;
  /** One row a segment, with room for the second look's columns; null for those that are menus at a glance. */
  rows: (Float32Array | null)[];
}

/** Measures every segment of a page. Linear in elements, segments and text. */
export function measure(page: Page, knowledge: Knowledge): Measured {
  const masses = weigh(page);
  const { kinds, signals } = kindsOf(page, masses);
  weaken(masses, signals);
  const candidates = findCandidates(page, signals, masses);
  const measured: Measured = { page, signals, masses, candidates, kinds, rows: [] };
  measured.rows = new RowWriter(measured, knowledge).rows(dismissedOf(page));
  return measured;
}

/** Numbers the kinds of elements, and reads the class words of each kind once. */
function kindsOf(page: Page, masses: Masses): { kinds: Int32Array; signals: Int32Array } {
  const { tags, hints } = page;
  const kinds = new Int32Array(tags.length);
  const signals = new Int32Array(tags.length);
  const known = new Map<string, Map<string, number>>();
  const signalsOfKind: number[] = [0];
  for (let node = 1; node < kinds.length; node++) {
    if (masses.segments[node] === 0) continue;
    const tag = tags[node] ?? '';
    const hint = hints[node] ?? '';
    let ofHint = known.get(hint);
    if (!ofHint) {
      ofHint = new Map();
      known.set(hint, ofHint);
    }
    let kind = ofHint.get(tag);
    if (kind === undefined) {
      kind = signalsOfKind.push(hint ? signalsOf(hint) : 0) - 1;
      ofHint.set(tag, kind);
    }
    kinds[node] = kind;
    signals[node] = signalsOfKind[kind] ?? 0;
  }
  return { kinds, signals };
}

/** Links that stand in a row of links, and what stands in a `<nav>`, need no closer look. */
function dismissedOf(page: Page): Uint8Array {
  const { segments, tags, parents } = page;
  const dismissed = new Uint8Array(segments.length);
  const inNav = new Uint8Array(tags.length);
  for (let node = 1; node < tags.length; node++) {
    inNav[node] = tags[node] === 'nav' || inNav[parents[node] ?? 0] ? 1 : 0;
  }
  const bare = segments.map(
    ({ text, linkChars, node }) =>
      text.length < 70 && linkChars >= 0.95 * text.length && tags[node] !== 'p' && tags[node] !== 'h1',
  );
  for (let index = 0; index < segments.length; index++) {
    const run = bare[index] && (bare[index - 1] ?? true) && (bare[index + 1] ?? true);
    if (run || inNav[segments[index]?.node ?? 0]) dismissed[index] = 1;
  }
  return dismissed;
}
