import { compileModel, type LinearModel, type Scorer } from '../../src/shared/text/linear.js';
import type { Rules } from '../../src/shared/text/rules.js';
import type { Draft } from '../../src/workers/extract/drafts.js';
import type { Workings } from '../../src/workers/extract/records.js';
import { trainFields } from './fields.js';
import { bestThreshold, type Case, crossScores, fitOptimum, round } from './fit.js';
import { eventQuoted, fitness, type GoldEvent, type GoldLine, partOf } from './gold.js';
import { fitLogistic } from './logistic.js';
import { type Sketch, sketched, worked } from './worked.js';

export const FOLDS = 4;
const PARTY = { l2: 1, minArticles: 2 };
const ACT = { l2: 15, minArticles: 4 };
const ACCEPT = { l2: 5, minArticles: 5 };

/** Where on the flat top of the curve the threshold stands: nearer to precision. */
const LEAN = 0.7;

type Models = Record<string, LinearModel>;

const foldOf = (id: string): number => partOf(`fold ${id}`, FOLDS);
/** How much an article of our own, which has more acts to the page, counts beside one of the gold, by model. */
const OWN_WEIGHT = { party: 0.3, act: 0.5, accept: 0.5 };

/** Cases of which those from articles of our own count less. */
const lighten = (cases: readonly Case[], gold: ReadonlySet<string>, weight: number): Case[] =>
  cases.map((item) => (gold.has(item.article) ? item : { ...item, weight: (item.weight ?? 1) * weight }));

const events = (line: GoldLine): GoldEvent[] => line.events ?? [];

/** Rules with these models in place of their own. */
export const withModels = (rules: Rules, models: Models): Rules => ({
  ...rules,
  models: new Map(Object.entries(models).map(([name, model]): [string, Scorer] => [name, compileModel(model)])),
});

/** Cases of the party model: each choice of each candidate, where an event of the same type is recognisable. */
function partyCases(line: GoldLine, { drafts, cast }: Sketch): Case[] {
  return drafts.flatMap(({ candidate, choices, time }) => {
    const inside = new Set(
      (cast.bySentence.get(candidate.sentence.index) ?? []).filter((m) => !m.adversary).map(({ party }) => party),
    );
    const quoted = eventQuoted(line, candidate.type, candidate.sentence, [...inside]);
    let best = quoted;
    let highest = quoted ? 1 : 0.3;
    for (const event of quoted ? [] : events(line)) {
      if (event.type !== candidate.type) continue;
      const goldYear = event.date.start?.slice(0, 4);
      if (goldYear && time && goldYear !== time.start.slice(0, 4)) continue;
      const both = event.parties.filter((party) => inside.has(party)).length;
      const score = both / Math.max(1, event.parties.length + inside.size - both);
      if (score > highest) [best, highest] = [event, score];
    }
    const found = best;
    if (!found) return [];
    // The nearer the sentence comes to the event's parties, the surer that it tells of it.
    const weight = highest * (candidate.trigger.weak ? 0.5 : 1);
    return choices.map(({ party, features }) => ({
      article: line.id,
      features,
      label: found.parties.includes(party),
      weight,
    }));
  });
}

/** The models that fill in a draft: who takes part, then when, in which status and who stands for them. */
function trainDrafts(lines: readonly GoldLine[], gold: ReadonlySet<string>, bare: Rules): Models {
  const party = fitOptimum(
    lighten(
      lines.flatMap((line) => partyCases(line, sketched(line, bare))),
      gold,
      OWN_WEIGHT.party,
    ),
    PARTY,
    'does the party take part in the act that the trigger tells of',
  );
  return { party, ...Object.fromEntries(trainFields(lines, withModels(bare, { party }))) };
}

/** The event, of those still open, that a draft fits best. */
function bestFor(draft: Draft, open: readonly GoldEvent[]): GoldEvent | undefined {
  let best: GoldEvent | undefined;
  let highest = 0;
  for (const event of open) {
    const score = fitness(event, draft.candidate.type, draft.parties.keys(), draft.date.start, draft.status);
    if (score > highest) [best, highest] = [event, score];
  }
  return best;
}

/** Cases of the act model: a draft, and whether an event of the guide fits it. */
function actCases(line: GoldLine, { drafts }: Workings): Case[] {
  return drafts.map((draft) => {
    const event = bestFor(draft, events(line));
    return {
      article: line.id,
      features: draft.features,
      label: event !== undefined,
      weight: event?.optional ? 0.3 : 1,
    };
  });
}

/** Cases of the acceptance model: each claim in its order, and whether it tells of an event that none before it told. */
function acceptCases(line: GoldLine, { claims }: Workings): { cases: Case[]; missed: number } {
  const open = new Set(events(line));
  const cases = claims.map(({ draft, features }) => {
    const event = bestFor(draft, [...open]);
    if (event) open.delete(event);
    // What a careful coder might leave out counts for nothing when found, so it is a weak example.
    return { article: line.id, features, label: event !== undefined, weight: event?.optional ? 0.3 : 1 };
  });
  return { cases, missed: [...open].filter(({ optional }) => !optional).length };
}

