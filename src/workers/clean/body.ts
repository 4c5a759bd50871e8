import type { Block, BlockKind, BlockReason } from '../../shared/model/article.js';
import type { Measured } from './features.js';
import { explain, type Forest, pack } from './forest.js';
import type { LinkedData } from './jsonld.js';
import type { Segment } from './page.js';
import { firstLook, isContext, secondLook, secondRows } from './sequence.js';
import { Signal } from './signals.js';
import { tidy } from './text.js';
import weights from './weights.json' with { type: 'json' };

const STATED: { first: Forest; second: Forest } = weights;
const FORESTS = { first: pack(STATED.first), second: pack(STATED.second) };
/** Kept from this probability on. Chosen on the validation domains, between .52 and .60: lower ones cost precision on the snippet set. */
const THRESHOLD = 0.55;
/** Where that leaves next to nothing, the page is read again with more trust. */
const FALLBACK_THRESHOLD = 0.2;
const ENOUGH_CHARS = 140;

export interface Body {
  blocks: Block[];
  /** Blocks that belong to `text`, joined by blank lines. */
  text: string;
  /** Position of the first kept segment, -1 where none was kept. */
  first: number;
  last: number;
  explain: BlockReason[] | undefined;
}

type Kept = { index: number; segment: Segment; kind: BlockKind };

/** Chooses the segments of the article and puts them together as blocks. */
export function findBody(measured: Measured, data: LinkedData, options: { explain: boolean; captions: boolean }): Body {
  const first = firstLook(measured, FORESTS.first);
  const rows = secondRows(measured, first);
  const scores = secondLook(rows, first, FORESTS.second);
  const kept = choose(measured, scores);
  const blocks = assemble(measured, kept);
  let text = textOf(blocks, options.captions);
  let chosen = blocks;
  const stated = statedBody(data, text);
  if (stated) {
    chosen = stated;
    text = textOf(stated, options.captions);
  }
  const reasons = options.explain ? reasonsOf(measured, rows, scores, kept, stated !== null) : undefined;
  return {
    blocks: chosen,
    text,
    first: kept[0]?.index ?? -1,
    last: kept[kept.length - 1]?.index ?? -1,
    explain: reasons,
  };
}

function choose(measured: Measured, scores: Float64Array): Kept[] {
  let kept = select(measured, (index) => (scores[index] ?? 0) >= THRESHOLD);
  if (charsOf(kept) >= ENOUGH_CHARS) return kept;
  kept = select(measured, (index) => (scores[index] ?? 0) >= FALLBACK_THRESHOLD);
  if (charsOf(kept) >= ENOUGH_CHARS) return kept;
  const dense = select(
    measured,
    (index, segment) =>
      isInDense(measured, index) && segment.counts.size > 40 && segment.linkChars * 2 < segment.text.length,
  );
  return charsOf(dense) > charsOf(kept) ? dense : kept;
}

const charsOf = (kept: readonly Kept[]): number => kept.reduce((sum, { segment }) => sum + segment.counts.size, 0);

function isInDense(measured: Measured, index: number): boolean {
  const { page, candidates } = measured;
  let node = page.segments[index]?.node ?? 0;
  for (let steps = 0; node > 0 && steps < 400; steps++) {
    if (node === candidates.dense) return true;
    node = page.parents[node] ?? 0;
  }
  return false;
}

/** The wanted segments, and the captions that stand among them. */
function select(measured: Measured, wanted: (index: number, segment: Segment) => boolean): Kept[] {
  const { segments } = measured.page;
  const chosen = segments.map((segment, index) => wanted(index, segment));
  const from = chosen.indexOf(true);
  const to = chosen.lastIndexOf(true);
  const kept: Kept[] = [];
  segments.forEach((segment, index) => {
    if (from < 0 || index < from - 3 || index > to) return;
    const kind = kindOf(measured, index, segment, index - from);
    if (chosen[index] || (kind === 'caption' && segment.text.length > 3)) kept.push({ index, segment, kind });
  });
  return kept;
}

