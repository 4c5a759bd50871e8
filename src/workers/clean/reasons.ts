import type { BlockReason, Look } from '../../shared/model/article.js';
import { isCompanion, type Kept, kindOf } from './blocks.js';
import type { Measured } from './features.js';
import { explain, type Forest } from './forest.js';

/** What the choice was made from. */
export interface Choice {
  /** Probabilities at the first and the second look. */
  first: Float64Array;
  second: Float64Array;
  rows: readonly (Float32Array | null)[];
  kept: readonly Kept[];
  threshold: number;
  /** The page's own data took the place of what was found. */
  replaced: boolean;
}

/** Says for every segment of the page whether it was kept, and what spoke for and against it. */
export function reasonsOf(
  measured: Measured,
  forests: { first: Forest; second: Forest },
  { first, second, rows, kept, threshold, replaced }: Choice,
): BlockReason[] {
  const inside = new Map(kept.map((one) => [one.index, one.kind]));
  const start = kept[0]?.index ?? 0;
  const lookOf = (forest: Forest, row: Float32Array, probability: number): Look => ({
    probability: rounded(probability),
    weights: explain(forest, row).map(({ name, weight }) => ({ feature: name, logOdds: rounded(weight) })),
  });
  return measured.page.segments.map((segment, index) => {
    const row = rows[index];
    const kind = inside.get(index) ?? kindOf(measured, segment, index - start);
    const chosen = inside.has(index);
    const likely = (second[index] ?? 0) >= threshold;
    let because: BlockReason['because'] = 'probability';
    if (replaced) because = 'page data';
    else if (chosen && isCompanion(measured, segment, kind)) because = 'companion';
    else if (!row) because = 'menu';
    else if (chosen !== likely) because = 'fallback';
    return {
      text: segment.text,
      kind,
      kept: chosen && !replaced,
      because,
      alone: row ? lookOf(forests.first, row, first[index] ?? 0) : null,
      amongOthers: row ? lookOf(forests.second, row, second[index] ?? 0) : null,
    };
  });
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
