import type { Block, BlockReason } from '../../shared/model/article.js';
import { assemble, entersText, type InText, isCompanion, type Kept, kindOf, textOf } from './blocks.js';
import type { Measured } from './features.js';
import { type Forest, pack } from './forest.js';
import type { LinkedData } from './jsonld.js';
import type { Segment } from './page.js';
import { reasonsOf } from './reasons.js';
import { firstLook, secondLook, secondRows } from './sequence.js';
import { countWords, tidy } from './text.js';
import weights from './weights.json' with { type: 'json' };

const STATED: { first: Forest; second: Forest } = weights;
const FORESTS = { first: pack(STATED.first), second: pack(STATED.second) };
/** Kept from this probability on. Chosen on the validation domains: from .45 to .6 the figures hardly change, and recall comes first. */
const THRESHOLD = 0.5;
/** Where that leaves next to nothing, the page is read again with more trust. */
const FALLBACK_THRESHOLD = 0.2;
const ENOUGH_CHARS = 140;

export interface Body {
  blocks: Block[];
  /** Blocks that belong to `text`, joined by blank lines. */
  text: string;
  /** In `text`. */
  words: number;
  /** Position of the first kept segment, -1 where none was kept. */
  first: number;
  last: number;
  explain: BlockReason[] | undefined;
}

/** Chooses the segments of the article and puts them together as blocks. */
export function findBody(measured: Measured, data: LinkedData, options: { explain: boolean; inText: InText }): Body {
  const first = firstLook(measured, FORESTS.first);
  const rows = secondRows(measured, first);
  const second = secondLook(rows, first, FORESTS.second);
  const kept = choose(measured, second);
  const found = assemble(measured, kept);
  const stated = statedBody(data, textOf(found, options.inText));
  const blocks = stated ?? found;
  const text = textOf(blocks, options.inText);
  return {
    blocks,
    text,
    words: stated ? countWords(text) : wordsOf(kept, options.inText),
    first: kept[0]?.index ?? -1,
    last: kept[kept.length - 1]?.index ?? -1,
    explain: options.explain
      ? reasonsOf(measured, STATED, { first, second, rows, kept, threshold: THRESHOLD, replaced: stated !== null })
      : undefined,
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

const wordsOf = (kept: readonly Kept[], inText: InText): number =>
  kept.reduce((sum, { kind, segment }) => sum + (entersText(kind, inText) ? segment.counts.words : 0), 0);

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

/** The wanted segments, and the captions, datelines and posts that stand among them. */
function select(measured: Measured, wanted: (index: number, segment: Segment) => boolean): Kept[] {
  const { segments } = measured.page;
  const chosen = segments.map((segment, index) => wanted(index, segment));
  const from = chosen.indexOf(true);
  const to = chosen.lastIndexOf(true);
  const kept: Kept[] = [];
  segments.forEach((segment, index) => {
    if (from < 0 || index < from - 3 || index > to) return;
    const kind = kindOf(measured, segment, index - from);
    if (chosen[index] || isCompanion(measured, segment, kind)) kept.push({ index, segment, kind });
  });
  return kept;
}

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