export interface Training {
  models: Models;
  cases: number;
  missed: number;
  threshold: number;
  f1: number;
}

/**
 * Trains all models of extraction on gold and on articles of our own; the threshold and the calibration go by the gold
 * alone. Those that read the answers of others see answers of models that did
 * not know the article.
 */
export function trainExtraction(gold: readonly GoldLine[], own: readonly GoldLine[], bare: Rules): Training {
  const lines = [...gold, ...own];
  const measured = new Set(gold.map(({ id }) => id));
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const held = lines.filter(({ id }) => foldOf(id) === fold);
    const models = trainDrafts(
      lines.filter(({ id }) => foldOf(id) !== fold),
      measured,
      bare,
    );
    const rules = withModels(bare, models);
    return { fold, held, models, acts: held.flatMap((line) => actCases(line, worked(line, rules))) };
  });
  const fitActs = (acts: readonly Case[]) =>
    fitOptimum(lighten(acts, measured, OWN_WEIGHT.act), ACT, 'does the passage tell of an act of the type');
  const fitClaims = (claims: readonly Case[], threshold?: number) =>
    fitOptimum(
      lighten(claims, measured, OWN_WEIGHT.accept),
      ACCEPT,
      'is what was found a record of the guide',
      threshold,
    );
  const cases: Case[] = [];
  let missed = 0;
  for (const { fold, held, models } of folds) {
    const act = fitActs(folds.filter((other) => other.fold !== fold).flatMap(({ acts }) => acts));
    const rules = withModels(bare, { ...models, act });
    for (const line of held) {
      const made = acceptCases(line, worked(line, rules));
      cases.push(...made.cases);
      if (measured.has(line.id)) missed += made.missed;
    }
  }
  const all = crossScores(cases, foldOf, FOLDS, (rest) => fitClaims(rest));
  const raw = all.filter((_, index) => measured.has(cases[index]?.article ?? ''));
  const judged = cases.filter(({ article }) => measured.has(article));
  const { slope, shift } = calibration(raw, judged);
  const scores = raw.map((score) => sigmoid(slope * logit(score) + shift));
  const hard = judged
    .map((item, index) => ({ item, score: scores[index] ?? 0 }))
    .filter(({ item }) => item.weight !== 0.3);
  const best = bestThreshold(
    hard.map(({ item }) => item),
    hard.map(({ score }) => score),
    missed,
    LEAN,
  );
  const models = trainDrafts(lines, measured, bare);
  models.act = fitActs(folds.flatMap(({ acts }) => acts));
  const fitted = fitClaims(cases, best.threshold);
  models.accept = {
    ...fitted,
    bias: round(slope * fitted.bias + shift),
    weights: Object.fromEntries(Object.entries(fitted.weights).map(([name, weight]) => [name, round(slope * weight)])),
    trained: {
      ...fitted.trained,
      crossValidatedF1: best.f1,
      articles: lines.length,
      unreached: missed,
      calibrated: { slope: round(slope), shift: round(shift) },
      reliability: reliability(scores, judged),
    },
  };
  return { models, cases: cases.length, missed, ...best };
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const logit = (p: number): number => Math.log(Math.max(p, 1e-6) / Math.max(1 - p, 1e-6));

/** Platt scaling on cross-validated scores; it folds into the weights of the model, so that nothing is added at work. */
function calibration(scores: readonly number[], cases: readonly Case[]): { slope: number; shift: number } {
  const examples = cases.map(({ label }, index) => ({
    features: new Map([['score', logit(scores[index] ?? 0)]]),
    label,
  }));
  const { bias, weights } = fitLogistic(examples, { l2: 0.01 });
  return { slope: weights.get('score') ?? 1, shift: bias };
}

/** How many of the records of each band of confidence are right. */
export function reliability(
  scores: readonly number[],
  cases: readonly { label: boolean }[],
): { band: string; records: number; confidence: number; right: number }[] {
  const bands = Array.from({ length: 10 }, () => ({ sum: 0, right: 0, records: 0 }));
  for (const [index, score] of scores.entries()) {
    const band = bands[Math.min(9, Math.floor(score * 10))];
    if (!band) continue;
    band.sum += score;
    band.records += 1;
    if (cases[index]?.label) band.right += 1;
  }
  const share = (part: number, whole: number): number => Math.round((1_000 * part) / Math.max(1, whole)) / 1_000;
  return bands.flatMap(({ sum, right, records }, at) =>
    records === 0
      ? []
      : [
          {
            band: `${at / 10}-${(at + 1) / 10}`,
            records,
            confidence: share(sum, records),
            right: share(right, records),
          },
        ],
  );
}
