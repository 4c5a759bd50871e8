import { endsSentence } from './characters.js';
import { ANCESTOR_COLUMN, ANCESTORS, ROW_WIDTH, SIGNALS, TAG_COLUMN, TAGS } from './columns.js';
import type { Candidates } from './container.js';
import type { Knowledge, Measured } from './features.js';
import type { Attributes, Page, Segment } from './page.js';
import { fold } from './text.js';
import { DATE, isBoilerplate } from './wording.js';

const HEADING = /^h[1-6]$/;
const HIDDEN_STYLE = /display\s*:\s*none|visibility\s*:\s*hidden/i;

/** Above the number of kinds that a page can have, so that parent and kind make one number. */
const SIBLING_BASE = 1_048_576;
/** The ways of looking for the body, each with its bit. */
const WAYS: readonly (keyof Candidates)[] = ['marked', 'article', 'main', 'dense', 'common'];

const log = (value: number): number => Math.log1p(Math.max(0, value));
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

const isHidden = (attributes: Attributes | null | undefined): boolean =>
  attributes !== null &&
  attributes !== undefined &&
  (attributes.hidden !== undefined ||
    attributes['aria-hidden'] === 'true' ||
    (attributes.style !== undefined && HIDDEN_STYLE.test(attributes.style)));

/** Where the segments of something begin and end. */
interface Span {
  first: number;
  last: number;
}
const placeIn = ({ first, last }: Span, index: number): number =>
  first < 0 ? 0 : (index - first) / Math.max(1, last - first);

/** Writes the rows of one page: the columns in the order of `columns.ts`. */
export class RowWriter {
  private readonly page: Page;
  private readonly repeats = new Map<string, number>();
  private readonly kindCounts: Int32Array;
  private readonly kindSizes: Float64Array;
  private readonly before: Float64Array;
  private readonly ancestorBits: Int32Array;
  private readonly signalAbove: Int32Array;
  private readonly hiddenAbove: Uint8Array;
  private readonly within: Uint8Array;
  private readonly isHeading: Uint8Array;
  private readonly pictured: Uint8Array;
  private readonly siblings = new Map<number, number>();
  private readonly paragraphChars: Float64Array;
  private readonly firstOf: Int32Array;
  private readonly lastOf: Int32Array;
  private readonly total: number;
  private readonly heading: number;
  private readonly articles: number;
  private readonly spans: Record<'dense' | 'article' | 'marked', Span>;
  private row = new Float32Array(0);
  private at = 0;

  constructor(
    private readonly measured: Measured,
    private readonly knowledge: Knowledge,
  ) {
    const { page } = measured;
    const { segments, tags, parents } = page;
    this.page = page;
    const size = tags.length;
    this.ancestorBits = new Int32Array(size);
    this.signalAbove = new Int32Array(size);
    this.hiddenAbove = new Uint8Array(size);
    this.within = new Uint8Array(size);
    this.kindCounts = new Int32Array(size + 1);
    this.kindSizes = new Float64Array(size + 1);
    this.paragraphChars = new Float64Array(size);
    this.firstOf = new Int32Array(size).fill(-1);
    this.lastOf = new Int32Array(size);
    for (let node = 1; node < size; node++) this.inherit(node, parents[node] ?? 0);
    this.before = new Float64Array(segments.length + 1);
    this.isHeading = new Uint8Array(segments.length + 1);
    this.pictured = new Uint8Array(segments.length + 1);
    for (const { position } of page.pictures) this.pictured[position] = 1;
    let heading = -1;
    for (let index = 0; index < segments.length; index++) {
      const segment = segments[index];
      if (segment) heading = this.meet(segment, index, heading);
    }
    for (let node = size - 1; node > 0; node--) this.widen(parents[node] ?? 0, node);
    this.heading = heading;
    this.total = this.before[segments.length] ?? 0;
    this.articles = tags.reduce((sum, tag) => sum + (tag === 'article' ? 1 : 0), 0);
    const { dense, article, marked } = measured.candidates;
    this.spans = { dense: this.spanOf(dense), article: this.spanOf(article), marked: this.spanOf(marked) };
  }

  /** Takes one segment into the sums of the page; gives the place of the first h1. */
  private meet({ node, text, counts }: Segment, index: number, heading: number): number {
    const { tags, parents } = this.page;
    const tag = tags[node] ?? '';
    if (text.length < 600) this.repeats.set(text, (this.repeats.get(text) ?? 0) + 1);
    this.before[index + 1] = (this.before[index] ?? 0) + counts.size;
    const kind = this.measured.kinds[node] ?? 0;
    this.kindSizes[kind] = (this.kindSizes[kind] ?? 0) + counts.size;
    this.isHeading[index] = HEADING.test(tag) ? 1 : 0;
    const parent = parents[node] ?? 0;
    if (tag === 'p') this.paragraphChars[parent] = (this.paragraphChars[parent] ?? 0) + counts.size;
    if (this.firstOf[node] === -1) this.firstOf[node] = index;
    this.lastOf[node] = index;
    return heading < 0 && tag === 'h1' ? index : heading;
  }

