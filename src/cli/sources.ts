import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import type { z } from 'zod';
import { systemClock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { resolveFile } from '../shared/config.js';
import { loadDueSource, saveSource } from '../shared/db/sources.js';
import { sourceStatus } from '../shared/db/status.js';
import { createHttpClient, type HttpClient, userAgentOf } from '../shared/http/client.js';
import { openGate } from '../shared/http/gate.js';
import { memoryRobots } from '../shared/http/robots.js';
import { Source } from '../shared/model/source.js';
import { PollResult } from '../shared/model/stages.js';
import { readSources } from '../shared/source-list.js';
import { poll } from '../workers/poll/index.js';
import { createThreads, type Threads } from '../workers/threads.js';
import { configOf, positive, type Session, UsageError, withSession } from './context.js';
import { cut, print, printJson, printTable } from './output.js';

export function sourcesCommand(program: Command): void {
  const sources = program
    .command('sources')
    .description('the feeds that are polled')
    .addHelpText(
      'after',
      `
Examples:
  $ communique sources list
  $ communique sources test https://example.org/rss.xml
  $ communique sources remove example`,
    );
  sources
    .command('list')
    .description('every source with what came of it')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const rows = await sourceStatus(stores.db, systemClock.now());
        if (options.json) return printJson(rows);
        if (rows.length === 0)
          print('There are no sources in the database yet; `communique start` reads them from the YAML.');
        printTable(
          ['id', 'outlet', 'last polled', 'next', 'entries', 'records', 'state'],
          rows.map((row) => [
            row.id,
            cut(row.outlet, 30),
            row.lastPolledAt?.slice(0, 16) ?? 'never',
            row.state === 'off' || row.state === 'muted' ? '' : row.nextPollAt.slice(0, 16),
            row.entries,
            row.records,
            cut([row.state, row.detail].filter(Boolean).join(': '), 60),
          ]),
        );
      }),
    );
  sources
    .command('add <url>')
    .description('add a feed; it is kept in the database and polled at once by a running service')
    .requiredOption('--outlet <name>', 'who publishes it')
    .requiredOption('--country <code>', 'ISO 3166-1 alpha-3 of the outlet, or INT')
    .requiredOption('--language <tag>', 'BCP 47 language of its articles, such as en')
    .option('--id <id>', 'short name; made from the outlet when not given')
    .option('--every <seconds>', 'seconds between polls', positive)
    .addHelpText(
      'after',
      '\nExample:\n  $ communique sources add https://example.org/rss.xml --outlet "Example" --country GBR --language en',
    )
    .action((url: string, options: AddOptions, command: Command) =>
      withSession(command, (session) => add(url, options, session)),
    );
  sources
    .command('remove <id>')
    .description('stop polling a source; its articles and records stay')
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, (session) => remove(id, session)),
    );
  sources
    .command('test [url]')
    .description('ask a feed, or with --all every source, and say what it gives; nothing is stored')
    .option('--all', 'every source of the YAML')
    .option('--json', 'print JSON')
    .action(test);
}

interface AddOptions {
  outlet: string;
  country: string;
  language: string;
  id?: string;
  every?: number;
}

async function add(url: string, options: AddOptions, { stores, queues }: Session): Promise<void> {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw new UsageError(`"${url}" is not an http(s) address`);
  const id = options.id ?? slug(options.outlet, url);
  const { outlet, country, language } = options;
  const row = Source.safeParse({ id, url, outlet, country, language, intervalSeconds: options.every ?? null });
  if (!row.success) throw new UsageError(saying(row.error, options));
  const known = await sourceStatus(stores.db, systemClock.now());
  // One that was switched off may come back.
  const twin = known.find((row) => row.enabled && (row.id === id || row.url === url));
  if (twin) throw new UsageError(`there is a source "${twin.id}" at ${twin.url} already`);
  const now = systemClock.now();
  await saveSource(stores.db, row.data, 'cli', new Date(now));
  const due = await loadDueSource(stores.db, id, new Date(now));
  if (due) await queues.planPolls([{ source: id, atMs: due.nextPollAt.getTime() }], now);
  print(`added ${id}`);
}

