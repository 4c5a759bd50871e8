import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.js';
import { loadDueSource, saveSource } from '../../../src/shared/db/sources.js';
import { ledgerCounts } from '../../../src/shared/db/status.js';
import { createHttpClient, type HttpClient } from '../../../src/shared/http/client.js';
import type { HostGate } from '../../../src/shared/http/gate.js';
import { memoryRobots } from '../../../src/shared/http/robots.js';
import type { SourceInput } from '../../../src/shared/model/source.js';
import { PollResult, type PollSource } from '../../../src/shared/model/stages.js';
import { poll } from '../../../src/workers/poll/index.js';
import { keepPoll } from '../../../src/workers/polling.js';
import { createThreads, type Threads } from '../../../src/workers/threads.js';
import { startHost, type TestHost } from '../../support/http.js';
import { openTestStores, silent, type TestStores, testConfig } from '../../support/stores.js';

const NEWS = readFileSync('test/fixtures/sitemaps/news.xml');
const LISTING = readFileSync('test/fixtures/listings/ministry.html');
const today = new Date().toISOString().slice(0, 10);

let threads: Threads;
let host: TestHost;
let http: HttpClient;
/** What the host answers, by path; what is not there is `missing`. */
let site: Record<string, string | Uint8Array>;
let missing = 404;
/** Who entered the gate, and whether it was to go on with what it had begun. */
let entered: boolean[];

beforeAll(async () => {
  threads = createThreads({ count: 1, heapMb: 256 });
  host = await startHost((request, response) => {
    const body = site[request.url ?? ''];
    response.writeHead(body === undefined ? missing : 200, { etag: '"1"' });
    response.end(body);
  });
  const gate: HostGate = {
    enter: async (_host, _member, _gap, _lease, continuing) => {
      entered.push(continuing === true);
      return 0;
    },
    leave: async () => {},
    pause: async () => {},
  };
  const config = testConfig('/nowhere');
  http = createHttpClient(
    { ...config.fetch, userAgent: 'Test/1.0' },
    { gate, robots: memoryRobots(), clock: systemClock },
  );
});
afterEach(() => host.requests.splice(0));
afterAll(async () => {
  await Promise.all([http?.close(), threads?.close(), host?.close()]);
});

async function asked(over: Partial<PollSource>, pages: typeof site): Promise<PollResult> {
  site = pages;
  entered = [];
  const source: PollSource = {
    id: 'a',
    url: `${host.url}/s`,
    kind: 'sitemap',
    links: null,
    identity: null,
    etag: null,
    lastModified: null,
    bodyHash: null,
    lastOkAt: null,
    ...over,
  };
  const deps = { http, threads, clock: systemClock, config: testConfig('/nowhere'), llm: null };
  const context = { stop: new AbortController().signal, limitMs: 30_000, member: 'poll/a' };
  return PollResult.parse(await poll.run({ source }, deps, context));
}

const paths = () => host.requests.map(({ path }) => path);
const urlset = (...urls: [loc: string, lastmod: string][]) =>
  `<urlset>${urls.map(([loc, lastmod]) => `<url><loc>https://a.example/${loc}</loc>${lastmod && `<lastmod>${lastmod}</lastmod>`}</url>`).join('')}</urlset>`;
const index = (...children: [path: string, lastmod: string][]) =>
  `<sitemapindex>${children.map(([path, lastmod]) => `<sitemap><loc>${path}</loc>${lastmod && `<lastmod>${lastmod}</lastmod>`}</sitemap>`).join('')}</sitemapindex>`;

