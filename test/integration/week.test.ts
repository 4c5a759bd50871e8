import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/queues/connection.js';
import { loadDueSource, type PlannedPoll, plannedSources, syncSources } from '../../src/shared/db/sources.js';
import { ledgerCounts, sourceStatus } from '../../src/shared/db/status.js';
import { asFailure } from '../../src/shared/failures.js';
import { createHttpClient, type HttpClient } from '../../src/shared/http/client.js';
import { redisGate } from '../../src/shared/http/gate.js';
import { memoryRobots } from '../../src/shared/http/robots.js';
import { poll } from '../../src/workers/poll/index.js';
import { keepPoll, keepPollFailure } from '../../src/workers/polling.js';
import { createThreads, type Threads } from '../../src/workers/threads.js';
import { chance, type FeedHosts, type HostedFeed, SHOWN, startFeedHosts } from '../support/feed-hosts.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import { DATABASES, openTestStores, silent, type TestStores } from '../support/stores.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const END = START + 7 * DAY;
const HOSTS = 200;
const GAP_MS = 2_000;
/** Deadlines run in real time, in which a simulated second may take a minute. */
const REAL_LIMIT_MS = 3_600_000;
/** As many polls at once as the pipeline has. */
const CONCURRENCY = 16;

const clock = new SimulatedClock(START);
let stores: TestStores;
let redis: Redis;
let threads: Threads;
let http: HttpClient;
let hosts: FeedHosts;

beforeAll(async () => {
  stores = await openTestStores(DATABASES.at(-1) ?? 'pglite', [`fetch.hostGapMs=${GAP_MS}`]);
  redis = connectRedis(stores.redisUrl, silent);
  threads = createThreads({ count: 1, heapMb: 256 });
  http = createHttpClient(
    { ...stores.config.fetch, userAgent: 'Communique/test', deadlineMs: REAL_LIMIT_MS },
    { gate: redisGate(redis, 'week', clock), robots: memoryRobots(), clock },
  );
  hosts = await startFeedHosts(clock, { hosts: HOSTS, feedsPerHost: 5, fromMs: START, toMs: END });
  const rows = hosts.feeds.map(({ id, url }) => ({ id, url, outlet: id, country: 'INT', language: 'en' }));
  await syncSources(stores.db, rows, new Date(START));
  await week();
}, 900_000);
afterAll(async () => {
  await hosts?.close();
  await http?.close();
  await threads?.close();
  redis?.disconnect();
  await stores?.close();
});

let polls = 0;

/** What bind.ts does with a poll, without its queue. */
async function pollOnce(id: string): Promise<PlannedPoll | null> {
  const deps = { db: stores.db, clock, log: silent, random: () => chance(polls, id.length), firstMs: 30 * 60_000 };
  const due = await loadDueSource(stores.db, id, new Date(clock.now()));
  if (!due || due.muted) return null;
  polls++;
  try {
    const context = { stop: new AbortController().signal, limitMs: REAL_LIMIT_MS, member: id };
    const made = await poll.run(
      { source: due.source },
      { config: stores.config, http, threads, clock, llm: null },
      context,
    );
    return (await keepPoll(deps, due, made)).next;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'http/host-busy' && failure.retryAtMs !== undefined)
      return { source: id, atMs: failure.retryAtMs };
    return keepPollFailure(deps, id, failure);
  }
}

/** Runs every poll when it is due; time goes on when all that is under way waits for it. */
async function week(): Promise<void> {
  const waiting = new Map((await plannedSources(stores.db)).map(({ source, atMs }) => [source, atMs]));
  let underWay = 0;
  let changed = () => {};
  clock.onSleep = () => changed();
  const start = (source: string): void => {
    waiting.delete(source);
    underWay++;
    void pollOnce(source).then((next) => {
      underWay--;
      if (next) waiting.set(source, next.atMs);
      changed();
    });
  };
  for (;;) {
    const change = new Promise<void>((resolve) => {
      changed = resolve;
    });
    for (const [source, atMs] of waiting) if (underWay < CONCURRENCY && atMs <= clock.now()) start(source);
    if (underWay === clock.sleepers) {
      const dueMs = underWay < CONCURRENCY ? Math.min(...waiting.values()) : Number.POSITIVE_INFINITY;
      const nextMs = Math.min(clock.nextMs, dueMs);
      if (nextMs > END && underWay === 0) return;
      clock.advanceTo(nextMs);
      if (underWay === 0 || dueMs <= nextMs) continue;
    }
    await change;
  }
}

