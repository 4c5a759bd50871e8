import { request } from 'node:http';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectRedis } from '../../src/queues/connection.js';
import { openQueues, type Queues } from '../../src/queues/queues.js';
import { startServer } from '../../src/server/index.js';
import { canonicalUrl } from '../../src/shared/canonical-url.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Config } from '../../src/shared/config.js';
import { articleId } from '../../src/shared/db/articles.js';
import { type Ending, settle } from '../../src/shared/db/settle.js';
import { recordSightings } from '../../src/shared/db/sightings.js';
import { saveSource } from '../../src/shared/db/sources.js';
import { createMetrics } from '../../src/shared/metrics.js';
import type { ExtractedRecord } from '../../src/shared/model/record.js';
import { pipeline, stageNames } from '../../src/workers/pipeline.js';
import { identify } from '../../src/workers/store/record-id.js';
import { aRecord, aSighting } from '../support/samples.js';
import { openTestStores, silent, type TestStores } from '../support/stores.js';

const Records = z.object({
  records: z.array(z.object({ id: z.string(), type: z.string(), article: z.object({ id: z.string() }) })),
  nextCursor: z.string().nullable(),
});
const Problem = z.strictObject({ error: z.string() });

const urlOf = (path: string) => `https://wire.example/${path}`;
const idAt = (path: string) => articleId(canonicalUrl(urlOf(path)));
const LONG_PATH = `a-visit-${'of-the-minister-'.repeat(12)}`;
const TRAININGS = 60;

let stores: TestStores;
let redis: Redis;
let queues: Queues;
let url: string;
const closing: (() => Promise<void>)[] = [];

async function serve(settings: Partial<Config['server']> = {}): Promise<{ url: string; close(): Promise<void> }> {
  const metrics = createMetrics();
  metrics.stageStarted('clean')('done');
  metrics.feedFailed('poll/gone');
  const config = { ...stores.config, server: { ...stores.config.server, ...settings } };
  return startServer({ config, log: silent, clock: systemClock, stores, redis, queues, metrics });
}

beforeAll(async () => {
  stores = await openTestStores('pglite');
  redis = connectRedis(stores.redisUrl, silent);
  queues = openQueues(redis, stores.config, new Map(pipeline.map(({ stage, ...retry }) => [stage.name, retry])));
  await fill();
  const server = await serve();
  url = server.url;
  closing.push(() => server.close());
});
afterAll(async () => {
  for (const close of closing) await close();
  await queues?.close();
  redis?.disconnect();
  await stores?.close();
});

async function fill(): Promise<void> {
  const now = new Date('2026-01-05T10:00:00Z');
  for (const [id, outlet] of [
    ['caucasus-wire', 'Caucasus Wire'],
    ['baltic-post', 'Baltic Post'],
    ['schools', 'Schools Weekly'],
  ] as const) {
    const rest = { country: 'GEO', language: 'en', enabled: true, intervalSeconds: 600 };
    await saveSource(stores.db, { id, outlet, url: `https://${id}.example/feed`, ...rest }, 'yaml', now);
  }
  const see = (source: string, ...paths: string[]) =>
    recordSightings(
      stores.db,
      source,
      paths.map((path) => aSighting(path, urlOf(path))),
      now,
    );
  await see('caucasus-wire', 'talks', 'crime', 'gone', 'waiting', LONG_PATH);
  await see('baltic-post', 'drill', 'talks');
  await see('schools', 'courses');
  const end = (path: string, at: string, over: Partial<Ending>, records: ExtractedRecord[] = []) => {
    const ending: Ending = {
      articleId: idAt(path),
      run: 1,
      stage: 'fetch',
      outcome: 'stored',
      reason: 'records',
      detail: null,
      duplicateOf: null,
      facts: { title: `About ${path}`, publishedAt: '2026-01-04', language: 'en' },
      records: { rules: 'r1', list: identify(idAt(path), records) },
      deadLetter: null,
      artifact: null,
      ...over,
    };
    return settle(stores.db, [ending], { sinks: [], eventSource: 'urn:test', now: new Date(at) });
  };
  const month: ExtractedRecord = {
    ...aRecord(),
    type: 'agreement',
    date: { start: '2025-11', end: '2025-11', precision: 'month', basis: 'explicit' },
    parties: [
      { kind: 'country', code: 'GEO', name: 'Georgia', role: 'signatory' },
      { kind: 'organization', code: 'NATO', name: 'NATO', role: 'signatory' },
    ],
  };
  const year: ExtractedRecord = {
    ...aRecord(),
    type: 'exercise',
    exercise: 'Spring Storm',
    date: { start: '2024', end: '2024', precision: 'year', basis: 'explicit' },
    parties: [{ kind: 'country', code: 'LVA', name: 'Latvia', role: 'host' }],
    evidence: [{ start: 0, end: 27, quote: "Crews' mortar drill, 'Storm'" }],
  };
  await end('talks', '2026-01-05T11:00:00Z', {}, [aRecord(), month]);
  await end('drill', '2026-01-05T12:00:00Z', {}, [year]);
  await end('crime', '2026-01-05T12:00:00Z', { outcome: 'irrelevant', reason: 'classify/irrelevant' });
  const failed = { outcome: 'failed', reason: 'fetch/status-404', records: null, deadLetter: { attempts: 1 } } as const;
  await end('gone', '2026-01-05T12:00:00Z', failed);
  await end(LONG_PATH, '2026-01-05T12:00:00Z', { reason: 'no records' });
  // All of one moment, so that pages have to be told apart by more than the time.
  const course = (n: number): ExtractedRecord => ({
    ...aRecord(),
    type: 'training',
    evidence: [{ start: n, end: n + 9, quote: `Course ${n}.` }],
  });
  await end(
    'courses',
    '2026-01-05T09:00:00Z',
    {},
    Array.from({ length: TRAININGS }, (_, n) => course(n)),
  );
}

