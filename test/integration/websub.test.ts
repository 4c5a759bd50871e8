import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../src/main.js';
import { connectRedis } from '../../src/queues/connection.js';
import { requeueDeliveries } from '../../src/queues/deliveries.js';
import { openQueues, type Queues } from '../../src/queues/queues.js';
import { keepSubscriptions } from '../../src/queues/subscriptions.js';
import { startServer } from '../../src/server/index.js';
import type { Clock } from '../../src/shared/clock.js';
import { toJson } from '../../src/shared/db/json.js';
import { loadDueSource, noteSource, saveSource } from '../../src/shared/db/sources.js';
import { sourceStatus } from '../../src/shared/db/status.js';
import { doubtHub } from '../../src/shared/db/subscriptions.js';
import { freePort } from '../../src/shared/embedded/redis.js';
import { createHttpClient, type HttpClient } from '../../src/shared/http/client.js';
import { openGate } from '../../src/shared/http/gate.js';
import { memoryRobots } from '../../src/shared/http/robots.js';
import { createMetrics } from '../../src/shared/metrics.js';
import { pipeline } from '../../src/workers/pipeline.js';
import { startHost, type TestHost } from '../support/http.js';
import { startHub, type TestHub } from '../support/hub.js';
import { openTestStores, silent, type TestStores, testConfig } from '../support/stores.js';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-02-02T06:00:00Z');