describe('polling a sitemap', () => {
  it('sees its entries, by their links', async () => {
    const { sightings, said, etag } = await asked({}, { '/s': gzipSync(NEWS) });
    expect(sightings.map(({ key, title }) => [key, title])).toEqual([
      ['l:https://harbour.example/news/minesweepers-leave?a=1&b=2', 'Minesweepers leave for the strait & beyond'],
      ['l:https://harbour.example/news/pilots-train', 'Pilots train together'],
    ]);
    expect(said?.format).toBe('sitemap-news');
    expect(etag).toBe('"1"');
    expect(paths()).toEqual(['/s']);
  });

  it('takes a changed date for no change, a changed title for one', async () => {
    const hashOf = async (from: string, to: string) =>
      (await asked({}, { '/s': NEWS.toString().replace(from, to) })).sightings[0]?.contentHash;
    const before = await hashOf('', '');
    expect(await hashOf('2026-01-05T12:00:00Z', '2026-01-05T18:00:00Z')).toBe(before);
    expect(await hashOf('leave for', 'stay in')).not.toBe(before);
  });

  it('leaves out what it cannot date when it is first read, and takes it when it is new later', async () => {
    const pages = { '/s': urlset(['old', ''], ['new', today]) };
    const skips = ({ sightings }: PollResult) => sightings.map(({ url, skip }) => [url, skip]);
    expect(skips(await asked({}, pages))).toEqual([
      ['https://a.example/new', null],
      ['https://a.example/old', 'entry/before-first-poll'],
    ]);
    expect(skips(await asked({ lastOkAt: new Date() }, pages))).toEqual([
      ['https://a.example/new', null],
      ['https://a.example/old', null],
    ]);
  });

  it('follows an index, one after another as the same visitor, and is not told that it is unchanged', async () => {
    const pages = {
      '/s': index(['/old.xml', '2020-01-01'], ['/posts.xml', today], ['/news.xml', '']),
      '/news.xml': urlset(['n', today]),
      '/posts.xml': urlset(['p', today]),
    };
    const lastOkAt = new Date();
    const first = await asked({ lastOkAt }, pages);
    expect(paths()).toEqual(['/s', '/news.xml', '/posts.xml']);
    expect(entered).toEqual([false, true, true]);
    expect(first.sightings.map(({ url }) => url)).toEqual(['https://a.example/n', 'https://a.example/p']);
    expect(first).toMatchObject({ etag: null, lastModified: null, said: { format: 'sitemap-index' } });
    const { bodyHash } = first;
    expect(await asked({ lastOkAt, bodyHash }, pages)).toMatchObject({ unchanged: true, bodyHash });
    const changed = { ...pages, '/news.xml': urlset(['n', today], ['n2', today]) };
    expect(await asked({ lastOkAt, bodyHash }, changed)).toMatchObject({ unchanged: false });
  });

  it('ends with an index that names itself, or more than it will ask', async () => {
    const many = Array.from({ length: 40 }, (_, n): [string, string] => [`/c${n}.xml`, today]);
    const pages = Object.fromEntries(many.map(([path]) => [path, index(['/s', today], [path, today], ...many)]));
    const { sightings } = await asked({}, { '/s': index(['/s', today], ...many), ...pages });
    expect(sightings).toEqual([]);
    expect(paths()).toHaveLength(6);
    expect(new Set(paths()).size).toBe(6);
  });

  it('keeps what others gave when one sitemap fails, and fails when all do', async () => {
    const both = index(['/gone.xml', today], ['/a.xml', today]);
    const { sightings, problems } = await asked({}, { '/s': both, '/a.xml': urlset(['p', today]) });
    expect(sightings).toHaveLength(1);
    expect(problems).toEqual([`${host.url}/gone.xml: poll/status-404`]);
    await expect(asked({}, { '/s': both })).rejects.toMatchObject({ code: 'poll/status-404' });
    missing = 410;
    await expect(asked({}, { '/s': both })).rejects.toMatchObject({ code: 'poll/status-404' });
    missing = 404;
  });
});

