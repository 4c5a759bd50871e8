import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { systemClock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { GoldArticle } from '../shared/evaluation/gold.js';
import { faultKey, loadRun, runFile, type SavedRun, savedRun, saveRun } from '../shared/evaluation/saved.js';
import {
  type Counts,
  type Evaluation,
  evaluate,
  type Fault,
  FIELDS,
  type Prediction,
  ratesOf,
} from '../shared/evaluation/score.js';
import { createHttpClient, userAgentOf } from '../shared/http/client.js';
import { openGate } from '../shared/http/gate.js';
import { memoryRobots } from '../shared/http/robots.js';
import { codeVersion } from '../shared/version.js';
import { llmOf, memoryLlmStore } from '../workers/extract/llm/client.js';
import { inspect } from '../workers/inspect.js';
import type { StageDeps } from '../workers/stage.js';
import { createThreads } from '../workers/threads.js';
import { atLeastZero, configOf, UsageError } from './context.js';
import { cut, print, printJson, printTable } from './output.js';

interface Options {
  engine?: Config['extract']['engine'];
  misses: number;
  json?: boolean;
  save: boolean;
}

export function evalCommand(program: Command): void {
  program
    .command('eval <gold>')
    .description('score relevance and records against coded articles, and compare with the last run on them')
    .addOption(new Option('--engine <name>', 'in place of extract.engine').choices(['rules', 'model', 'both']))
    .option('--misses <n>', 'how many missed events and wrong records to list', atLeastZero, 20)
    .option('--no-save', 'do not keep this run for the next comparison')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique eval sample/gold.jsonl
  $ communique eval my-coding.jsonl --misses 100

A line of the file is a coded article: {"id", "title", "date", "text", "outlet", "language", "relevant",
"events": [{"type", "status", "date": {"start"}, "parties": ["GEO", "EST"], "people", "programmes", "optional"}]}.
docs/evaluation.md says how articles are coded and what the figures mean.`,
    )
    .action(run);
}

async function run(file: string, options: Options, command: Command): Promise<void> {
  const plain = configOf(command);
  const config = { ...plain, extract: { ...plain.extract, engine: options.engine ?? plain.extract.engine } };
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const gold = parseGold(file, text);
  const http = createHttpClient(
    { ...config.fetch, userAgent: userAgentOf(config.fetch) },
    { gate: openGate, robots: memoryRobots(), clock: systemClock },
  );
  const llm = llmOf(config, memoryLlmStore(), systemClock);
  const deps: StageDeps = { config, http, threads: createThreads(config.threads), clock: systemClock, llm };
  let evaluation: Evaluation;
  try {
    evaluation = evaluate(await predictAll(gold, deps));
  } finally {
    await Promise.all([deps.http.close(), deps.threads.close()]);
  }
  const kept = runFile(config.dataDir, text);
  const before = loadRun(kept);
  const now = savedRun(evaluation, {
    at: new Date(systemClock.now()).toISOString(),
    code: codeVersion,
    engine: config.extract.engine,
  });
  if (options.json) printJson(asJson(evaluation, before));
  else show(evaluation, now, before, options.misses);
  if (options.save) saveRun(kept, now);
}

function parseGold(file: string, text: string): GoldArticle[] {
  const gold = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `${file}, line ${index + 1}`;
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      throw new UsageError(`${where} is not JSON: ${line.slice(0, 80)}`);
    }
    const article = GoldArticle.safeParse(raw);
    if (!article.success) throw new UsageError(`${where}:\n${z.prettifyError(article.error)}`);
    return [article.data];
  });
  if (gold.length === 0) throw new UsageError(`${file} has no coded article`);
  return gold;
}

async function predictAll(gold: GoldArticle[], deps: StageDeps): Promise<{ gold: GoldArticle; made: Prediction }[]> {
  const pairs: { gold: GoldArticle; made: Prediction }[] = [];
  const width = deps.threads.size * 4;
  for (let at = 0; at < gold.length; at += width) {
    const some = gold.slice(at, at + width);
    const made = await Promise.all(some.map((article) => predict(article, deps)));
    pairs.push(...some.map((article, index) => ({ gold: article, made: made[index] ?? NOTHING })));
  }
  return pairs;
}

const NOTHING: Prediction = { relevant: false, language: 'und', records: [] };
const LIMIT_MS = 60_000;

async function predict(article: GoldArticle, deps: StageDeps): Promise<Prediction> {
  const { url = null, title = null, date = null, outlet = null, text } = article;
  const context = { stop: new AbortController().signal, limitMs: LIMIT_MS, member: 'eval' };
  const { clean, verdict, extraction } = await inspect(
    { url, title, date, outlet, body: { text } },
    'extract',
    deps,
    context,
  );
  return {
    relevant: verdict?.relevant ?? false,
    language: verdict?.language ?? clean.language,
    records: extraction?.records ?? [],
  };
}

const asJson = ({ figures, byType, byLanguage, byOutlet, faults }: Evaluation, before: SavedRun | undefined) => ({
  ...figures,
  byType: Object.fromEntries(byType),
  byLanguage: Object.fromEntries(byLanguage),
  byOutlet: Object.fromEntries(byOutlet),
  faults,
  before: before ?? null,
});

function show(evaluation: Evaluation, now: SavedRun, before: SavedRun | undefined, misses: number): void {
  const { figures, byType, byLanguage, byOutlet, faults } = evaluation;
  print(
    `${figures.articles} articles, ${figures.records} records, ${figures.withoutTrueEvidence} without true evidence`,
  );
  printTable(
    ['', 'now', before ? `on ${before.at.slice(0, 16)}` : 'before', 'change'],
    figuresOf(now).map(([name, value]) => {
      const old = before && figuresOf(before).find(([other]) => other === name)?.[1];
      return [name, percent(value), percent(old ?? null), change(value, old ?? null)];
    }),
  );
  for (const [title, groups] of [
    ['type', byType],
    ['language', byLanguage],
    ['outlet', byOutlet],
  ] as const) {
    if (groups.size > 0) printGroups(title, groups);
  }
  if (before) printNews(faults, before);
  const listed = faults.slice(0, misses);
  if (listed.length > 0) printTable(['', 'article', 'type', 'parties', 'date', 'passage'], listed.map(faultRow));
  if (faults.length > listed.length) print(`... and ${faults.length - listed.length} more (--misses)`);
}

function figuresOf({ relevance, events, fields }: SavedRun): [string, number | null][] {
  const rates = (name: string, one: SavedRun['events']): [string, number | null][] =>
    one === null
      ? []
      : [
          [`${name} precision`, one.precision],
          [`${name} recall`, one.recall],
          [`${name} F1`, one.f1],
        ];
  return [
    ...rates('relevance', relevance),
    ...rates('events', events),
    ...FIELDS.map((field): [string, number | null] => [field, fields[field] ?? null]),
  ];
}

const percent = (share: number | null): string => (share === null ? '' : `${(100 * share).toFixed(1)} %`);

const change = (value: number | null, old: number | null): string => {
  if (value === null || old === null) return '';
  const points = 100 * (value - old);
  return Math.abs(points) < 0.05 ? '=' : `${points > 0 ? '+' : ''}${points.toFixed(1)}`;
};

/** Groups listed; a corpus may have hundreds of outlets. */
const GROUPS_SHOWN = 15;

function printGroups(title: string, groups: Map<string, Counts>): void {
  const rows = [...groups].sort((a, b) => b[1].right + b[1].missed - (a[1].right + a[1].missed));
  printTable(
    [title, 'right', 'wrong', 'missed', 'precision', 'recall', 'F1'],
    rows.slice(0, GROUPS_SHOWN).map(([name, counts]) => {
      const { precision, recall, f1 } = ratesOf(counts);
      const { right, wrong, missed } = counts;
      return [cut(name, 40), right, wrong, missed, percent(precision), percent(recall), percent(f1)];
    }),
  );
}

function printNews(faults: readonly Fault[], before: SavedRun): void {
  const now = new Set(faults.map(faultKey));
  const old = new Set(before.faults);
  const mended = before.faults.filter((key) => !now.has(key));
  const fresh = [...now].filter((key) => !old.has(key));
  print(`since the last run: ${mended.length} faults mended, ${fresh.length} new`);
  for (const key of fresh.slice(0, 10)) print(`  new: ${key}`);
}

const faultRow = ({ fault, article, type, parties, start, quote }: Fault) => [
  fault,
  cut(article, 16),
  type,
  cut(parties.join(' '), 24),
  start,
  cut(quote ?? '', 60),
];
