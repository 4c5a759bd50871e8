import type { Block, BlockKind } from '../../shared/model/article.js';
import type { Measured } from './features.js';
import type { Segment } from './page.js';
import { Signal } from './signals.js';

/** A segment of the article, with what it is. */
export interface Kept {
  index: number;
  segment: Segment;
  kind: BlockKind;
}

/** Which of the blocks that accompany an article enter its text. */
export interface InText {
  captions: boolean;
  datelines: boolean;
  embeds: boolean;
}

const DATELINE =
  /^(?:[\p{Lu}][\p{L}.'’ -]{2,40},? )?(?:\([^()]{2,40}\)|[^.!?]{0,20}\b(?:19|20)\d\d\b[^.!?]{0,30})[ .–—-]*$/u;

/** "PORT ADA, 5 March (Reuters) –" or a line that the markup calls so: certain enough to be a block of its own accord. */
const SURE_DATELINE = /^\p{Lu}{3}[\p{Lu}.'’ -]*(?:, [^.!?:]{3,30})?(?:\s?\([^()]{2,30}\))?\s?[–—-]{1,2}$/u;

/** What accompanies an article and is a block wherever it stands in it, likely or not. */
export function isCompanion({ page }: Measured, { node, text }: Segment, kind: BlockKind): boolean {
  if (kind === 'caption') return text.length > 3;
  if (kind === 'dateline') return SURE_DATELINE.test(text) || /\bdateline\b/.test(page.hints[node] ?? '');
  return kind === 'embed';
}

/** What a segment is; `place` counts from the first one kept. */
export function kindOf(measured: Measured, segment: Segment, place: number): BlockKind {
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
      /caption|credit|bildunter|bildtext|billedtekst|legend|didascalia|podpis|popisek|altyazi|imgcap|pie-?(?:de-?)?foto/.test(
        page.hints[at] ?? '',
      )
    )
      return 'caption';
  }
  if (figure && text.length < 400) return 'caption';
  const dateline = text.length < 80 && (DATELINE.test(text) || SURE_DATELINE.test(text));
  return place >= -2 && place <= 1 && dateline ? 'dateline' : 'paragraph';
}

/** Puts list items and table cells that belong together into one block. */
export function assemble(measured: Measured, kept: readonly Kept[]): Block[] {
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

/** Whether blocks of a kind are part of the text. */
export const entersText = (kind: BlockKind, { captions, datelines, embeds }: InText): boolean =>
  kind === 'caption' ? captions : kind === 'dateline' ? datelines : kind !== 'embed' || embeds;

/** The text of the blocks that belong to it, joined by blank lines. */
export const textOf = (blocks: readonly Block[], inText: InText): string =>
  blocks
    .filter(({ kind }) => entersText(kind, inText))
    .map(({ text }) => text)
    .join('\n\n');