const DATELINE =
  /^(?:[\p{Lu}][\p{L}.'’ -]{2,40},? )?(?:\([^()]{2,40}\)|[^.!?]{0,20}\b(?:19|20)\d\d\b[^.!?]{0,30})[ .–—-]*$/u;

function kindOf(measured: Measured, index: number, segment: Segment, place: number): BlockKind {
  const { page, signals } = measured;
  const { tags, parents } = page;
  const { node, text } = segment;
  const tag = tags[node] ?? '';
  if (/^h[1-6]$/.test(tag)) return 'heading';
  let figure = false;
  for (let at = node, steps = 0; at > 0 && steps < 6; at = parents[at] ?? 0, steps++) {
    const name = tags[at];
    if (name === 'figcaption') return 'caption';
    if (name === 'figure') figure = true;
    if (name === 'blockquote') return (signals[at] ?? 0) & Signal.embed ? 'embed' : 'quote';
    if (name === 'li') return 'list';
    if (name === 'td' || name === 'th') return (measured.masses.chars[at] ?? 0) < 400 ? 'table' : 'paragraph';
    if (
      steps < 2 &&
      (signals[at] ?? 0) & Signal.caption &&
      text.length < 300 &&
      /caption|credit|bildunter|legend/.test(page.hints[at] ?? '')
    )
      return 'caption';
  }
  if (figure && text.length < 400) return 'caption';
  return place <= 1 && index >= 0 && text.length < 80 && DATELINE.test(text) ? 'dateline' : 'paragraph';
}

/** Puts list items and table cells that belong together into one block. */
function assemble(measured: Measured, kept: readonly Kept[]): Block[] {
  const blocks: Block[] = [];
  let group = -1;
  let line = -1;
  for (const { segment, kind } of kept) {
    const owner = kind === 'list' || kind === 'table' ? ownerOf(measured, segment.node, kind) : null;
    const last = blocks[blocks.length - 1];
    if (owner && last && last.kind === kind && owner.group === group) {
      last.text += owner.line === line ? (kind === 'table' ? '\t' : ' ') : '\n';
      last.text += segment.text;
    } else blocks.push({ kind, text: segment.text });
    group = owner?.group ?? -1;
    line = owner?.line ?? -1;
  }
  return blocks;
}

/** The outermost list or the table that an item or cell stands in, and its item or row. */
function ownerOf(measured: Measured, node: number, kind: 'list' | 'table'): { group: number; line: number } {
  const { tags, parents } = measured.page;
  const [groups, lines] = kind === 'list' ? [['ul', 'ol', 'menu'], ['li']] : [['table'], ['tr']];
  let group = -1;
  let line = -1;
  for (let at = node, steps = 0; at > 0 && steps < 40; at = parents[at] ?? 0, steps++) {
    const tag = tags[at] ?? '';
    if (line < 0 && lines.includes(tag)) line = at;
    if (groups.includes(tag)) {
      group = at;
      if (kind === 'table') break;
    }
    if (kind === 'list' && (tag === 'td' || tag === 'article' || tag === 'section')) break;
  }
  return { group, line };
}

const textOf = (blocks: readonly Block[], captions: boolean): string =>
  blocks
    .filter(({ kind }) => captions || kind !== 'caption')
    .map(({ text }) => text)
    .join('\n\n');

/** The body as JSON-LD gives it, where the markup yields much less of it (a page drawn by script). */
function statedBody(data: LinkedData, found: string): Block[] | null {
  const body = data.body;
  if (!body || body.length < 400 || found.length > body.length * 0.5) return null;
  const paragraphs = body
    .slice(0, 500_000)
    .split(/<\/?(?:p|br|div|li|h[1-6])\b[^<>]{0,300}>/i)
    .map((part) => tidy(part.replace(/<[^<>]{1,500}>/g, ' ')))
    .filter((part) => part !== '');
  return paragraphs.map((text) => ({ kind: 'paragraph', text }));
}

function reasonsOf(
  measured: Measured,
  rows: readonly (Float32Array | null)[],
  scores: Float64Array,
  kept: readonly Kept[],
  replaced: boolean,
): BlockReason[] {
  const inside = new Map(kept.map((one) => [one.index, one.kind]));
  return measured.page.segments.map((segment, index) => {
    const row = rows[index];
    const score = scores[index] ?? 0;
    const kind = inside.get(index);
    const causes = row ? causesOf(row) : 'a link in a row of links, or in a <nav>';
    const verdict =
      kind === 'caption'
        ? 'caption'
        : `score ${score.toFixed(2)}${kind && score < THRESHOLD ? ' (kept for want of better)' : ''}`;
    return {
      text: segment.text,
      kept: kind !== undefined && !replaced,
      why: `${replaced ? "replaced by the page's own articleBody; " : ''}${verdict}: ${causes}`,
    };
  });
}

/** What spoke for and against a segment, in log-odds: three features of its own, and all that its neighbours added. */
function causesOf(row: Float32Array): string {
  const signed = (weight: number): string => `${weight >= 0 ? '+' : ''}${weight.toFixed(2)}`;
  const own = explain(STATED.first, row).map(({ name, weight }) => `${name} ${signed(weight)}`);
  const around = explain(STATED.second, row, Number.POSITIVE_INFINITY).filter(({ name }) => isContext(name));
  return [...own, `neighbourhood ${signed(around.reduce((sum, { weight }) => sum + weight, 0))}`].join(', ');
}
