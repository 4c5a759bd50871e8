import { FEATURES } from './columns.js';
import type { Measured } from './features.js';
import { type PackedForest, predict } from './forest.js';

const CONTEXT = [
  'first look',
  'first look 1 before',
  'first look 2 before',
  'first look 3 before',
  'first look 1 after',
  'first look 2 after',
  'first look 3 after',
  'first look of the parent',
  'first look of the grandparent',
  'first look of the kind',
  'first look nearby',
  'kept text before',
  'kept text after',
  'kept text',
  'kept long segment before',
  'kept long segment after',
  'dropped text before next kept',
  'dropped text since last kept',
] as const;

/** Columns of a row at the second look: the first look's features, then what the first look made of the neighbourhood. */
export const SECOND_FEATURES: readonly string[] = [...FEATURES, ...CONTEXT];

/** First look at each segment by itself. */
export const firstLook = (measured: Measured, forest: PackedForest): Float64Array =>
  Float64Array.from(measured.rows, (row) => (row ? predict(forest, row) : 0));

/** The second look has never saved what the first one is as sure of. */
const HOPELESS = 0.05;

/** The probability of each segment to belong to the article. */
export const secondLook = (
  rows: readonly (Float32Array | null)[],
  first: Float64Array,
  forest: PackedForest,
): Float64Array =>
  first.map((seen, index) => {
    const row = rows[index];
    return row && seen >= HOPELESS ? predict(forest, row) : 0;
  });

/** Completes the rows, in place, for the second look, which sees how the first one judged the neighbours. Linear in the segments. */
export function secondRows(measured: Measured, first: Float64Array): (Float32Array | null)[] {
  const { page, rows, kinds } = measured;
  const { segments, parents } = page;
  const count = segments.length;
  const parentMeans = new Means();
  const grandMeans = new Means();
  const kindMeans = new Means();
  const kept = new Float64Array(count + 1);
  const keyed = segments.map(({ node, counts }, index) => {
    const parent = Math.max(0, parents[node] ?? 0);
    const keys = {
      parent,
      grand: Math.max(0, parents[parent] ?? 0),
      kind: (kinds[node] ?? 0) * 1_048_576 + (kinds[parent] ?? 0),
    };
    const value = first[index] ?? 0;
    const weight = Math.sqrt(counts.size);
    parentMeans.add(keys.parent, value, weight);
    grandMeans.add(keys.grand, value, weight);
    kindMeans.add(keys.kind, value, weight);
    kept[index + 1] = (kept[index] ?? 0) + (value > 0.5 ? counts.size : 0);
    return keys;
  });
  const since = distances(
    segments.map(({ counts }) => counts.size),
    first,
  );
  const total = kept[count] ?? 0;
  rows.forEach((wide, index) => {
    if (!wide) return;
    let at = FEATURES.length;
    const put = (value: number): void => {
      wide[at++] = value;
    };
    const near = (offset: number): number => first[index + offset] ?? -1;
    for (const offset of [0, -1, -2, -3, 1, 2, 3]) put(near(offset));
    const keys = keyed[index];
    put(keys ? parentMeans.of(keys.parent) : 0);
    put(keys ? grandMeans.of(keys.grand) : 0);
    put(keys ? kindMeans.of(keys.kind) : 0);
    put(windowMean(segments, first, index));
    const before = kept[index] ?? 0;
    const after = total - (kept[index + 1] ?? 0);
    put(total > 0 ? before / total : 0);
    put(total > 0 ? after / total : 0);
    put(Math.log1p(total));
    put(before > 0 ? 1 : 0);
    put(after > 0 ? 1 : 0);
    put(Math.log1p(since.after[index] ?? 0));
    put(Math.log1p(since.before[index] ?? 0));
  });
  return rows;
}

/** Dropped characters between each segment and the last, and the next, long segment that the first look kept. */
function distances(lengths: readonly number[], first: Float64Array): { before: Float64Array; after: Float64Array } {
  const before = new Float64Array(lengths.length);
  const after = new Float64Array(lengths.length);
  const anchor = (index: number): boolean => (first[index] ?? 0) > 0.6 && (lengths[index] ?? 0) > 80;
  let run = 100_000;
  for (let index = 0; index < lengths.length; index++) {
    before[index] = run;
    run = anchor(index) ? 0 : run + (lengths[index] ?? 0);
  }
  run = 100_000;
  for (let index = lengths.length - 1; index >= 0; index--) {
    after[index] = run;
    run = anchor(index) ? 0 : run + (lengths[index] ?? 0);
  }
  return { before, after };
}

function windowMean(segments: Measured['page']['segments'], first: Float64Array, index: number): number {
  let sum = 0;
  let weights = 0;
  for (let at = Math.max(0, index - 6); at <= Math.min(segments.length - 1, index + 6); at++) {
    if (at === index) continue;
    const weight = Math.sqrt(segments[at]?.counts.size ?? 0);
    sum += (first[at] ?? 0) * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

class Means {
  private readonly sums = new Map<number, { sum: number; weight: number }>();

  add(key: number, value: number, weight: number): void {
    const known = this.sums.get(key);
    if (known) {
      known.sum += value * weight;
      known.weight += weight;
    } else this.sums.set(key, { sum: value * weight, weight });
  }

  of(key: number): number {
    const known = this.sums.get(key);
    return known && known.weight > 0 ? known.sum / known.weight : 0;
  }
}