/** What is wrong with which option, with what was given. */
const saying = (error: z.ZodError, given: object): string =>
  error.issues
    .map(
      ({ path, message }) =>
        `${path.join('.')} "${Object.entries({ ...given }).find(([name]) => name === path[0])?.[1]}": ${message}`,
    )
    .join('\n');

const slug = (outlet: string, url: string): string =>
  outlet
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || `feed-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`;

async function remove(id: string, { stores, queues }: Session): Promise<void> {
  const [row] = await sourceStatus(stores.db, systemClock.now(), id);
  if (!row) throw new UsageError(`there is no source "${id}"; see communique sources list`);
  await stores.db.updateTable('sources').where('id', '=', id).set({ enabled: false }).execute();
  await queues.dropPoll({ source: id, atMs: Date.parse(row.nextPollAt) });
  const note = row.origin === 'yaml' ? '; take it out of the YAML too, or the next start adds it again' : '';
  print(`${id} is not polled any more${note}`);
}

interface Tested {
  id: string;
  url: string;
  ok: boolean;
  entries: number;
  usable: number;
  newest: string | null;
  problems: string[];
}

async function test(
  url: string | undefined,
  options: { all?: boolean; json?: boolean },
  command: Command,
): Promise<void> {
  if ((url === undefined) === (options.all !== true)) throw new UsageError('give one address, or --all');
  const config = configOf(command);
  const targets = url ? [{ id: url, url }] : readSources(resolveFile(config.sources, process.cwd()));
  const http = createHttpClient(
    { ...config.fetch, userAgent: userAgentOf(config.fetch) },
    { gate: openGate, robots: memoryRobots(), clock: systemClock },
  );
  const threads = createThreads(config.threads);
  const results: Tested[] = [];
  try {
    for (let at = 0; at < targets.length; at += 8) {
      results.push(
        ...(await Promise.all(targets.slice(at, at + 8).map((target) => testOne(target, { config, http, threads })))),
      );
    }
  } finally {
    await Promise.all([http.close(), threads.close()]);
  }
  if (options.json) printJson(results);
  else {
    for (const one of results) {
      print(
        `${one.ok ? 'ok     ' : 'PROBLEM'}  ${one.id}: ${one.entries} entries, ${one.usable} with an article, newest ${one.newest ?? 'undated'}`,
      );
      for (const problem of one.problems.slice(0, 10)) print(`         ${problem}`);
    }
  }
  if (results.some((one) => !one.ok)) process.exitCode = 1;
}

async function testOne(
  { id, url }: { id: string; url: string },
  deps: { config: Config; http: HttpClient; threads: Threads },
): Promise<Tested> {
  const none = { id, url, entries: 0, usable: 0, newest: null };
  try {
    const source = {
      id,
      url,
      kind: 'feed' as const,
      links: null,
      identity: null,
      etag: null,
      lastModified: null,
      bodyHash: null,
      lastOkAt: null,
    };
    const made = await poll.run(
      { source },
      { ...deps, clock: systemClock, llm: null },
      { stop: new AbortController().signal, limitMs: 60_000, member: id },
    );
    return { id, url, ...summary(made) };
  } catch (error) {
    return { ...none, ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function summary(made: unknown): Omit<Tested, 'id' | 'url'> {
  const { sightings, problems } = PollResult.parse(made);
  const usable = sightings.filter((sighting) => sighting.skip === null);
  const dates = usable.flatMap((sighting) => (sighting.publishedAt ? [sighting.publishedAt] : [])).sort();
  return {
    ok: usable.length > 0,
    entries: sightings.length,
    usable: usable.length,
    newest: dates.at(-1) ?? null,
    problems: [...(problems ?? []), ...sightings.flatMap((sighting) => sighting.problems)],
  };
}
