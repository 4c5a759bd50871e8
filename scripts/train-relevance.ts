/**
 * Trains the relevance model on coded articles and writes config/weights/relevance.json.
 * usage: tsx scripts/train-relevance.ts [--all] GOLD.jsonl...   (without --all a third is left out for validation)
 */
import { writeFileSync } from 'node:fs';
import { readDocument } from '../src/shared/text/document.js';
import { loadRules } from '../src/shared/text/rules.js';
import { articleSignals } from '../src/workers/classify/signals.js';
import { bestThreshold, type Case, crossScores, fitLinear, type Recipe } from './training/fit.js';
import { articleOf, partOf, readGold } from './training/gold.js';

const FOLDS = 8;
const RECIPE: Recipe = { epochs: 20, rate: 0.08, l2: 0.003, minArticles: 5 };

function main(args: readonly string[]): void {
  const rules = loadRules('config');
  const gold = readGold(args.filter((arg) => !arg.startsWith('--'))).filter((line) => line.relevant !== undefined);
  const lines = args.includes('--all') ? gold : gold.filter(({ id }) => partOf(id) !== 0);
  const cases: Case[] = lines.map((line) => ({
    article: line.id,
    features: articleSignals(readDocument(articleOf(line), rules), rules).features,
    label: line.relevant === true,
    weight: line.certainty === 'marginal' ? 0.3 : 1,
  }));
  const scores = crossScores(
    cases,
    (id) => partOf(`fold ${id}`, FOLDS),
    FOLDS,
    (rest) => fitLinear(rest, RECIPE, 'fold'),
  );
  const best = bestThreshold(cases, scores, 0);
  const { threshold } = best;
  const model = fitLinear(cases, RECIPE, 'is the article about defence cooperation', threshold);
  model.trained = { ...model.trained, crossValidatedF1: best.f1, articles: lines.length };
  writeFileSync('config/weights/relevance.json', `${JSON.stringify({ relevance: model }, null, 1)}\n`);
  console.log(JSON.stringify({ articles: lines.length, ...best }));
}

main(process.argv.slice(2));
