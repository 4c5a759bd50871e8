import type { Forest } from '../../src/workers/clean/forest.js';

export interface Sample {
  row: Float32Array;
  label: 0 | 1;
  weight: number;
}

export interface BoostingOptions {
  trees: number;
  depth: number;
  rate: number;
  bins: number;
  minWeight: number;
  lambda: number;
  seed: number;
}

type Tree = Forest['trees'][number];

/** Gradient boosting with logistic loss over binned features (Friedman 2001, histograms as in LightGBM). Deterministic for a seed. */
export function boost(samples: readonly Sample[], names: readonly string[], options: BoostingOptions): Forest {
  const random = generator(options.seed);
  const edges = names.map((_, feature) => edgesOf(samples, feature, options.bins));
  const binned = names.map((_, feature) => binsOf(samples, feature, edges[feature] ?? []));
  const positive = samples.reduce((sum, s) => sum + s.weight * s.label, 0);
  const all = samples.reduce((sum, s) => sum + s.weight, 0);
  const bias = Math.log(positive / (all - positive));
  const scores = new Float64Array(samples.length).fill(bias);
  const gradient = new Float64Array(samples.length);
  const hessian = new Float64Array(samples.length);
  const trees: Tree[] = [];
  for (let round = 0; round < options.trees; round++) {
    samples.forEach((sample, at) => {
      const p = 1 / (1 + Math.exp(-(scores[at] ?? 0)));
      gradient[at] = sample.weight * (sample.label - p);
      hessian[at] = sample.weight * p * (1 - p);
    });
    const rows = samples.map((_, at) => at).filter(() => random() < 0.7);
    const features = names.map((_, feature) => feature).filter((f) => (edges[f]?.length ?? 0) > 0 && random() < 0.4);
    const tree = grow({ rows, features, binned, edges, gradient, hessian, options });
    trees.push(tree);
    samples.forEach((sample, at) => {
      let node = 0;
      for (let f = tree.feature[0] ?? -1; f >= 0; f = tree.feature[node] ?? -1) {
        node = (tree.left[node] ?? 0) + ((sample.row[f] ?? 0) <= (tree.threshold[node] ?? 0) ? 0 : 1);
      }
      scores[at] = (scores[at] ?? 0) + (tree.value[node] ?? 0);
    });
  }
  return { names: [...names], bias: round(bias), trees };
}

interface Growth {
  rows: number[];
  features: number[];
  binned: Uint8Array[];
  edges: number[][];
  gradient: Float64Array;
  hessian: Float64Array;
  options: BoostingOptions;
}

function grow(growth: Growth): Tree {
  const { options, edges } = growth;
  const tree: Tree = { feature: [-1], threshold: [0], left: [0], value: [0] };
  let level: { node: number; rows: number[] }[] = [{ node: 0, rows: growth.rows }];
  for (let depth = 0; depth <= options.depth; depth++) {
    const next: { node: number; rows: number[] }[] = [];
    for (const { node, rows } of level) {
      const { g, h } = totals(growth, rows);
      tree.value[node] = round((options.rate * g) / (h + options.lambda));
      const split = depth < options.depth ? bestSplit(growth, rows, g, h) : null;
      if (!split) continue;
      const left = tree.feature.length;
      for (let child = 0; child < 2; child++) {
        tree.feature.push(-1);
        tree.threshold.push(0);
        tree.left.push(0);
        tree.value.push(0);
      }
      tree.feature[node] = split.feature;
      tree.threshold[node] = edges[split.feature]?.[split.bin] ?? 0;
      tree.left[node] = left;
      const bins = growth.binned[split.feature] ?? new Uint8Array();
      next.push({ node: left, rows: rows.filter((row) => (bins[row] ?? 0) <= split.bin) });
      next.push({ node: left + 1, rows: rows.filter((row) => (bins[row] ?? 0) > split.bin) });
    }
    level = next;
  }
  return tree;
}

function totals(growth: Growth, rows: number[]): { g: number; h: number } {
  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += growth.gradient[row] ?? 0;
    h += growth.hessian[row] ?? 0;
  }
  return { g, h };
}

function bestSplit(growth: Growth, rows: number[], g: number, h: number): { feature: number; bin: number } | null {
  const { options, binned, edges, gradient, hessian } = growth;
  const gains = new Float64Array(256);
  const weights = new Float64Array(256);
  let best: { feature: number; bin: number } | null = null;
  let most = 1e-3;
  const base = (g * g) / (h + options.lambda);
  for (const feature of growth.features) {
    const bins = binned[feature];
    const last = edges[feature]?.length ?? 0;
    if (!bins) continue;
    gains.fill(0, 0, last + 1);
    weights.fill(0, 0, last + 1);
    for (const row of rows) {
      const bin = bins[row] ?? 0;
      gains[bin] = (gains[bin] ?? 0) + (gradient[row] ?? 0);
      weights[bin] = (weights[bin] ?? 0) + (hessian[row] ?? 0);
    }
    let gl = 0;
    let hl = 0;
    for (let bin = 0; bin < last; bin++) {
      gl += gains[bin] ?? 0;
      hl += weights[bin] ?? 0;
      if (hl < options.minWeight || h - hl < options.minWeight) continue;
      const gain = (gl * gl) / (hl + options.lambda) + ((g - gl) * (g - gl)) / (h - hl + options.lambda) - base;
      if (gain > most) {
        most = gain;
        best = { feature, bin };
      }
    }
  }
  return best;
}

function edgesOf(samples: readonly Sample[], feature: number, bins: number): number[] {
  const step = Math.max(1, Math.floor(samples.length / 20_000));
  const values: number[] = [];
  for (let at = 0; at < samples.length; at += step) values.push(samples[at]?.row[feature] ?? 0);
  values.sort((a, b) => a - b);
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin++) edges.add(values[Math.floor((bin * values.length) / bins)] ?? 0);
  // Rare flags would fall between the quantiles.
  for (const value of new Set(values.slice(-1)))
    if (edges.size < 3) edges.add((values[0] ?? 0) === value ? value : (value + (values[0] ?? 0)) / 2);
  const highest = values[values.length - 1] ?? 0;
  return [...edges]
    .filter((edge) => edge < highest)
    .sort((a, b) => a - b)
    .map(round);
}

function binsOf(samples: readonly Sample[], feature: number, edges: readonly number[]): Uint8Array {
  return Uint8Array.from(samples, ({ row }) => {
    const value = row[feature] ?? 0;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (edges[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

const round = (value: number): number => Number(value.toPrecision(5));

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