const feedOf = (entries: readonly string[], head = ''): string =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Coast Guard Gazette</title>
  <link>https://gazette.example/</link>${head}${entries
    .map(
      (name) =>
        `<item><guid>${name}</guid><title>Entry ${name}</title><link>https://gazette.example/${name}</link></item>`,
    )
    .join('')}</channel></rss>`;

describe('the subscriber and its callback', () => {
  let stores: TestStores;
  let redis: Redis;
  let queues: Queues;
  let hub: TestHub;
  let http: HttpClient;
  let server: { url: string; close(): Promise<void> };
  let publicUrl: string;
  let nowMs = START_MS;
  const metrics = createMetrics();
  const clock: Clock = { now: () => nowMs, sleep: () => Promise.resolve() };

  beforeAll(async () => {
    const port = await freePort();
    publicUrl = `http://127.0.0.1:${port}`;
    stores = await openTestStores('pglite', [`server.port=${port}`, `server.publicUrl=${publicUrl}`]);
    redis = connectRedis(stores.redisUrl, silent);
    queues = openQueues(redis, stores.config, new Map(pipeline.map(({ stage, ...retry }) => [stage.name, retry])));
    const config = { ...stores.config, server: { ...stores.config.server, password: 'sesame' } };
    server = await startServer({ config, log: silent, clock, stores, redis, queues, metrics });
    const settings = { ...stores.config.fetch, userAgent: 'Test/1.0', hostGapMs: 0, deadlineMs: 5_000 };
    http = createHttpClient(settings, { gate: openGate, robots: memoryRobots(), clock });
  });
  afterAll(async () => {
    await http?.close();
    await server?.close();
    await queues?.close();
    redis?.disconnect();
    await stores?.close();
  });
  beforeEach(async () => {
    nowMs = START_MS;
    hub = await startHub();
    await redis.flushall();
    for (const table of ['entries', 'articles', 'sources'] as const) await stores.db.deleteFrom(table).execute();
    await addSource();
    await says({ hubs: [hub.url], self: 'https://gazette.example/feed.xml' });
  });
  afterEach(() => hub.close());

  const addSource = (enabled = true) =>
    saveSource(
      stores.db,
      { id: 'gazette', url: 'https://gazette.example/rss', outlet: 'Gazette', country: 'EST', language: 'en', enabled },
      'yaml',
      new Date(nowMs),
    );
  const says = (said: { hubs: string[]; self?: string }) =>
    noteSource(stores.db, 'gazette', { said: toJson({ format: 'rss2.0', ...said }) });
  const round = (reached: string | null = publicUrl) =>
    keepSubscriptions({ db: stores.db, http, clock, log: silent, publicUrl: reached });
  const form = (index = 0): Record<string, string> => {
    const found = hub.asked[index];
    if (!found) throw new Error(`the hub was not asked ${index + 1} times`);
    return found;
  };
  const subscription = async () => (await sourceStatus(stores.db, nowMs, 'gazette'))[0]?.subscription;
  const pushed = async () => (await loadDueSource(stores.db, 'gazette', new Date(nowMs)))?.standing.pushed;
  const waiting = () => stores.db.selectFrom('deliveries').selectAll().execute();
  const counted = async (result: string) => {
    const metric = await metrics.registry.getSingleMetric('communique_websub_deliveries_total')?.get();
    return metric?.values.find(({ labels }) => labels.result === result)?.value ?? 0;
  };

  it('asks the hub that the feed names, proves its intent, and is polled once a day from then on', async () => {
    expect(await round()).toBe(1);
    expect(form()).toEqual({
      'hub.mode': 'subscribe',
      'hub.topic': 'https://gazette.example/feed.xml',
      'hub.callback': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/websub\/[\w-]{32}$/),
      'hub.secret': expect.stringMatching(/^[0-9a-f]{64}$/),
      'hub.lease_seconds': '864000',
    });
    expect(hub.answers).toEqual([{ status: 200, body: 'challenge-0', type: 'text/plain; charset=utf-8' }]);
    expect(await subscription()).toEqual({
      hub: hub.url,
      topic: 'https://gazette.example/feed.xml',
      state: 'active',
      leaseUntil: new Date(START_MS + 10 * DAY_MS).toISOString(),
      detail: null,
    });
    expect(await pushed()).toBe(true);
    expect(await round()).toBe(0);
    expect(hub.asked).toHaveLength(1);
  });

  it('takes the address of a feed that states none for the topic', async () => {
    await says({ hubs: ['ftp://hub.example/', hub.url] });
    await round();
    expect(form()['hub.topic']).toBe('https://gazette.example/rss');
    expect(form()['hub.callback']).toContain('/websub/');
  });

  it('asks nobody without a public address, and forgets the subscriptions it had', async () => {
    await round(null);
    expect(hub.asked).toEqual([]);
    await round();
    expect(await pushed()).toBe(true);
    await round(null);
    expect(await pushed()).toBe(false);
    expect(await subscription()).toBeNull();
    expect(hub.asked).toHaveLength(1);
    const config = { ...stores.config, server: { ...stores.config.server, port: 0, publicUrl: null } };
    const closed = await startServer({ config, log: silent, clock, stores, redis, queues, metrics });
    const path = new URL(form()['hub.callback'] ?? '').pathname;
    const answer = await fetch(`${closed.url}${path}`);
    expect(await answer.json()).toEqual({ error: `there is nothing at ${path}` });
    await closed.close();
  });

  it.each([
    ['another topic', { 'hub.topic': 'https://gazette.example/other.xml' }],
    ['an end that was not asked for', { 'hub.mode': 'unsubscribe' }],
    ['no challenge of text', { 'hub.mode': 'celebrate' }],
  ])('answers 404 to a verification of %s', async (_what, over) => {
    hub.rules = { status: 202, next: null };
    await round();
    expect(await hub.verify(form(), over)).toBe(404);
    expect(await subscription()).toMatchObject({ state: 'asked', leaseUntil: null });
    const stranger = { ...form(), 'hub.callback': `${publicUrl}/websub/${'x'.repeat(32)}` };
    expect(await hub.verify(stranger)).toBe(404);
    expect(await hub.verify(form())).toBe(200);
    expect(await subscription()).toMatchObject({ state: 'active' });
  });

  it('opens nothing but the callback to those without the password', async () => {
    await round();
    const callback = form()['hub.callback'] ?? '';
    for (const path of ['/metrics', '/websub', '/websub/a/b', '/websub/a/', '/api/sources']) {
      expect([path, (await fetch(`${publicUrl}${path}`)).status]).toEqual([path, 401]);
    }
    expect((await fetch(callback)).status).toBe(404);
    expect((await fetch(callback, { method: 'DELETE' })).status).toBe(401);
    expect(await hub.deliver(form(), 'x', { headers: { origin: 'https://elsewhere.example' } })).toBe(403);
  });

  it('keeps a delivery that is signed with any of the four methods, and makes a small job of it', async () => {
    await round();
    const body = feedOf(['one']);
    for (const method of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
      expect(await hub.deliver(form(), body, { method, type: 'application/rss+xml; charset=utf-8' })).toBe(202);
    }
    const rows = await waiting();
    expect(rows).toHaveLength(4);
    expect(rows[0]?.body.toString('utf8')).toBe(body);
    expect(rows[0]?.headers).toEqual({ 'content-type': 'application/rss+xml; charset=utf-8' });
    const jobs = async () => ((await queues.all.get('poll')?.getJobs()) ?? []).map((job) => job.data);
    await expect.poll(jobs).toHaveLength(4);
    expect(await jobs()).toContainEqual({ source: 'gazette', delivery: rows[0]?.id });
  });

  it('acknowledges and drops what is signed wrongly, or not at all, and counts it', async () => {
    await round();
    const before = await counted('bad-signature');
    expect(await hub.deliver(form(), feedOf(['one']), { secret: 'guessed' })).toBe(202);
    for (const signature of ['', 'sha256=', 'sha256=00', 'md5=9e107d9d372bb6826bd81d3542a419d6', 'sha256=zz']) {
      expect(await hub.deliver(form(), feedOf(['one']), { headers: { 'x-hub-signature': signature } })).toBe(202);
    }
    expect(await waiting()).toEqual([]);
    expect(await counted('bad-signature')).toBe(before + 6);
    const stranger = { ...form(), 'hub.callback': `${publicUrl}/websub/${'x'.repeat(32)}` };
    expect(await hub.deliver(stranger, feedOf(['one']))).toBe(404);
  });

  it('takes no more than it can hold', async () => {
    await round();
    expect(await hub.deliver(form(), 'x'.repeat(stores.config.poll.maxBytes + 1))).toBe(413);
    for (let count = 0; count < 50; count++) expect(await hub.deliver(form(), feedOf(['one']))).toBe(202);
    expect(await hub.deliver(form(), feedOf(['one']))).toBe(503);
  });

  it('believes a hub that refuses, and asks again a day later', async () => {
    hub.rules = { status: 202, next: { mode: 'denied', leaseSeconds: 0 } };
    await round();
    expect(await subscription()).toMatchObject({ state: 'denied', leaseUntil: null, detail: expect.any(String) });
    expect(await pushed()).toBe(false);
    expect(await hub.verify(form())).toBe(404);
    nowMs += DAY_MS - 1;
    expect(await round()).toBe(0);
    nowMs += 1;
    hub.rules = { status: 202, next: { mode: 'as asked', leaseSeconds: 3600 } };
    expect(await round()).toBe(1);
    expect(await subscription()).toMatchObject({ state: 'active', detail: null });
  });

  it('asks a hub that fails again a day later, another one where the feed names one', async () => {
    const second = await startHub();
    await says({ hubs: [hub.url, second.url], self: 'https://gazette.example/feed.xml' });
    hub.rules = { status: 500, next: null };
    await round();
    expect(await subscription()).toMatchObject({
      state: 'failed',
      hub: hub.url,
      detail: 'the hub did not take the request: 500 no',
    });
    nowMs += DAY_MS;
    await round();
    expect(await subscription()).toMatchObject({ state: 'active', hub: second.url });
    expect(hub.asked).toHaveLength(1);
    await second.close();
  });

  it('asks again at once what a stop or a pause of the hub’s host cut short', async () => {
    hub.rules = { status: 429, next: null };
    await round();
    expect(await subscription()).toMatchObject({ state: 'asked' });
    nowMs += 60_000;
    const stop = new AbortController();
    const cut = { ...http, post: () => Promise.reject(stop.abort()) };
    const deps = { db: stores.db, http: cut, clock, log: silent, publicUrl };
    expect(await keepSubscriptions(deps, stop.signal)).toBe(1);
    hub.rules = { status: 202, next: { mode: 'as asked', leaseSeconds: 3600 } };
    expect(await round()).toBe(1);
    expect(await subscription()).toMatchObject({ state: 'active' });
  });

  it('renews when four fifths of the lease are over, and polls at its own pace once a lease ran out', async () => {
    await round();
    nowMs = START_MS + 8 * DAY_MS - 1;
    expect(await round()).toBe(0);
    nowMs += 1;
    expect(await round()).toBe(1);
    expect(form(1)).toEqual(form(0));
    const renewed = new Date(nowMs + 10 * DAY_MS).toISOString();
    expect(await subscription()).toMatchObject({ state: 'active', leaseUntil: renewed });
    hub.rules = { status: 503, next: null };
    for (const day of [8, 9]) {
      nowMs = START_MS + 8 * DAY_MS + day * DAY_MS;
      expect(await round()).toBe(1);
      expect(await pushed()).toBe(true);
    }
    nowMs += DAY_MS;
    expect(await pushed()).toBe(false);
    expect(await subscription()).toMatchObject({ state: 'lapsed', detail: 'the hub did not take the request: 503 no' });
    hub.rules = { status: 202, next: { mode: 'as asked', leaseSeconds: 60 } };
    expect(await round()).toBe(1);
    expect(await pushed()).toBe(true);
  });

  it('relies no longer on a hub that does not tell of what a poll finds', async () => {
    await round();
    nowMs += DAY_MS;
    const doubt = (...published: (number | null)[]) => doubtHub(stores.db, 'gazette', published, new Date(nowMs));
    const tooOld = START_MS - 1;
    const tooNew = nowMs - 60_000;
    expect(await doubt()).toBe(false);
    expect(await doubt(null, tooOld, tooNew)).toBe(false);
    expect(await pushed()).toBe(true);
    expect(await doubt(tooOld, START_MS + DAY_MS / 2, tooNew)).toBe(true);
    expect(await pushed()).toBe(false);
    expect(await subscription()).toMatchObject({ state: 'failed', detail: expect.stringContaining('did not tell') });
    expect(await hub.deliver(form(), feedOf(['one']))).toBe(202);
    nowMs += 6 * DAY_MS;
    expect(await round()).toBe(0);
    nowMs += DAY_MS;
    expect(await round()).toBe(1);
    expect(await pushed()).toBe(true);
    expect(await doubt(nowMs - 2 * DAY_MS)).toBe(false);
  });

  it('ends the subscription of a source that is switched off, and confirms that', async () => {
    await round();
    await addSource(false);
    await round();
    expect(form(1)).toMatchObject({ 'hub.mode': 'unsubscribe', 'hub.callback': form()['hub.callback'] });
    expect(hub.answers[1]).toMatchObject({ status: 200, body: 'challenge-1' });
    expect(await hub.deliver(form(), feedOf(['one']))).toBe(404);
    expect(await stores.db.selectFrom('subscriptions').selectAll().execute()).toEqual([]);
  });

  it('tells a hub that goes on delivering that it is over, until the lease is', async () => {
    await round();
    hub.rules = { status: 500, next: null };
    await addSource(false);
    await round();
    expect(await hub.deliver(form(), feedOf(['one']))).toBe(410);
    nowMs += 10 * DAY_MS;
    await round();
    expect(hub.asked).toHaveLength(2);
    expect(await hub.deliver(form(), feedOf(['one']))).toBe(404);
  });

  it.each([
    ['the topic', () => says({ hubs: [hub.url], self: 'https://gazette.example/moved.xml' })],
    [
      'the address of a feed without one',
      () => noteSource(stores.db, 'gazette', { url: 'https://gazette.example/new' }),
    ],
  ])('subscribes anew when %s changed', async (what, change) => {
    if (what !== 'the topic') await says({ hubs: [hub.url] });
    await round();
    await change();
    await round();
    expect(hub.asked.map((one) => one['hub.mode']).sort()).toEqual(['subscribe', 'subscribe', 'unsubscribe']);
    const topics = hub.asked.map((one) => one['hub.topic']);
    expect(new Set(topics).size).toBe(2);
    expect(await subscription()).toMatchObject({ state: 'active' });
    expect(await pushed()).toBe(true);
  });

  it('finds deliveries that have no job, and gives up one that can never be read', async () => {
    await round();
    await hub.deliver(form(), feedOf(['one']));
    const polls = queues.all.get('poll');
    await expect.poll(() => polls?.getWaitingCount()).toBe(1);
    const watch = () => requeueDeliveries(stores.db, redis, queues, new Date(nowMs), silent);
    expect(await watch()).toBe(0);
    await redis.flushall();
    expect(await requeueDeliveries(stores.db, redis, queues, new Date(nowMs - 1), silent)).toBe(0);
    expect(await watch()).toBe(1);
    expect(await watch()).toBe(0);
    const key = `${stores.config.redis.prefix}:poll:delivery-${(await waiting())[0]?.id}`;
    const added: number[] = [];
    for (let times = 0; times < 3; times++) {
      await redis.hset(key, 'finishedOn', nowMs);
      added.push(await watch());
    }
    expect(added).toEqual([1, 1, 0]);
    expect(await waiting()).toEqual([]);
  });
});

