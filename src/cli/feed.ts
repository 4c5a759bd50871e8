import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { systemClock } from '../shared/clock.js';
import { createHttpClient, type HttpClient, userAgentOf } from '../shared/http/client.js';
import { openGate } from '../shared/http/gate.js';
import { memoryRobots } from '../shared/http/robots.js';
import type { Feed } from '../shared/model/feed.js';
import { createThreads, type Threads } from '../workers/threads.js';
import { configOf, UsageError } from './context.js';
import { jsonLines } from './lines.js';
import { print, printJson } from './output.js';

const Line = z.object({ file: z.string(), headers: z.record(z.string(), z.string()).default({}) });

const LIMITS = { limitMs: 30_000, stop: new AbortController().signal };

export function feedCommand(program: Command): void {
  program
    .command('feed [feeds...]')
    .description('print what the feed reader makes of addresses or files')
    .option(
      '--jsonl',
      'batch: {"file", "headers"} a line on standard input, {"file", "feed", "items"} on standard output',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique feed https://example.org/rss.xml saved.xml
  $ communique feed --jsonl < feeds.jsonl > entries.jsonl`,
    )
    .action(async (feeds: string[], options: { jsonl?: boolean; json?: boolean }, command: Command) => {
      if (feeds.length > 0 === (options.jsonl === true)) throw new UsageError('give addresses or files, or --jsonl');
      const config = configOf(command);
      const threads = createThreads(config.threads);
      const http = createHttpClient(
        { ...config.fetch, userAgent: userAgentOf(config.fetch) },
        { gate: openGate, robots: memoryRobots(), clock: systemClock },
      );
      try {
        if (options.jsonl) await batch(threads);
        for (const feed of feeds)
          await single(feed, options.json === true, { threads, http, maxBytes: config.poll.maxBytes });
      } finally {
        await Promise.all([threads.close(), http.close()]);
      }
    });
}

async function batch(threads: Threads): Promise<void> {
  await jsonLines(threads.size * 4, async (raw) => {
    const { file, headers } = Line.parse(raw);
    const task = { body: await readFile(file), headers, url: headers['content-location'] ?? null };
    const { feed, items } = await threads.feed(task, LIMITS);
    return { file, feed, items };
  });
}

async function single(
  name: string,
  json: boolean,
  deps: { threads: Threads; http: HttpClient; maxBytes: number },
): Promise<void> {
  const feed = await read(name, deps);
  if (json) return printJson({ name, ...feed });
  print(`${feed.feed.title ?? '(no title)'} · ${feed.feed.format} · ${feed.items.length} entries`);
  for (const problem of feed.problems) print(`  problem: ${problem}`);
  for (const item of feed.items) {
    print(
      `  ${item.published ?? item.updated ?? 'undated'}  ${item.title ?? '(no title)'}\n    ${item.link ?? '(no link)'}`,
    );
    for (const problem of item.problems) print(`    problem: ${problem}`);
  }
}

async function read(
  name: string,
  { threads, http, maxBytes }: { threads: Threads; http: HttpClient; maxBytes: number },
): Promise<Feed> {
  if (existsSync(name)) return threads.feed({ body: await readFile(name), headers: {}, url: null }, LIMITS);
  if (!/^https?:/i.test(name)) throw new UsageError(`"${name}" is neither a file nor an http(s) address`);
  const response = await http.get({ url: name, member: 'feed', accept: '*/*', maxBytes, robots: false, ...LIMITS });
  if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
  return threads.feed(
    { body: response.body, headers: Object.fromEntries(response.headers), url: response.url },
    LIMITS,
  );
}