  /** A parent begins and ends with its children. */
  private widen(parent: number, node: number): void {
    const first = this.firstOf[node] ?? -1;
    if (first === -1) return;
    const known = this.firstOf[parent] ?? -1;
    if (known === -1 || first < known) this.firstOf[parent] = first;
    this.lastOf[parent] = Math.max(this.lastOf[parent] ?? 0, this.lastOf[node] ?? 0);
  }

  private spanOf(node: number): Span {
    return node < 0 ? { first: -1, last: -1 } : { first: this.firstOf[node] ?? -1, last: this.lastOf[node] ?? -1 };
  }

  private inherit(node: number, parent: number): void {
    const { candidates, masses, signals, kinds } = this.measured;
    // Under an element without text there is nothing to inherit.
    if (masses.segments[node] === 0) return;
    const own = ANCESTOR_COLUMN.get(this.page.tags[node] ?? '');
    this.ancestorBits[node] = (this.ancestorBits[parent] ?? 0) | (own === undefined ? 0 : 1 << own);
    let within = this.within[parent] ?? 0;
    for (let way = 0; way < WAYS.length; way++) if (candidates[WAYS[way] ?? 'dense'] === node) within |= 1 << way;
    this.within[node] = within;
    // What stands above the page's common trunk (body class="with-sidebar") says nothing of a part of it.
    const trunk = node === candidates.common || (masses.chars[node] ?? 0) > 0.75 * (masses.chars[0] ?? 0);
    this.signalAbove[node] = trunk ? 0 : (this.signalAbove[parent] ?? 0) | (signals[node] ?? 0);
    this.hiddenAbove[node] = this.hiddenAbove[parent] || isHidden(this.page.attributes[node]) ? 1 : 0;
    const kind = kinds[node] ?? 0;
    if (kind === 0) return;
    this.kindCounts[kind] = (this.kindCounts[kind] ?? 0) + 1;
    const sibling = parent * SIBLING_BASE + kind;
    this.siblings.set(sibling, (this.siblings.get(sibling) ?? 0) + 1);
  }

  /** One row a segment, null for the dismissed ones. */
  rows(dismissed: Uint8Array): (Float32Array | null)[] {
    const { segments } = this.page;
    let wanted = 0;
    for (const bit of dismissed) wanted += 1 - bit;
    const table = new Float32Array(wanted * ROW_WIDTH);
    let from = 0;
    return segments.map((segment, index) => {
      if (dismissed[index]) return null;
      this.row = table.subarray(from, from + ROW_WIDTH);
      from += ROW_WIDTH;
      this.at = 0;
      this.write(segment, index);
      return this.row;
    });
  }

  private put(value: number): void {
    this.row[this.at++] = value;
  }

  private flag(value: boolean): void {
    this.row[this.at++] = value ? 1 : 0;
  }

  private write(segment: Segment, index: number): void {
    const { page, measured } = this;
    const { node } = segment;
    const parent = Math.max(0, page.parents[node] ?? 0);
    const grand = Math.max(0, page.parents[parent] ?? 0);
    this.putText(segment);
    this.putWording(segment.text);
    this.putKnowledge(segment);
    this.put(share(index, page.segments.length));
    this.put(share(this.before[index] ?? 0, this.total));
    this.put(this.heading < 0 ? 0 : index > this.heading ? 1 : -1);
    this.put(this.heading < 0 ? -1 : Math.min(60, Math.max(-1, index - this.heading)));
    this.put(page.depths[node] ?? 0);
    this.putPlace(index, node);
    this.putParents(index, node, parent, grand);
    this.putNeighbours(index, parent);
    this.put(share(measured.masses.chars[Math.max(0, measured.candidates.dense)] ?? 0, this.total));
    this.put(log(page.segments.length));
    this.put(log(this.total));
    this.put(this.hiddenAbove[node] ?? 0);
    this.put(Math.min(30, this.articles));
    this.put(this.isHeading[index - 1] ?? 0);
    this.put(this.isHeading[index + 1] ?? 0);
    this.put(this.pictured[index] ?? 0);
    this.put(share(segment.counts.size, this.total));
    this.putKind(node, parent, grand);
  }

  private putText({ node, text, counts, linkChars, boldChars, links }: Segment): void {
    const { size, words, digits, capitals, commas, sentences } = counts;
    const linkShare = share(linkChars, text.length);
    this.put(log(size));
    this.put(log(words));
    this.put(share(size, words));
    this.put(linkShare);
    this.put(links);
    this.put(share(boldChars, text.length));
    this.put(log(sentences));
    this.put(share(commas, words));
    this.put(share(digits, text.length));
    this.put(share(capitals, text.length));
    this.flag(linkShare > 0.95);
    this.flag(linkShare > 0.6 && this.page.tags[node] === 'li');
  }