const get = (path: string) => fetch(`${url}${path}`);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function list(query: string) {
  const response = await get(`/api/records?${query}`);
  expect(response.status).toBe(200);
  return Records.parse(await response.json());
}

async function refusal(response: Response, status: number): Promise<string> {
  expect(response.status).toBe(status);
  return Problem.parse(await response.json()).error;
}

const jobs = async () => {
  const counts = await Promise.all([...queues.all.values()].map((queue) => queue.getJobCounts()));
  return counts.flatMap((states) => Object.values(states)).reduce((sum, count) => sum + count, 0);
};

describe('health and metrics', () => {
  it('says that the process lives and that it reaches both stores', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ready', database: 'ok', redis: 'ok' });
  });

  it('counts articles, entries, records, jobs, durations, feed errors and the lag of the loop', async () => {
    await queues.addArticles('extract', [{ article: idAt('waiting'), run: 7, source: 'caucasus-wire' }]);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const lines = (await response.text()).split('\n');
    for (const line of [
      'communique_articles{stage="fetch",outcome=""} 1',
      'communique_articles{stage="",outcome="stored"} 4',
      'communique_articles{stage="",outcome="failed"} 1',
      'communique_entries{outcome="pending",reason=""} 1',
      'communique_entries{outcome="duplicate",reason="entry/same-article"} 1',
      'communique_entries{outcome="failed",reason="fetch/status-404"} 1',
      `communique_records{type="training"} ${TRAININGS}`,
      'communique_queue_jobs{queue="extract",state="waiting"} 1',
      'communique_queue_jobs{queue="poll",state="failed"} 0',
      'communique_stage_duration_seconds_count{stage="clean"} 1',
      'communique_stage_attempts_total{stage="clean",result="done"} 1',
      'communique_feed_errors_total{code="poll/gone"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.some((line) => /^nodejs_eventloop_lag_seconds \S+$/.test(line))).toBe(true);
    const helps = lines.filter((line) => line.startsWith('# HELP ')).map((line) => line.split(' ')[2]);
    expect(new Set(helps).size).toBe(helps.length);
    const wrong = lines.filter((line) => line !== '' && !/^(# (HELP|TYPE) |\w+(\{.*\})? [-+.\deInfNa]+$)/.test(line));
    expect(wrong).toEqual([]);
    await queues.all.get('extract')?.drain();
  });

  it('forgets in the gauges what is not there any more', async () => {
    await queues.all.get('extract')?.drain();
    expect(await (await get('/metrics')).text()).toContain('communique_queue_jobs{queue="extract",state="waiting"} 0');
  });
});

describe('records', () => {
  it.each([
    ['type=meeting', ['meeting']],
    ['type=agreement', ['agreement']],
    ['party=NATO', ['agreement']],
    ['party=LVA', ['exercise']],
    ['party=GE&source=caucasus-wire', []],
    ['source=baltic-post', ['exercise']],
    ['source=nobody', []],
    ['since=2026-01-04&source=caucasus-wire', ['meeting']],
    ['since=2025-11-30&source=caucasus-wire', ['agreement', 'meeting']],
    ['since=2025-12-01&source=caucasus-wire', ['meeting']],
    ['since=2024-12-31&source=baltic-post', ['exercise']],
    ['since=2025-01-01&source=baltic-post', []],
    ['until=2025-11-01', ['agreement', 'exercise']],
    ['until=2025-10-31', ['exercise']],
    ['until=2023-12-31', []],
    ['q=storm', ['exercise']],
    ['q=mortar+latvia', ['exercise']],
    ['q=%22spring+storm%22', ['exercise']],
    ['q=ministers+-exercise&type=meeting', ['meeting']],
    ['q=%27%22%29%28%26%7C%3A%2A&type=exercise', []],
    ['type=meeting&party=NATO', []],
    ['party=%27%3B+drop+table+records%3B--', []],
  ])('%s', async (query, types) => {
    const { records } = await list(query);
    expect(records.map((record) => record.type).sort()).toEqual(types);
  });

  it('are found by their article', async () => {
    const { records } = await list(`article=${idAt('talks')}`);
    expect(records.map((record) => record.article.id)).toEqual([idAt('talks'), idAt('talks')]);
  });

  it('come page by page, newest first, without loss or repeat, while others are added', async () => {
    expect((await list('')).records).toHaveLength(50);
    const seen: string[] = [];
    const types: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const page: z.infer<typeof Records> = await list(`limit=17${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.records.map((record) => record.id));
      types.push(...page.records.map((record) => record.type));
      cursor = page.nextCursor;
      if (++pages === 2) await addNewest();
    }
    expect(pages).toBe(4);
    expect(seen).toHaveLength(TRAININGS + 3);
    expect(new Set(seen).size).toBe(seen.length);
    expect(types[0]).toBe('exercise');
    expect(types.slice(3)).toEqual(Array.from({ length: TRAININGS }, () => 'training'));
    const first = await list('limit=1');
    expect(seen).not.toContain(first.records[0]?.id);
    await stores.db
      .deleteFrom('records')
      .where('id', '=', first.records[0]?.id ?? '')
      .execute();
  });

  it('have no next page after the last, even when it is full', async () => {
    expect((await list(`type=training&limit=${TRAININGS}`)).nextCursor).toBeNull();
    expect((await list('type=operation')).nextCursor).toBeNull();
  });

  it.each(['x', 'W10', Buffer.from('["2026-01-01","a"]').toString('base64url'), '%00', ''])(
    'refuse the cursor "%s"',
    async (cursor) => {
      expect(await refusal(await get(`/api/records?cursor=${cursor}`), 400)).toContain('cursor');
    },
  );

  it.each([
    ['type=war', 'type'],
    ['party=x', 'party'],
    ['since=yesterday', 'since'],
    ['since=2026-02-30', 'since'],
    ['until=2026', 'until'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=ten', 'limit'],
    ['q=', 'q'],
    ['typ=meeting', 'typ'],
    ['type=meeting&type=aid', 'type'],
    ['q=storm%00', 'NUL'],
    ['source=%00', 'NUL'],
  ])('refuse "%s" and name it', async (query, name) => {
    expect(await refusal(await get(`/api/records?${query}`), 400)).toContain(name);
  });

  it('are shown one by one, with passage, article and versions', async () => {
    const [known] = (await list('type=meeting')).records;
    const shown = await (await get(`/api/records/${known?.id}`)).json();
    expect(shown).toMatchObject({
      id: known?.id,
      revision: 1,
      rulesVersion: 'r1',
      evidence: [{ start: 0, quote: 'The defence ministers of Georgia and Estonia met in Tbilisi on Sunday.' }],
      article: { id: idAt('talks'), url: urlOf('talks'), source: 'caucasus-wire', outlet: 'Caucasus Wire' },
    });
    expect(await refusal(await get('/api/records/r0'), 404)).toContain('"r0"');
  });
});

async function addNewest(): Promise<void> {
  const [row] = await stores.db.selectFrom('records').selectAll().limit(1).execute();
  if (!row) throw new Error('no record to copy');
  const body = JSON.stringify(row.body);
  await stores.db
    .insertInto('records')
    .values({ ...row, body, id: 'r-new', created_at: new Date('2026-02-01T00:00:00Z') })
    .execute();
}

describe('articles and sources', () => {
  it('shows an article by its id, by its address and by another form of its address', async () => {
    const addresses = [urlOf('talks'), 'https://www.wire.example/talks?utm_source=x#top', urlOf(LONG_PATH)];
    expect(await (await get(`/api/articles/${idAt('talks')}`)).json()).toMatchObject({
      id: idAt('talks'),
      outcome: 'stored',
      sightings: [{ source: 'caucasus-wire' }, { source: 'baltic-post' }],
    });
    const found = await Promise.all(addresses.map((one) => get(`/api/articles/${encodeURIComponent(one)}`)));
    expect(found.map((response) => response.status)).toEqual([200, 200, 200]);
    expect(await found[1]?.json()).toMatchObject({ id: idAt('talks') });
  });

  it('says why an article failed, and where one waits', async () => {
    expect(await (await get(`/api/articles/${idAt('gone')}`)).json()).toMatchObject({
      outcome: 'failed',
      reason: 'fetch/status-404',
      deadLetter: { attempts: 1 },
    });
    expect(await (await get(`/api/articles/${idAt('waiting')}`)).json()).toMatchObject({
      stage: 'fetch',
      outcome: null,
    });
  });

  it.each(['a0', encodeURIComponent('https://wire.example/none'), encodeURIComponent('http://')])(
    'answers 404 to %s',
    async (id) => {
      await refusal(await get(`/api/articles/${id}`), 404);
    },
  );

  it('answers 400 to an id that no article can have', async () => {
    expect(await refusal(await get('/api/articles/%00'), 400)).toContain('NUL');
  });

  it('lists the sources with what came of them', async () => {
    expect(await (await get('/api/sources')).json()).toMatchObject({
      sources: [
        { id: 'baltic-post', entries: 2, articles: 1, records: 1 },
        { id: 'caucasus-wire', entries: 5, articles: 5, records: 2 },
        { id: 'schools', entries: 1, articles: 1, records: TRAININGS },
      ],
    });
  });

  it('answers in JSON where there is nothing', async () => {
    expect(await refusal(await get('/api/nothing'), 404)).toContain('/api/nothing');
  });
});

describe('reading again', () => {
  afterEach(async () => {
    for (const queue of queues.all.values()) await queue.obliterate({ force: true });
  });

  it('says how many a dry run would touch and touches none', async () => {
    const response = await post('/api/reingest', { source: 'caucasus-wire', from: 'classify', dryRun: true });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ articles: 5, earlier: 5, dryRun: true });
    expect(await jobs()).toBe(0);
    expect(await (await get(`/api/articles/${idAt('talks')}`)).json()).toMatchObject({ run: 1, outcome: 'stored' });
  });

  it.each([
    [{ article: 'a0' }, 'a0'],
    [{ url: 'https://wire.example/none' }, 'none'],
    [{ source: 'nobody' }, 'nobody'],
    [{}, 'which articles'],
    [{ from: 'clean' }, 'which articles'],
    [{ source: 'caucasus-wire', from: 'store' }, 'from'],
    [{ outcome: 'lost' }, 'outcome'],
    [{ since: 'monday' }, 'since'],
    [{ source: 'caucasus-wire', dry: true }, 'dry'],
    [[], 'expected object'],
  ])('refuses %j and enqueues nothing', async (body, part) => {
    expect(await refusal(await post('/api/reingest', body), 400)).toContain(part);
    expect(await jobs()).toBe(0);
  });

  it('refuses what is no JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    await refusal(await fetch(`${url}/api/reingest`, { method: 'POST', headers, body: '{' }), 400);
  });

  it('enqueues those of the selection under a new run', async () => {
    const response = await post('/api/reingest', { outcome: 'irrelevant', from: 'classify' });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ articles: 1, earlier: 1, dryRun: false });
    const [job] = (await queues.all.get('fetch')?.getJobs()) ?? [];
    expect(job?.data).toEqual({ article: idAt('crime'), run: 2, source: 'caucasus-wire' });
    expect(await (await get(`/api/articles/${idAt('crime')}`)).json()).toMatchObject({ run: 2, stage: 'fetch' });
  });
});

describe('the OpenAPI document', () => {
  it('names every route of the API with its answers', async () => {
    const Document = z.object({
      openapi: z.string().startsWith('3.'),
      info: z.object({ title: z.string(), version: z.string() }),
      paths: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            summary: z.string(),
            parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
            responses: z.record(z.string(), z.object({ description: z.string() })),
          }),
        ),
      ),
    });
    const { paths } = Document.parse(await (await get('/api/openapi.json')).json());
    expect(Object.entries(paths).flatMap(([path, ways]) => Object.keys(ways).map((way) => `${way} ${path}`))).toEqual([
      'get /api/records',
      'get /api/records/{id}',
      'get /api/articles/{id}',
      'get /api/sources',
      'post /api/reingest',
    ]);
    const filters = paths['/api/records']?.get?.parameters.map((one) => one.name);
    expect(filters).toEqual(['type', 'party', 'since', 'until', 'source', 'article', 'q', 'limit', 'cursor']);
    expect(Object.keys(paths['/api/reingest']?.post?.responses ?? {})).toEqual(['202', '400']);
  });
});

describe('the dashboard', () => {
  it('loads with its script, and is where / leads', async () => {
    const page = await get('/');
    expect(page.url).toBe(`${url}/queues`);
    const html = await page.text();
    expect(html).toContain('Communiqué');
    const [, script] = /<script[^>]+src="([^"]+)"/.exec(html) ?? [];
    const loaded = await fetch(new URL(script ?? '', `${url}/queues/`));
    expect(loaded.status).toBe(200);
    expect(loaded.headers.get('content-type')).toContain('javascript');
  });

  it('lists all six queues in the order of the pipeline, with retry and clean allowed', async () => {
    const Board = z.object({ queues: z.array(z.object({ name: z.string(), readOnlyMode: z.boolean() })) });
    const { queues: shown } = Board.parse(await (await get('/queues/api/queues')).json());
    expect(shown.map((queue) => queue.name)).toEqual([...stageNames]);
    expect(shown.some((queue) => queue.readOnlyMode)).toBe(false);
  });

  it('cleans a queue when its own page asks', async () => {
    const headers = { origin: url };
    const response = await fetch(`${url}/queues/api/queues/fetch/clean/completed`, { method: 'PUT', headers });
    expect(response.status).toBe(200);
  });
});

/** Sends headers that `fetch` keeps to itself. */
function ask(base: string, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, base), { headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

describe('the guard', () => {
  it('takes no request that the page of another site sends', async () => {
    const body = { outcome: 'irrelevant', from: 'fetch' };
    const refused = await post('/api/reingest', body, { origin: 'https://evil.example' });
    expect(await refusal(refused, 403)).toContain('evil.example');
    expect((await post('/api/reingest', body, { origin: 'null' })).status).toBe(403);
    expect(await ask(url, '/queues/api/queues/fetch/clean/completed', { origin: 'https://evil.example' }, 'PUT')).toBe(
      403,
    );
    expect(await jobs()).toBe(0);
    expect((await post('/api/reingest', { ...body, dryRun: true }, { origin: url })).status).toBe(202);
  });

  it('does not answer to the name of another host', async () => {
    expect(await ask(url, '/api/records', { host: 'evil.example' })).toBe(421);
    expect(await ask(url, '/queues', { host: `evil.example:${new URL(url).port}` })).toBe(421);
    expect(await ask(url, '/api/records', { host: 'localhost' })).toBe(200);
  });

  it('answers to its public name', async () => {
    const server = await serve({ publicUrl: 'https://communique.example.org' });
    expect(await ask(server.url, '/api/records', { host: 'communique.example.org' })).toBe(200);
    await server.close();
  });

  it('does not listen to a network without a password', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'communique.example.org']) {
      await expect(serve({ host })).rejects.toThrow(/no password/);
    }
  });

  it('says so when the port is taken', async () => {
    await expect(serve({ port: Number(new URL(url).port) })).rejects.toThrow(/in use/);
  });

  it('asks for the password as soon as there is one, everywhere but for health', async () => {
    const server = await serve({ password: 'sesame: #1', host: '0.0.0.0' });
    const base = `http://127.0.0.1:${new URL(server.url).port}`;
    const basic = (name: string, word: string) => `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
    const closed = ['/', '/queues', '/queues/api/queues', '/metrics', '/api/records', '/api/openapi.json', '/none'];
    for (const path of [...closed, '/healthz/', '//healthz', '/healthz/../metrics', '/metrics?/healthz']) {
      const response = await fetch(`${base}${path}`, { redirect: 'manual' });
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get('www-authenticate')).toContain('Basic');
    }
    for (const path of ['/healthz', '/readyz', '/healthz?x=1'])
      expect((await fetch(`${base}${path}`)).status).toBe(200);
    const authorized = (authorization: string, path: string) => ask(base, path, { authorization });
    for (const path of closed.slice(1, -1)) {
      expect([path, await authorized(basic('admin', 'sesame: #1'), path)]).toEqual([path, 200]);
    }
    expect(await authorized(basic('admin', 'sesame'), '/api/records')).toBe(401);
    expect(await authorized(basic('root', 'sesame: #1'), '/api/records')).toBe(401);
    expect(await authorized('Basic x', '/api/records')).toBe(401);
    const foreign = { authorization: basic('admin', 'sesame: #1'), origin: 'https://evil.example' };
    expect(await ask(base, '/api/reingest', foreign, 'POST')).toBe(403);
    await server.close();
  });
});
