import { z } from 'zod';

/** Weights of a logistic model by the names of its features, with the report of their training. */
export const LinearModel = z.object({
  about: z.string(),
  trained: z.record(z.string(), z.unknown()),
  threshold: z.number().min(0).max(1),
  bias: z.number(),
  weights: z.record(z.string(), z.number()),
});
/** A weights file: models by name. */
export const ModelFile = z.record(z.string(), LinearModel);
export type LinearModel = z.infer<typeof LinearModel>;

/** Features of one case: name to value; absent is 0. */
export type Features = ReadonlyMap<string, number>;

/** A model compiled for lookup. */
export interface Scorer {
  threshold: number;
  /** Probability between 0 and 1. */
  score(features: Features): number;
  weight(name: string): number;
}

/** Compiles a model; names are looked up in a Map so that words such as "constructor" are harmless. */
export function compileModel(model: LinearModel): Scorer {
  const weights = new Map(Object.entries(model.weights));
  return {
    threshold: model.threshold,
    weight: (name) => weights.get(name) ?? 0,
    score(features) {
      let sum = model.bias;
      for (const [name, value] of features) sum += (weights.get(name) ?? 0) * value;
      return 1 / (1 + Math.exp(-sum));
    },
  };
}

/** Fits a logistic model by Adagrad with L2, in a fixed order, so that the same data give the same weights. */
export function fitModel(
  cases: readonly { features: Features; label: boolean; weight?: number }[],
  options: { epochs: number; rate: number; l2: number },
): { bias: number; weights: Map<string, number> } {
  const weights = new Map<string, number>();
  const squares = new Map<string, number>();
  let bias = 0;
  let biasSquare = 1e-8;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for (let at = 0; at < cases.length; at++) {
      // A fixed stride visits the cases in a scattered order without a random source.
      const item = cases[(at * 7919 + epoch) % cases.length];
      if (!item) continue;
      let sum = bias;
      for (const [name, value] of item.features) sum += (weights.get(name) ?? 0) * value;
      const error = (1 / (1 + Math.exp(-sum)) - (item.label ? 1 : 0)) * (item.weight ?? 1);
      for (const [name, value] of item.features) {
        const weight = weights.get(name) ?? 0;
        const gradient = error * value + options.l2 * weight;
        const square = (squares.get(name) ?? 1e-8) + gradient * gradient;
        squares.set(name, square);
        weights.set(name, weight - (options.rate * gradient) / Math.sqrt(square));
      }
      biasSquare += error * error;
      bias -= (options.rate * error) / Math.sqrt(biasSquare);
    }
  }
  return { bias, weights };
}
