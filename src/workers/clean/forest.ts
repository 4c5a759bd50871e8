import { z } from 'zod';

/** Boosted regression trees over numbered features. Node arrays: feature (-1 for a leaf), threshold, left child (right is left + 1), value. */
export const Forest = z.object({
  names: z.array(z.string()),
  bias: z.number(),
  trees: z.array(
    z.object({
      feature: z.array(z.number().int()),
      threshold: z.array(z.number()),
      left: z.array(z.number().int()),
      /** Mean contribution at every node, leaves and inner ones: the latter only serve explanations. */
      value: z.array(z.number()),
    }),
  ),
});
export type Forest = z.infer<typeof Forest>;
type Tree = Forest['trees'][number];

/** A forest laid out for speed: all nodes in one run, `next` of a leaf is 0. */
export interface PackedForest {
  forest: Forest;
  roots: Int32Array;
  features: Int16Array;
  thresholds: Float64Array;
  next: Int32Array;
  values: Float64Array;
}

export function pack(forest: Forest): PackedForest {
  const size = forest.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const packed: PackedForest = {
    forest,
    roots: new Int32Array(forest.trees.length),
    features: new Int16Array(size),
    thresholds: new Float64Array(size),
    next: new Int32Array(size),
    values: new Float64Array(size),
  };
  let offset = 0;
  forest.trees.forEach((tree, index) => {
    packed.roots[index] = offset;
    packed.features.set(tree.feature, offset);
    packed.thresholds.set(tree.threshold, offset);
    packed.values.set(tree.value, offset);
    packed.next.set(
      tree.left.map((left, node) => (tree.feature[node] === -1 ? 0 : left + offset)),
      offset,
    );
    offset += tree.feature.length;
  });
  return packed;
}

/** The probability that the forest gives to one row. */
export function predict(packed: PackedForest, row: Float32Array): number {
  const { roots, features, thresholds, next, values } = packed;
  let sum = packed.forest.bias;
  for (let tree = 0; tree < roots.length; tree++) {
    let at = roots[tree] ?? 0;
    for (let to = next[at] ?? 0; to !== 0; to = next[at] ?? 0) {
      at = (row[features[at] ?? 0] ?? 0) <= (thresholds[at] ?? 0) ? to : to + 1;
    }
    sum += values[at] ?? 0;
  }
  return 1 / (1 + Math.exp(-sum));
}

const childOf = (tree: Tree, at: number, value: number): number =>
  (tree.left[at] ?? 0) + (value <= (tree.threshold[at] ?? 0) ? 0 : 1);

/** The features that moved the row most, with the log-odds each gave: the change of mean value along its paths. */
export function explain(forest: Forest, row: Float32Array, most = 5): { name: string; weight: number }[] {
  const weights = new Map<string, number>();
  for (const tree of forest.trees) {
    let at = 0;
    for (let feature = tree.feature[0] ?? -1; feature >= 0; feature = tree.feature[at] ?? -1) {
      const next = childOf(tree, at, row[feature] ?? 0);
      const name = forest.names[feature] ?? '';
      weights.set(name, (weights.get(name) ?? 0) + (tree.value[next] ?? 0) - (tree.value[at] ?? 0));
      at = next;
    }
  }
  return [...weights]
    .map(([name, weight]) => ({ name, weight }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, most);
}