const ofManner = (...manners: HostedFeed['manner'][]): HostedFeed[] =>
  hosts.feeds.filter((feed) => manners.includes(feed.manner));

describe('a week of a thousand sources on two hundred hosts', () => {
  it('never has two requests at a host at once, nor one within the gap, nor one in a pause', () => {
    for (const { starts, overlaps, pauses } of hosts.logs) {
      expect(overlaps).toBe(0);
      for (const [index, at] of starts.entries()) {
        const before = starts[index - 1];
        if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(GAP_MS);
        for (const { from, until } of pauses) expect(at > from && at < until).toBe(false);
      }
    }
    const requests = hosts.logs.reduce((sum, log) => sum + log.starts.length, 0);
    process.stderr.write(`a simulated week: ${polls} polls, ${requests} requests\n`);
  });

  it('finds every entry once: the ledger adds up', async () => {
    const entries = await stores.db.selectFrom('entries').select(['source_id', 'url', 'outcome']).execute();
    const bySource = new Map<string, (string | null)[]>();
    for (const { source_id, url } of entries) bySource.set(source_id, [...(bySource.get(source_id) ?? []), url]);
    const states = new Map((await sourceStatus(stores.db, END)).map((one) => [one.id, one]));
    for (const feed of ofManner('etag', 'last-modified', 'no validators', 'slow', 'cut off')) {
      expect(Date.parse(states.get(feed.id)?.lastOkAt ?? '')).toBeGreaterThan(END - 1.1 * DAY);
      const [firstMs = END] = feed.shown;
      const lastMs = feed.shown.at(-1) ?? START;
      const older = feed.published.filter((at) => at <= firstMs).slice(-SHOWN);
      const later = feed.published.filter((at) => at > firstMs && at <= lastMs);
      const found = bySource.get(feed.id) ?? [];
      expect({ id: feed.id, entries: found.length }).toEqual({ id: feed.id, entries: older.length + later.length });
      expect(new Set(found).size).toBe(found.length);
    }
    const counted = (await ledgerCounts(stores.db)).reduce((sum, row) => sum + row.count, 0);
    expect(counted).toBe(entries.length);
    const articles = await stores.db.selectFrom('articles').select('id').execute();
    expect(articles.length).toBe(entries.filter((entry) => entry.outcome === null).length);
  });

  it('treats each as its answers ask for', async () => {
    const states = new Map((await sourceStatus(stores.db, END)).map((one) => [one.id, one]));
    for (const { id } of ofManner('gone')) expect(states.get(id)).toMatchObject({ state: 'muted', failures: 1 });
    for (const { id } of ofManner('dead', 'not found')) {
      expect(states.get(id)?.state).toBe('failing');
      // An hour more each time or less: a dozen or two in a week, not hundreds.
      expect(states.get(id)?.failures).toBeLessThan(40);
    }
    for (const { id, url } of ofManner('moved for good')) {
      expect(states.get(id)?.url).toBe(url.replace(/\/f(\d)$/, '/new/f$1'));
      expect(states.get(id)?.detail).toContain('moved from');
    }
    for (const { id, url } of ofManner('moved for now'))
      expect(states.get(id)).toMatchObject({ url, lastFailure: null });
    for (const { id } of ofManner('sometimes 429', 'sometimes 500')) expect(states.get(id)?.entries).toBeGreaterThan(0);
  });
});
