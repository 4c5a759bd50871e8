import { count } from './characters.js';
import { ANCESTOR_COLUMN, ANCESTORS, ROW_WIDTH, SIGNALS, TAG_COLUMN, TAGS } from './columns.js';
import { type Candidates, findCandidates, type Masses, weaken, weigh } from './container.js';
import type { Page } from './page.js';
import { signalsOfAll } from './signals.js';
import { fold } from './text.js';

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

const BOILERPLATE =
  /cookie|copyright|all rights reserved|subscribe|newsletter|sign up|log ?in\b|read more|click here|follow us|share this|advertisement|sponsored|related (?:articles|posts|stories|news)|you (?:may|might) also|leave a (?:comment|reply)|privacy policy|terms of (?:use|service)|your email|min read|photo (?:by|credit)|image (?:credit|source)|getty images|originally (?:published|appeared)|learn more|download (?:the|our|now)|get started|back to top|filed under|about the author|written by|last updated|table of contents|kommentar|anmelden|abonnieren|weiterlesen|lesen sie auch|mehr zum thema|datenschutz|alle rechte|werbung|anzeige|teilen|quelle:|foto:|bild:|lire aussi|partager|s'abonner|tous droits|abonnez|suscr[ií]b|lea tambi[eé]n|compartir|derechos reservados|leggi anche|condividi|iscriviti|читайте также|подписывайтесь|поделиться|все права|abone ol|ilgili haber|payla[sş]|haklar[ıi] sakl[ıi]d[ıi]r|czytaj także|udostępnij|lees ook|läs också|les også/i;
const DATE = /\b(?:19|20)\d\d\b.{0,12}\b\d{1,2}\b|\b\d{1,2}\b.{0,14}\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b/;

/** Measures every segment of a page. Linear in elements, segments and text. */
export function measure(page: Page, knowledge: Knowledge): Measured {
  const masses = weigh(page);
  const signals = signalsOfAll(page.hints, masses.segments);
  weaken(masses, signals);
  const candidates = findCandidates(page, signals, masses);
  const kinds = kindsOf(page, masses);
  const context = new Context(page, signals, masses, candidates, kinds, knowledge);
  const dismissed = dismissedOf(page);
  const rows = page.segments.map((_, index) => (dismissed[index] ? null : context.row(index)));
  return { page, signals, masses, candidates, kinds, rows };
}

/** Above the number of kinds that a page can have, so that parent and kind make one number. */
const SIBLING_BASE = 1_048_576;

