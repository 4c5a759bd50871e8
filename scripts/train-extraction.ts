/**
 * Trains the models of extraction (who takes part, in which status, is it a record at all) on coded articles and writes
 * config/weights/extraction.json. usage: tsx scripts/train-extraction.ts [--all] GOLD.jsonl...
 * Without --all a third of the articles (by a hash of the id) is left out for validation.
 */
import { writeFileSync } from 'node:fs';
import { compileModel, type LinearModel, type Scorer } from '../src/shared/text/linear.js';
import { loadRules, type Rules } from '../src/shared/text/rules.js';
import { type Workings, workOut } from '../src/workers/extract/records.js';
import { trainFields } from './training/fields.js';
import { bestThreshold, type Case, crossScores, fitLinear, type Recipe } from './training/fit.js';
import { articleOf, type GoldEvent, type GoldLine, matchEvents, partOf, readGold } from './training/gold.js';

const FOLDS = 4;
const PARTY: Recipe = { epochs: 12, rate: 0.15, l2: 0.0008, minArticles: 2 };
const ACCEPT: Recipe = { epochs: 10, rate: 0.1, l2: 0.05, minArticles: 5 };

const foldOf = (id: string): number => partOf(`fold ${id}`, FOLDS);
const events = (line: GoldLine): GoldEvent[] => line.events ?? [];
const withModels = (rules: Rules, models: ReadonlyMap<string, Scorer>): Rules => ({ ...rules, models });

/** Cases of the party model: each choice of each candidate, where an event of the same type is recognisable. */
function partyCases(line: GoldLine, { drafts, cast }: Workings): Case[] {
  return drafts.flatMap(({ candidate, choices, time }) => {
    const inside = new Set(
      (cast.bySentence.get(candidate.sentence.index) ?? []).filter((m) => !m.adversary).map(({ party }) => party),
    );
    let best: GoldEvent | undefined;
    let highest = 0.3;
    for (const event of events(line)) {
      if (event.type !== candidate.type) continue;
      const goldYear = event.date.start?.slice(0, 4);
      if (goldYear && time && goldYear !== time.start.slice(0, 4)) continue;
      const both = event.parties.filter((party) => inside.has(party)).length;
      const score = both / Math.max(1, event.parties.length + inside.size - both);
      if (score > highest) [best, highest] = [event, score];
    }
    const found = best;
    if (!found) return [];
    return choices.map(({ party, features }) => ({ article: line.id, features, label: found.parties.includes(party) }));
  });
}

function trainParty(lines: readonly GoldLine[], rules: Rules): LinearModel {
  const cases = lines.flatMap((line) => partyCases(line, workOut(articleOf(line), rules)));
  return fitLinear(cases, PARTY, 'does the party take part in the act that the trigger tells of');
}

/** Cases of the acceptance model, made with models that have not seen the article. */
function acceptCases(lines: readonly GoldLine[], rules: Rules): { cases: Case[]; missed: number } {
  const cases: Case[] = [];
  let missed = 0;
  for (const line of lines) {
    const { clusters } = workOut(articleOf(line), rules);
    const records = clusters.map(({ cluster: [head, ...rest] }) => ({
      type: head.candidate.type,
      parties: [...head.parties.keys()],
      start: ([head, ...rest].find(({ time }) => time) ?? head).date.start,
      status: head.status,
    }));
    const matched = matchEvents(events(line), records);
    const reached = new Set(matched);
    for (const [index, event] of events(line).entries()) if (!reached.has(index) && !event.optional) missed += 1;
    for (const [index, { features }] of clusters.entries()) {
      const event = events(line)[matched[index] ?? -1];
      // What a careful coder might leave out counts for nothing when found, so it is a weak example.
      cases.push({ article: line.id, features, label: event !== undefined, weight: event?.optional ? 0.3 : 1 });
    }
  }
  return { cases, missed };
}

function main(args: readonly string[]): void {
  const paths = args.filter((arg) => !arg.startsWith('--'));
  const gold = readGold(paths).filter((line) => line.events !== undefined);
  const lines = args.includes('--all') ? gold : gold.filter(({ id }) => partOf(id) !== 0);
  const bare = withModels(loadRules('config'), new Map());
  const out: Record<string, LinearModel> = {};
  const cases: Case[] = [];
  let missed = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const rest = lines.filter(({ id }) => foldOf(id) !== fold);
    const models = new Map([['party', compileModel(trainParty(rest, bare))]]);
    for (const [name, model] of trainFields(rest, withModels(bare, models))) models.set(name, compileModel(model));
    const made = acceptCases(
      lines.filter(({ id }) => foldOf(id) === fold),
      withModels(bare, models),
    );
    cases.push(...made.cases);
    missed += made.missed;
  }
  const scores = crossScores(cases, foldOf, FOLDS, ACCEPT);
  const hard = cases
    .map((item, index) => ({ item, score: scores[index] ?? 0 }))
    .filter(({ item }) => item.weight !== 0.3);
  const best = bestThreshold(
    hard.map(({ item }) => item),
    hard.map(({ score }) => score),
    missed,
    0.7,
  );
  out.party = trainParty(lines, bare);
  const models = new Map([['party', compileModel(out.party)]]);
  for (const [name, model] of trainFields(lines, withModels(bare, models))) out[name] = model;
  out.accept = fitLinear(cases, ACCEPT, 'is what was found a record of the guide', best.threshold);
  out.accept.trained = { ...out.accept.trained, crossValidatedF1: best.f1, articles: lines.length, unreached: missed };
  writeFileSync('config/weights/extraction.json', `${JSON.stringify(out, null, 1)}\n`);
  console.log(JSON.stringify({ articles: lines.length, cases: cases.length, missed, ...best }));
}

main(process.argv.slice(2));
