/**
 * Trains the models of extraction (who takes part, in which status, is it a record at all) on coded articles and writes
 * config/weights/extraction.json. usage: tsx scripts/train-extraction.ts [--all] GOLD.jsonl...
 * Without --all a third of the articles (by a hash of the id) is left out for validation. The articles of our own
 * writing in scripts/training/own/ are always trained on and never validated on.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRules } from '../src/shared/text/rules.js';
import { trainExtraction } from './training/extraction.js';
import { partOf, readGold } from './training/gold.js';

const OWN = 'scripts/training/own';

function main(args: readonly string[]): void {
  const paths = args.filter((arg) => !arg.startsWith('--'));
  const gold = readGold(paths).filter((line) => line.events !== undefined);
  const lines = args.includes('--all') ? gold : gold.filter(({ id }) => partOf(id) !== 0);
  const { models, ...figures } = trainExtraction(lines, readGold(ownFiles()), {
    ...loadRules('config'),
    models: new Map(),
  });
  writeFileSync('config/weights/extraction.json', `${JSON.stringify(models, null, 1)}\n`);
  console.log(JSON.stringify({ articles: lines.length, ...figures }));
}

const ownFiles = (): string[] =>
  readdirSync(OWN)
    .sort()
    .map((name) => join(OWN, name));

main(process.argv.slice(2));
