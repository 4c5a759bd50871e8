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

/**
 * A forest laid out for speed: every tree is filled up to the depth of the deepest, so that no step has to ask whether
 * it is the last. Node n of a tree has the children 2n and 2n + 1; where the forest has a leaf, all steps go left.
 */
export interface PackedForest {
  bias: number;
  trees: number;
  depth: number;
  /** `1 << depth` a tree, by node; place 0 stays empty. */
  features: Int16Array;
  thresholds: Float64Array;
  /** `1 << depth` a tree, by leaf. */
  values: Float64Array;
}

export function pack(forest: Forest): PackedForest {
  const depth = Math.max(...forest.trees.map((tree) => depthOf(tree, 0)));
  const size = forest.trees.length << depth;
  const packed: PackedForest = {
    bias: forest.bias,
    trees: forest.trees.length,
    depth,
    features: new Int16Array(size),
    thresholds: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    values: new Float64Array(size),
  };
  forest.trees.forEach((tree, index) => {
    const offset = index << depth;
    const place = (from: number, to: number): void => {
      const feature = tree.feature[from] ?? -1;
      if (feature < 0) {
        packed.values[offset + leftmost(to, depth)] = tree.value[from] ?? 0;
        return;
      }
      packed.features[offset + to] = feature;
      packed.thresholds[offset + to] = tree.threshold[from] ?? 0;
      const left = tree.left[from] ?? 0;
      place(left, 2 * to);
      place(left + 1, 2 * to + 1);
    };
    place(0, 1);
  });
  return packed;
}

function depthOf(tree: Tree, at: number): number {
  if ((tree.feature[at] ?? -1) < 0) return 0;
  const left = tree.left[at] ?? 0;
  return 1 + Math.max(depthOf(tree, left), depthOf(tree, left + 1));
}

/** The leaf, counted from 0, that going left from a node leads to. */
function leftmost(node: number, depth: number): number {
  let at = node;
  while (at < 1 << depth) at *= 2;
  return at - (1 << depth);
}

/** The probability that the forest gives to one row. */
export function predict(packed: PackedForest, row: Float32Array): number {
  const { trees, depth, features, thresholds, values } = packed;
  const size = 1 << depth;
  let sum = packed.bias;
  for (let offset = 0; offset < trees * size; offset += size) {
    let at = 1;
    for (let step = 0; step < depth; step++) {
      const node = offset + at;
      at = 2 * at + ((row[features[node] ?? 0] ?? 0) <= (thresholds[node] ?? 0) ? 0 : 1);
    }
    sum += values[offset + at - size] ?? 0;
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