function kindsOf(page: Page, masses: Masses): Int32Array {
  const known = new Map<string, Map<string, number>>();
  const kinds = new Int32Array(page.tags.length);
  let next = 1;
  for (let node = 1; node < kinds.length; node++) {
    if ((masses.segments[node] ?? 0) === 0) continue;
    const tag = page.tags[node] ?? '';
    const hint = page.hints[node] ?? '';
    let ofTag = known.get(tag);
    if (!ofTag) {
      ofTag = new Map();
      known.set(tag, ofTag);
    }
    let kind = ofTag.get(hint);
    if (kind === undefined) {
      kind = next++;
      ofTag.set(hint, kind);
    }
    kinds[node] = kind;
  }
  return kinds;
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

const log = (value: number): number => Math.log1p(Math.max(0, value));
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** Page-wide sums that the rows of one page have in common. */
class Context {
  private readonly folded: string[];
  private readonly repeats = new Map<string, number>();
  private readonly kindCounts: Int32Array;
  private readonly before: Float64Array;
  private readonly ancestorBits: Int32Array;
  private readonly signalAbove: Int32Array;
  private readonly hiddenAbove: Uint8Array;
  private readonly within: Uint8Array;
  private readonly siblings = new Map<number, number>();
  private readonly paragraphChars: Float64Array;
  private readonly total: number;
  private readonly heading: number;
  private readonly articles: number;
  private readonly denseSpan: { first: number; last: number };

  constructor(
    private readonly page: Page,
    private readonly signals: Int32Array,
    private readonly masses: Masses,
    private readonly candidates: Candidates,
    private readonly kinds: Int32Array,
    private readonly knowledge: Knowledge,
  ) {
    const { segments, tags, parents } = page;
    this.folded = segments.map((segment) =>
      segment.text.length < (knowledge.body ? 3000 : 300) ? fold(segment.text) : '',
    );
    for (const text of this.folded) if (text) this.repeats.set(text, (this.repeats.get(text) ?? 0) + 1);
    const size = tags.length;
    this.ancestorBits = new Int32Array(size);
    this.signalAbove = new Int32Array(size);
    this.hiddenAbove = new Uint8Array(size);
    this.within = new Uint8Array(size);
    this.kindCounts = new Int32Array(size + 1);
    this.paragraphChars = new Float64Array(size);
    for (let node = 1; node < size; node++) this.inherit(node, parents[node] ?? 0);
    this.before = new Float64Array(segments.length + 1);
    let heading = -1;
    segments.forEach((segment, index) => {
      this.before[index + 1] = (this.before[index] ?? 0) + segment.text.length;
      if (heading < 0 && tags[segment.node] === 'h1') heading = index;
      if (tags[segment.node] === 'p') this.addParagraph(segment.node, segment.text.length);
    });
    this.heading = heading;
    this.total = this.before[segments.length] ?? 0;
    this.articles = tags.reduce((sum, tag) => sum + (tag === 'article' ? 1 : 0), 0);
    this.denseSpan = this.spanOf(8);
  }

  private addParagraph(node: number, chars: number): void {
    const parent = this.page.parents[node] ?? 0;
    this.paragraphChars[parent] = (this.paragraphChars[parent] ?? 0) + chars;
  }

  private spanOf(bit: number): { first: number; last: number } {
    let first = -1;
    let last = -1;
    this.page.segments.forEach((segment, index) => {
      if (!((this.within[segment.node] ?? 0) & bit)) return;
      if (first < 0) first = index;
      last = index;
    });
    return { first, last };
  }

  private inherit(node: number, parent: number): void {
    const tag = this.page.tags[node] ?? '';
    const own = ANCESTOR_COLUMN.get(tag);
    this.ancestorBits[node] = (this.ancestorBits[parent] ?? 0) | (own === undefined ? 0 : 1 << own);
    const { marked, article, main, dense, common } = this.candidates;
    let within = this.within[parent] ?? 0;
    if (node === marked) within |= 1;
    if (node === article) within |= 2;
    if (node === main) within |= 4;
    if (node === dense) within |= 8;
    if (node === common) within |= 16;
    this.within[node] = within;
    // What stands above the page's common trunk (body class="with-sidebar") says nothing of a part of it.
    const trunk = node === common || (this.masses.chars[node] ?? 0) > 0.75 * (this.masses.chars[0] ?? 0);
    this.signalAbove[node] = trunk ? 0 : (this.signalAbove[parent] ?? 0) | (this.signals[node] ?? 0);
    const attributes = this.page.attributes[node];
    const hidden =
      attributes !== null &&
      attributes !== undefined &&
      (attributes.hidden !== undefined ||
        attributes['aria-hidden'] === 'true' ||
        (attributes.style !== undefined && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attributes.style)));
    this.hiddenAbove[node] = hidden || this.hiddenAbove[parent] ? 1 : 0;
    const kind = this.kinds[node] ?? 0;
    if (kind === 0) return;
    this.kindCounts[kind] = (this.kindCounts[kind] ?? 0) + 1;
    const sibling = parent * SIBLING_BASE + kind;
    this.siblings.set(sibling, (this.siblings.get(sibling) ?? 0) + 1);
  }

  row(index: number): Float32Array {
    const { page, masses } = this;
    const segment = page.segments[index];
    const row = new Float32Array(ROW_WIDTH);
    if (!segment) return row;
    const { node, text } = segment;
    let at = 0;
    const put = (value: number): void => {
      row[at++] = value;
    };
    const flag = (value: boolean): void => put(value ? 1 : 0);
    const parent = Math.max(0, page.parents[node] ?? 0);
    const grand = Math.max(0, page.parents[parent] ?? 0);
    const { words, digits, capitals, commas, sentences } = count(text);
    const folded = this.folded[index] ?? '';
    const linkShare = share(segment.linkChars, text.length);
    put(log(text.length));
    put(log(words));
    put(share(text.length, words));
    put(linkShare);
    put(segment.links);
    put(share(segment.boldChars, text.length));
    flag(/[.!?…。।؟]["'”’»)\]]{0,3}$/.test(text.slice(-4)));
    flag(/[:：]$/.test(text.slice(-1)));
    put(log(sentences));
    put(share(commas, words));
    put(share(digits, text.length));
    put(share(capitals, text.length));
    flag(/^\p{Ll}/u.test(text));
    flag(text.length < 1000 && /[©®™]|\(c\)/i.test(text));
    flag(text.length < 400 && BOILERPLATE.test(text));
    flag(text.length < 200 && DATE.test(text));
    flag(/[?!]$/.test(text.slice(-1)));
    flag(text.length < 1000 && /[|›»→«←▶•·]/.test(text));
    const { title, description, body } = this.knowledge;
    flag(title !== '' && folded === title);
    flag(
      folded.length > 12 && title !== '' && (title.includes(folded) || (folded.length < 250 && folded.includes(title))),
    );
    put(body === '' || folded === '' ? 0 : body.includes(folded) ? 1 : -1);
    put(log(body.length));
    flag(
      folded.length > 30 &&
        description !== '' &&
        (description.includes(folded) || (folded.length < 600 && folded.includes(description))),
    );
    put(folded ? (this.repeats.get(folded) ?? 0) : 0);
    put(share(index, page.segments.length));
    put(share(this.before[index] ?? 0, this.total));
    put(this.heading < 0 ? 0 : index > this.heading ? 1 : -1);
    put(this.heading < 0 ? -1 : Math.min(60, Math.max(-1, index - this.heading)));
    put(page.depths[node] ?? 0);
    this.putPlace(put, index, node);
    const parentChars = masses.chars[parent] ?? 0;
    put(log(parentChars));
    put(share(masses.linkChars[parent] ?? 0, parentChars));
    put(log(masses.segments[parent] ?? 0));
    put(log(masses.chars[grand] ?? 0));
    put(share(masses.linkChars[grand] ?? 0, masses.chars[grand] ?? 0));
    const kind = this.kinds[node] ?? 0;
    put(log(this.siblings.get(parent * SIBLING_BASE + kind) ?? 0));
    put(log(this.kindCounts[kind] ?? 0));
    this.putNeighbours(put, index, parent);
    put(share(this.paragraphChars[parent] ?? 0, parentChars));
    put(share(masses.chars[Math.max(0, this.candidates.dense)] ?? 0, this.total));
    put(log(page.segments.length));
    put(log(this.total));
    flag(page.tags[node] === 'li' && linkShare > 0.6);
    put(this.hiddenAbove[node] ?? 0);
    put(Math.min(30, this.articles));
    put(share(parentChars, this.total));
    flag(/^h[1-6]$/.test(page.tags[page.segments[index - 1]?.node ?? 0] ?? ''));
    flag(/^h[1-6]$/.test(page.tags[page.segments[index + 1]?.node ?? 0] ?? ''));
    flag(linkShare > 0.95);
    put(share(text.length, this.total));
    this.putKind(row, at, node, parent, grand);
    return row;
  }

  private putPlace(put: (value: number) => void, index: number, node: number): void {
    const within = this.within[node] ?? 0;
    let ways = 0;
    for (const [bit, candidate] of [
      [1, this.candidates.marked],
      [2, this.candidates.article],
      [4, this.candidates.main],
      [8, this.candidates.dense],
      [16, this.candidates.common],
    ] as const) {
      const inside = (within & bit) !== 0;
      put(candidate < 0 ? 0 : inside ? 1 : -1);
      if (inside) ways++;
    }
    const { first, last } = this.denseSpan;
    put(first < 0 ? 0 : (index - first) / Math.max(1, last - first));
    let steps = 0;
    for (let at = node; at > 0 && at !== this.candidates.dense && steps < 12; at = this.page.parents[at] ?? 0) steps++;
    put(steps);
    put(ways);
  }

  private putNeighbours(put: (value: number) => void, index: number, parent: number): void {
    const { segments, parents } = this.page;
    const previous = segments[index - 1];
    const next = segments[index + 1];
    put(log(previous?.text.length ?? 0));
    put(log(next?.text.length ?? 0));
    put(previous ? share(previous.linkChars, previous.text.length) : -1);
    put(next ? share(next.linkChars, next.text.length) : -1);
    put(log(segments[index - 2]?.text.length ?? 0));
    put(log(segments[index + 2]?.text.length ?? 0));
    put(previous && parents[previous.node] === parent ? 1 : 0);
    put(next && parents[next.node] === parent ? 1 : 0);
    let chars = 0;
    let linked = 0;
    for (let at = Math.max(0, index - 4); at <= index + 4; at++) {
      const near = segments[at];
      if (!near || at === index) continue;
      chars += near.text.length;
      linked += near.linkChars;
    }
    put(log(chars - linked));
    put(share(linked, chars));
  }

  private putKind(row: Float32Array, from: number, node: number, parent: number, grand: number): void {
    // Rows begin as zeros: only what holds is written.
    let at = from;
    const tag = TAG_COLUMN.get(this.page.tags[node] ?? '');
    if (tag !== undefined) row[at + tag] = 1;
    at += TAGS.length;
    for (let bits = this.ancestorBits[node] ?? 0, column = 0; bits !== 0; bits >>>= 1, column++)
      row[at + column] = bits & 1;
    at += ANCESTORS.length;
    let near = (this.signals[node] ?? 0) | (this.signals[parent] ?? 0) | (this.signals[grand] ?? 0);
    for (let column = 0; near !== 0; near >>>= 1, column++) row[at + column] = near & 1;
    at += SIGNALS.length;
    for (let bits = this.signalAbove[node] ?? 0, column = 0; bits !== 0; bits >>>= 1, column++)
      row[at + column] = bits & 1;
  }
}