describe('polling a listing page', () => {
  const links = { selector: 'article.card' };

  it('sees its links, and asks robots.txt before', async () => {
    const { sightings } = await asked({ kind: 'page', links }, { '/s': LISTING });
    expect(paths()).toEqual(['/robots.txt', '/s']);
    expect(sightings.map(({ key, skip }) => [key, skip])).toEqual([
      [expect.stringMatching(/^l:.*101-frigate$/), null],
      [expect.stringMatching(/^l:.*102-officers$/), null],
      [expect.stringMatching(/^l:.*103-dock$/), null],
    ]);
  });

  it('fails where no link is one to an article', async () => {
    await expect(asked({ kind: 'page', links }, { '/s': '<p>Please sign in</p>' })).rejects.toMatchObject({
      code: 'poll/no-links',
    });
  });

  it('ends a pattern that never comes to an end', async () => {
    const endless = { pattern: '^(?:[a-z:/.0-9]+)+$' };
    const pages = { '/s': `<a href="/${'a'.repeat(60)}!">A</a>` };
    site = pages;
    const source = { id: 'a', url: `${host.url}/s`, kind: 'page' as const, links: endless, identity: null };
    const never = { etag: null, lastModified: null, bodyHash: null, lastOkAt: null };
    const deps = { http, threads, clock: systemClock, config: testConfig('/nowhere'), llm: null };
    const context = { stop: new AbortController().signal, limitMs: 2_000, member: 'poll/a' };
    await expect(poll.run({ source: { ...source, ...never } }, deps, context)).rejects.toMatchObject({
      code: 'poll/timeout',
    });
  });
});

describe('an answer of 304', () => {
  it('counts only where it was asked for', async () => {
    missing = 304;
    try {
      const { unchanged } = await asked({ kind: 'feed', etag: '"1"' }, {});
      expect(unchanged).toBe(true);
      await expect(asked({ kind: 'feed' }, {})).rejects.toMatchObject({ code: 'poll/status-4xx' });
    } finally {
      missing = 404;
    }
  });
});

describe('the ledger of sitemaps and pages', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores('pglite');
  });
  afterAll(() => stores?.close());

  async function polled(pages: typeof site, atMs: number) {
    const due = await loadDueSource(stores.db, 'a', new Date(atMs));
    if (!due) throw new Error('not due');
    const clock = { ...systemClock, now: () => atMs };
    const deps = { db: stores.db, clock, log: silent, random: () => 0.5, firstMs: 1_800_000 };
    const { entries, created, revised, skipped } = (await keepPoll(deps, due, await asked(due.source, pages))).seen;
    return { entries, created, revised, skipped };
  }
  const state = async (over: Pick<SourceInput, 'kind' | 'links'>) => {
    await stores.db.deleteFrom('entries').execute();
    await stores.db.deleteFrom('sources').execute();
    const row = { id: 'a', url: `${host.url}/s`, outlet: 'A', country: 'GBR', language: 'en', ...over };
    await saveSource(stores.db, row, 'cli', new Date(0));
  };
  const DAY = 86_400_000;
  const now = Date.now();

  it('takes an undated address for an article only when it appears later', async () => {
    await state({ kind: 'sitemap' });
    const counts = [
      await polled({ '/s': urlset(['old', '']) }, now),
      await polled({ '/s': urlset(['old', ''], ['new', '']) }, now + DAY),
    ];
    expect(counts).toEqual([
      { entries: 1, created: 0, revised: 0, skipped: 1 },
      { entries: 2, created: 1, revised: 0, skipped: 0 },
    ]);
    expect(await ledgerCounts(stores.db)).toContainEqual({
      outcome: 'skipped',
      reason: 'entry/before-first-poll',
      count: 1,
    });
  });

  it('reads an article of a page again when its headline was changed, and only then', async () => {
    await stores.db.deleteFrom('entries').execute();
    await stores.db.deleteFrom('articles').execute();
    await state({ kind: 'page', links: { selector: 'article.card' } });
    const page = LISTING.toString();
    const counts = [
      await polled({ '/s': page }, now),
      await polled({ '/s': page.replace('2026-01-04T10:00', '2026-01-04T11:00') }, now + DAY),
      await polled({ '/s': page.replace('Officers of two navies', 'Admirals of two navies') }, now + 2 * DAY),
    ];
    expect(counts).toEqual([
      { entries: 3, created: 3, revised: 0, skipped: 0 },
      { entries: 3, created: 0, revised: 0, skipped: 0 },
      { entries: 3, created: 0, revised: 1, skipped: 0 },
    ]);
  });
});