  private putWording(text: string): void {
    const last = text.slice(-1);
    const short = text.length < 400;
    this.flag(endsSentence(text));
    this.flag(last === ':' || last === '：');
    this.flag(last === '?' || last === '!' || last === '？' || last === '！');
    this.flag(last === '…' || text.endsWith('...'));
    this.flag(/^\p{Ll}/u.test(text));
    this.flag(short && /[©®™]|\(c\)/i.test(text));
    this.flag(text.length < 250 && isBoilerplate(text));
    this.flag(text.length < 200 && DATE.test(text));
    this.flag(short && /[|›»→«←▶•·]/.test(text));
    this.flag(short && /\S@\S|https?:|www\./.test(text));
  }

  private putKnowledge({ text }: Segment): void {
    const { title, description, body } = this.knowledge;
    const folded = text.length < (body ? 3000 : 600) ? fold(text) : '';
    this.flag(title !== '' && folded === title);
    this.flag(
      folded.length > 12 && title !== '' && (title.includes(folded) || (folded.length < 250 && folded.includes(title))),
    );
    this.put(body === '' || folded === '' ? 0 : body.includes(folded) ? 1 : -1);
    this.put(log(body.length));
    this.flag(
      folded.length > 30 && description !== '' && (description.includes(folded) || folded.includes(description)),
    );
    this.put(this.repeats.get(text) ?? 0);
  }

  private putPlace(index: number, node: number): void {
    const { candidates } = this.measured;
    const within = this.within[node] ?? 0;
    let ways = 0;
    for (let way = 0; way < WAYS.length; way++) {
      const inside = (within >> way) & 1;
      this.put(candidates[WAYS[way] ?? 'dense'] < 0 ? 0 : inside ? 1 : -1);
      ways += inside;
    }
    this.put(placeIn(this.spans.dense, index));
    this.put(placeIn(this.spans.article, index));
    this.put(placeIn(this.spans.marked, index));
    let steps = 0;
    for (let at = node; at > 0 && at !== candidates.dense && steps < 12; at = this.page.parents[at] ?? 0) steps++;
    this.put(steps);
    this.put(ways);
  }

  private putParents(index: number, node: number, parent: number, grand: number): void {
    const { masses, kinds } = this.measured;
    const parentChars = masses.chars[parent] ?? 0;
    this.put(log(parentChars));
    this.put(share(masses.linkChars[parent] ?? 0, parentChars));
    this.put(log(masses.segments[parent] ?? 0));
    this.put(share(parentChars, this.total));
    this.put(share(this.paragraphChars[parent] ?? 0, parentChars));
    this.put(log(index - (this.firstOf[parent] ?? index)));
    this.put(log((this.lastOf[parent] ?? index) - index));
    this.put(log(masses.chars[grand] ?? 0));
    this.put(share(masses.linkChars[grand] ?? 0, masses.chars[grand] ?? 0));
    const kind = kinds[node] ?? 0;
    this.put(log(this.siblings.get(parent * SIBLING_BASE + kind) ?? 0));
    this.put(log(this.kindCounts[kind] ?? 0));
    this.put(share(this.kindSizes[kind] ?? 0, this.total));
  }

  private putNeighbours(index: number, parent: number): void {
    const { segments, parents } = this.page;
    const previous = segments[index - 1];
    const next = segments[index + 1];
    this.put(log(previous?.counts.size ?? 0));
    this.put(log(next?.counts.size ?? 0));
    this.put(previous ? share(previous.linkChars, previous.text.length) : -1);
    this.put(next ? share(next.linkChars, next.text.length) : -1);
    this.put(log(segments[index - 2]?.counts.size ?? 0));
    this.put(log(segments[index + 2]?.counts.size ?? 0));
    this.put(previous && parents[previous.node] === parent ? 1 : 0);
    this.put(next && parents[next.node] === parent ? 1 : 0);
    let plain = 0;
    let size = 0;
    for (let at = Math.max(0, index - 4); at <= index + 4; at++) {
      const near = segments[at];
      if (!near || at === index) continue;
      size += near.counts.size;
      plain += near.counts.size * (1 - near.linkChars / near.text.length);
    }
    this.put(log(plain));
    this.put(share(size - plain, size));
  }

  /** Tag, elements above, class words: rows begin as zeros, only what holds is written. */
  private putKind(node: number, parent: number, grand: number): void {
    const { signals } = this.measured;
    const tag = TAG_COLUMN.get(this.page.tags[node] ?? '');
    if (tag !== undefined) this.row[this.at + tag] = 1;
    this.at += TAGS.length;
    this.putBits(this.ancestorBits[node] ?? 0, ANCESTORS.length);
    this.putBits((signals[node] ?? 0) | (signals[parent] ?? 0) | (signals[grand] ?? 0), SIGNALS.length);
    this.putBits(this.signalAbove[node] ?? 0, SIGNALS.length);
  }

  private putBits(bits: number, width: number): void {
    for (let rest = bits, column = this.at; rest !== 0; rest >>>= 1, column++) this.row[column] = rest & 1;
    this.at += width;
  }
}