describe('a service that hubs can reach', () => {
  let hub: TestHub;
  let site: TestHost;
  let service: Service;
  let dataDir: string;
  let port: number;

  const start = async (stages: string[]) => {
    const set = [`server.port=${port}`, `server.publicUrl=http://127.0.0.1:${port}`, 'threads.count=1'];
    const quick = ['fetch.hostGapMs=0', 'scheduler.everySeconds=0.2', 'scheduler.graceSeconds=0'];
    const source = { id: 'gazette', url: `${site.url}/rss`, outlet: 'Gazette', country: 'EST', language: 'en' };
    const roles = ['scheduler', 'workers', 'server'] as const;
    const config = testConfig(dataDir, [...set, ...quick]);
    service = await startService({ config, log: silent, roles, stages, sources: [source] });
  };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'communique-websub-'));
    port = await freePort();
    hub = await startHub();
    site = await startHost((request, response) => {
      const self = `http://${request.headers.host}/self`;
      const link = `<${hub.url}>; rel="hub", <${self}>; rel="self"`;
      response.writeHead(200, { 'content-type': 'application/rss+xml', link }).end(feedOf(['known']));
    });
    await start(['poll']);
  }, 120_000);
  afterAll(async () => {
    await service?.stop();
    await site?.close();
    await hub?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 120_000);

  const WAIT = { timeout: 20_000, interval: 50 };
  const form = () => hub.asked[0] ?? {};
  const status = async () => (await sourceStatus(service.stores.db, Date.now(), 'gazette'))[0];
  const state = async () => (await status())?.subscription?.state;
  const deliveries = () => service.stores.db.selectFrom('deliveries').select('id').execute();
  const entries = async (): Promise<string[]> => {
    const rows = await service.stores.db.selectFrom('entries').select('url').orderBy('url').execute();
    return rows.map(({ url }) => url ?? '');
  };

  it('subscribes by itself to the hub of the Link header, and reads what is delivered without asking', async () => {
    await expect.poll(state, WAIT).toBe('active');
    expect(form()['hub.topic']).toBe(`${site.url}/self`);
    expect(await entries()).toEqual(['https://gazette.example/known']);
    expect(await hub.deliver(form(), feedOf(['fresh', 'known']))).toBe(202);
    await expect.poll(entries, WAIT).toEqual(['https://gazette.example/fresh', 'https://gazette.example/known']);
    await expect.poll(() => service.queues.all.get('fetch')?.getWaitingCount(), WAIT).toBe(2);
    await expect.poll(deliveries, WAIT).toEqual([]);
    expect(site.requests).toHaveLength(1);
  });

  it('keeps nothing of a delivery that is no feed, and holds it not against the source', async () => {
    expect(await hub.deliver(form(), '<html><body>Closed for repairs</body></html>')).toBe(202);
    await expect.poll(() => service.queues.all.get('poll')?.getFailedCount(), WAIT).toBe(1);
    expect(await deliveries()).toEqual([]);
    expect(await status()).toMatchObject({ state: 'ok', failures: 0, lastFailure: null });
  });

  it('loses no delivery to a FLUSHALL and a new start between its receipt and its reading', async () => {
    await service.stop();
    // Nobody polls now, so what comes has to wait.
    await start(['store']);
    expect(await hub.deliver(form(), feedOf(['late']))).toBe(202);
    await service.redis.flushall();
    await service.stop();
    await start(['poll']);
    await expect.poll(entries, WAIT).toContain('https://gazette.example/late');
    await expect.poll(deliveries, WAIT).toEqual([]);
    expect(await state()).toBe('active');
    expect(hub.asked).toHaveLength(1);
    expect(site.requests).toHaveLength(1);
  }, 240_000);
});
