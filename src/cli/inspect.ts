import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { systemClock } from '../shared/clock.js';
import { createHttpClient, userAgentOf } from '../shared/http/client.js';
import { openGate } from '../shared/http/gate.js';
import { memoryRobots } from '../shared/http/robots.js';
import { llmOf, memoryLlmStore } from '../workers/extract/llm/client.js';
import { INSPECT_STAGES, type Inspected, type Inspection, type InspectStage, inspect } from '../workers/inspect.js';
import type { StageDeps } from '../workers/stage.js';
import { createThreads } from '../workers/threads.js';
import { configOf, UsageError } from './context.js';
import { showReasons, signed } from './explain.js';
import { jsonLines } from './lines.js';
import { print, printJson } from './output.js';

/** One line of the batch form. */
const Line = z
  .object({
    id: z.union([z.string(), z.number()]),
    url: z.string().nullish(),
    page: z.string().optional(),
    html: z.string().optional(),
    text: z.string().optional(),
    title: z.string().nullish(),
    date: z.string().nullish(),
    outlet: z.string().nullish(),
  })
  .refine((line) => [line.page, line.html, line.text].some((given) => given !== undefined), {
    error: 'one of "page" (path of a file), "html" or "text" is needed',
  });

const LIMIT_MS = 60_000;

interface Options {
  to: InspectStage;
  jsonl?: boolean;
  json?: boolean;
  explain?: boolean;
}

export function inspectCommand(program: Command): void {
  program
    .command('inspect [page]')
    .description('run an article (address or HTML file) through the pure stages, without Redis or database')
    .addOption(new Option('--to <stage>', 'last stage').choices(INSPECT_STAGES).default('extract'))
    .option('--jsonl', 'batch: a JSON object a line on standard input, one on standard output, in order')
    .option('--json', 'print JSON')
    .option(
      '--explain',
      'say why each piece of the page was kept or dropped and what weighed most in the verdict (docs/clean.md)',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ communique inspect https://example.org/a-visit
  $ communique inspect page.html --to clean --explain
  $ communique inspect --jsonl < articles.jsonl > records.jsonl

A line of the batch: {"id", "url", "page" (path of .html or .html.gz) or "html" or "text", "title", "date", "outlet"}.
An answer: {"id", "text", "title", "author", "date", "language", "relevant", "score", "types", "records"} or {"id", "error"}.`,
    )
    .action(async (page: string | undefined, options: Options, command: Command) => {
      if ((page === undefined) === (options.jsonl !== true))
        throw new UsageError('give one address or file, or --jsonl');
      const config = configOf(command);
      const http = createHttpClient(
        { ...config.fetch, userAgent: userAgentOf(config.fetch) },
        { gate: openGate, robots: memoryRobots(), clock: systemClock },
      );
      const llm = llmOf(config, memoryLlmStore(), systemClock);
      const deps: StageDeps = { config, http, threads: createThreads(config.threads), clock: systemClock, llm };
      try {
        if (page === undefined) await batch(options.to, deps);
        else await single(page, options, deps);
      } finally {
        await Promise.all([deps.http.close(), deps.threads.close()]);
      }
    });
}

const context = () => ({ stop: new AbortController().signal, limitMs: LIMIT_MS, member: 'inspect' });

async function batch(to: InspectStage, deps: StageDeps): Promise<void> {
  await jsonLines(deps.threads.size * 4, async (raw) => {
    const line = Line.parse(raw);
    return { id: line.id, ...answer(await inspect(await inputOf(line), to, deps, context())) };
  });
}

async function inputOf(line: z.infer<typeof Line>): Promise<Inspected> {
  const { url = null, title = null, date = null, outlet = null } = line;
  return { url, title, date, outlet, body: await bodyOf(line) };
}

async function bodyOf({ text, html, page }: z.infer<typeof Line>): Promise<Inspected['body']> {
  if (text !== undefined) return { text };
  if (html !== undefined) return { page: Buffer.from(html), contentType: 'text/html; charset=utf-8' };
  return { page: await readPage(page ?? ''), contentType: null };
}

async function readPage(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

const answer = ({ clean, verdict, extraction }: Inspection) => ({
  text: clean.text,
  title: clean.title,
  author: clean.byline.length > 0 ? clean.byline.join('; ') : null,
  date: clean.publishedAt,
  language: verdict?.language ?? clean.language,
  relevant: verdict?.relevant ?? false,
  score: verdict?.score ?? 0,
  types: verdict?.types ?? [],
  records: extraction?.records ?? [],
});

async function single(page: string, { to, json, explain = false }: Options, deps: StageDeps): Promise<void> {
  const nothing = { title: null, date: null, outlet: null };
  let input: Inspected;
  if (existsSync(page)) input = { ...nothing, url: null, body: { page: await readPage(page), contentType: null } };
  else if (/^https?:/i.test(page)) {
    const response = await deps.http.get({
      url: page,
      ...context(),
      accept: 'text/html, */*;q=0.1',
      maxBytes: deps.config.fetch.maxBytes,
      robots: deps.config.fetch.robots,
    });
    if (response.status !== 200) throw new Error(`${page} answered ${response.status}`);
    input = {
      ...nothing,
      url: response.url,
      body: { page: response.body, contentType: response.headers.get('content-type') },
    };
  } else throw new UsageError(`"${page}" is neither a file nor an http(s) address`);
  const made = await inspect(input, to, deps, { ...context(), explain });
  if (json) printJson({ ...made, ended: made.ended && { code: made.ended.code, detail: made.ended.message } });
  else show(made, explain);
}

function show({ clean, verdict, extraction, ended }: Inspection, explain: boolean): void {
  print(
    `${clean.title ?? '(no title)'}\n${clean.byline.join('; ') || 'no author'} · ${clean.publishedAt ?? 'no date'} · ${clean.language} · ${clean.wordCount} words\n`,
  );
  if (clean.explain) showReasons(clean.explain);
  else print(clean.text);
  const flags = Object.entries(clean.flags).flatMap(([name, on]) => (on ? [name] : []));
  if (flags.length > 0) print(`\nflags: ${flags.join(', ')}`);
  if (verdict) {
    print(
      `\nrelevant: ${verdict.relevant ? 'yes' : 'no'}, score ${verdict.score.toFixed(2)}, types ${verdict.types.join(', ') || 'none'}`,
    );
    if (verdict.sectors.length > 0) print(`sectors: ${verdict.sectors.join('; ')}`);
    if (explain)
      print(`weighed: ${verdict.weights.map(({ feature, logOdds }) => `${feature} ${signed(logOdds)}`).join(', ')}`);
    for (const { signal, quote } of verdict.evidence) print(`  ${signal}: “${quote}”`);
  }
  if (ended) print(`\nends here: ${ended.code} (${ended.message})`);
  for (const record of extraction?.records ?? []) {
    const parties = record.parties.map((party) => party.code + (party.role ? ` (${party.role})` : '')).join(', ');
    print(
      `\n${record.type} · ${record.status} · ${record.date.start ?? 'undated'} · ${parties} · confidence ${record.confidence}`,
    );
    if (record.people.length > 0) print(`  people: ${record.people.map((person) => person.name).join(', ')}`);
    for (const span of record.evidence) print(`  [${span.start}–${span.end}] “${span.quote}”`);
  }
}
