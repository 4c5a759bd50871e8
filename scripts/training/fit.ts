import { compileModel, type Features, fitModel, type LinearModel, type Scorer } from '../../src/shared/text/linear.js';
import { compact, fitLogistic } from './logistic.js';

export interface Case {
  article: string;
  features: Features;
  label: boolean;
  weight?: number;
}

export interface Recipe {
  epochs: number;
  rate: number;
  l2: number;
  /** Features that fewer articles have are left out. */
  minArticles: number;
}

/** Fits a model on cases, without rare features. */
export function fitLinear(cases: readonly Case[], recipe: Recipe, about: string, threshold = 0.5): LinearModel {
  const slim = withoutRare(cases, recipe);
  return modelOf(slim, fitModel(slim, recipe), recipe, about, threshold);
}

/** Fits a model on choices: of the options of a group the right ones are to score highest. */
export function fitChoice(groups: readonly (readonly Case[])[], recipe: Recipe, about: string): LinearModel {
  const slim = withoutRare(groups.flat(), recipe);
  const ends = groups.map(({ length }) => length);
  for (let at = 1; at < ends.length; at++) ends[at] = (ends[at] ?? 0) + (ends[at - 1] ?? 0);
  const kept = groups.map((group, at) => slim.slice((ends[at] ?? 0) - group.length, ends[at]));
  return modelOf(slim, { bias: 0, weights: fitGroups(kept, recipe) }, recipe, about, 0.5);
}

function withoutRare(cases: readonly Case[], recipe: Pick<Recipe, 'minArticles'>): Case[] {
  const articles = new Map<string, Set<string>>();
  for (const { article, features } of cases) {
    for (const name of features.keys()) {
      const seen = articles.get(name) ?? new Set();
      articles.set(name, seen.add(article));
    }
  }
  const kept = (name: string) => (articles.get(name)?.size ?? 0) >= recipe.minArticles;
  return cases.map((item) => ({ ...item, features: new Map([...item.features].filter(([name]) => kept(name))) }));
}

function modelOf(
  cases: readonly Case[],
  { bias, weights }: { bias: number; weights: ReadonlyMap<string, number> },
  recipe: Partial<Recipe>,
  about: string,
  threshold: number,
): LinearModel {
  return {
    about,
    trained: { cases: cases.length, positive: cases.filter(({ label }) => label).length, ...recipe },
    threshold,
    bias: round(bias),
    weights: Object.fromEntries(
      [...weights]
        .map(([name, weight]): [string, number] => [name, round(weight)])
        .filter(([, weight]) => weight !== 0)
        .sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    ),
  };
}

/** A conditional logit by Adagrad with L2, in a fixed order. The share of the right options of a group is what it raises. */
function fitGroups(groups: readonly (readonly Case[])[], recipe: Recipe): Map<string, number> {
  const names = new Map<string, number>();
  const rows = groups.map((group) =>
    group.map(({ features, label, weight = 1 }) => ({ ...compact(features, names), label, weight })),
  );
  const weights = new Float64Array(names.size);
  const squares = new Float64Array(names.size).fill(1e-8);
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    for (let step = 0; step < rows.length; step++) {
      const group = rows[(step * 7919 + epoch) % rows.length] ?? [];
      const powers = group.map(({ at, values }) => {
        let sum = 0;
        for (let i = 0; i < at.length; i++) sum += (weights[at[i] ?? 0] ?? 0) * (values[i] ?? 0);
        return Math.exp(Math.min(sum, 30));
      });
      const all = powers.reduce((a, b) => a + b, 0);
      const right = powers.reduce((sum, power, index) => sum + (group[index]?.label ? power : 0), 0);
      if (right === 0 || right === all) continue;
      for (const [index, { at, values, label, weight }] of group.entries()) {
        const power = powers[index] ?? 0;
        const error = (power / all - (label ? power / right : 0)) * weight;
        for (let i = 0; i < at.length; i++) {
          const name = at[i] ?? 0;
          const old = weights[name] ?? 0;
          const gradient = error * (values[i] ?? 0) + recipe.l2 * old;
          const square = (squares[name] ?? 0) + gradient * gradient;
          squares[name] = square;
          weights[name] = old - (recipe.rate * gradient) / Math.sqrt(square);
        }
      }
    }
  }
  return new Map([...names].map(([name, index]): [string, number] => [name, weights[index] ?? 0]));
}

export const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Fits a model to the optimum of its loss under the penalty `l2`, without rare features. */
export function fitOptimum(
  cases: readonly Case[],
  recipe: Pick<Recipe, 'l2' | 'minArticles'>,
  about: string,
  threshold = 0.5,
): LinearModel {
  const slim = withoutRare(cases, recipe);
  return modelOf(slim, fitLogistic(slim, recipe), recipe, about, threshold);
}

/** Scores each case by a model that has not seen its fold. */
export function crossScores(
  cases: readonly Case[],
  foldOf: (article: string) => number,
  folds: number,
  train: (rest: readonly Case[]) => LinearModel,
): number[] {
  const scorers: Scorer[] = [];
  for (let fold = 0; fold < folds; fold++) {
    scorers.push(compileModel(train(cases.filter(({ article }) => foldOf(article) !== fold))));
  }
  return cases.map(({ article, features }) => scorers[foldOf(article)]?.score(features) ?? 0);
}

/** A threshold with about the highest F1; `missed`: gold that no case stands for; `lean` 0 favours recall, 1 precision. */
export function bestThreshold(
  cases: readonly Case[],
  scores: readonly number[],
  missed: number,
  lean = 0.5,
): { threshold: number; f1: number } {
  const positives = cases.filter(({ label }) => label).length + missed;
  const curve: { threshold: number; f1: number }[] = [];
  for (let step = 10; step <= 80; step++) {
    const threshold = step / 100;
    let hits = 0;
    let wrong = 0;
    for (const [index, item] of cases.entries()) {
      if ((scores[index] ?? 0) < threshold) continue;
      if (item.label) hits += 1;
      else wrong += 1;
    }
    curve.push({ threshold, f1: (2 * hits) / Math.max(1, hits + wrong + positives) });
  }
  const top = Math.max(...curve.map(({ f1 }) => f1));
  // The curve is flat and noisy about its top: the middle of the stretch within a hundredth of it is steadier.
  const stretch = curve.filter(({ f1 }) => f1 >= top - 0.01);
  return stretch[Math.floor(stretch.length * lean)] ?? { threshold: 0.5, f1: 0 };
}
