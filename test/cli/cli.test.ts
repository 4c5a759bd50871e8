import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { connectRedis } from '../../src/queues/connection.js';
import { openQueues, type Queues } from '../../src/queues/queues.js';
import { canonicalUrl } from '../../src/shared/canonical-url.js';
import { projectDir } from '../../src/shared/config.js';
import { articleId } from '../../src/shared/db/articles.js';
import { type Ending, settle } from '../../src/shared/db/settle.js';
import { recordSightings } from '../../src/shared/db/sightings.js';
import { saveSource } from '../../src/shared/db/sources.js';
import type { ExtractedRecord } from '../../src/shared/model/record.js';
import { pipeline } from '../../src/workers/pipeline.js';
import { identify } from '../../src/workers/store/record-id.js';
import { startHost, type TestHost } from '../support/http.js';
import { aRecord, aSighting } from '../support/samples.js';
import { openTestStores, silent, type TestStores } from '../support/stores.js';

const COMMAND = join(projectDir, 'dist', 'cli', 'index.js');
const PAGE = join(projectDir, 'test', 'fixtures', 'clean', 'exercise', 'page.html');
const FEEDS = join(projectDir, 'test', 'fixtures', 'feeds');

// Each start of the command costs a second or two, more on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

let cwd: string;
let stores: TestStores;
let redis: Redis;
let queues: Queues;

/** Starts the command in a directory of its own, beside the stores that this test runs. */
function start(args: string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const own = { PATH, HOME, COMMUNIQUE_DATADIR: stores.config.dataDir, COMMUNIQUE_THREADS__COUNT: '2' };
  return spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...own, ...env }, timeout: 60_000 });
}

function run(
  args: string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = start(args, env);
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

async function ok(args: string[], options: Parameters<typeof run>[1] = {}): Promise<string> {
  const { code, stdout, stderr } = await run(args, options);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

/** Fails with that code, one line of explanation and nothing on standard output. */
async function refused(args: string[], code: number, part: string): Promise<void> {
  const ended = await run(args);
  expect({ args, ...ended }).toMatchObject({ args, code, stdout: '' });
  expect(ended.stderr).toContain(part);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
}

const urlOf = (path: string) => `https://wire.example/${path}`;
const idAt = (path: string) => articleId(canonicalUrl(urlOf(path)));
const NASTY = '=HYPERLINK("https://evil.example","click")';
const QUOTE = 'He said: "We agree, fully"\nand left.';

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'communique-cli-'));
  stores = await openTestStores('pglite');
  redis = connectRedis(stores.redisUrl, silent);
  queues = openQueues(redis, stores.config, new Map(pipeline.map(({ stage, ...retry }) => [stage.name, retry])));
  await fill();
});
afterAll(async () => {
  await queues?.close();
  redis?.disconnect();
  await stores?.close();
  rmSync(cwd, { recursive: true, force: true });
});

async function fill(): Promise<void> {
  const now = new Date('2026-01-05T10:00:00Z');
  const rest = { outlet: 'Wire', country: 'GEO', language: 'en', enabled: true, intervalSeconds: 600 };
  await saveSource(stores.db, { id: 'wire', url: 'https://wire.example/feed', ...rest }, 'yaml', now);
  const paths = ['talks', 'deal', 'crime', 'gone'];
  await recordSightings(
    stores.db,
    'wire',
    paths.map((path) => aSighting(path, urlOf(path))),
    now,
  );
  const end = async (path: string, over: Partial<Ending>, records: ExtractedRecord[] = []) => {
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
    await settle(stores.db, [ending], { sinks: [], eventSource: 'urn:test', now });
  };
  await end('talks', {}, [aRecord()]);
  const nasty: ExtractedRecord = {
    ...aRecord(),
    type: 'agreement',
    people: [{ name: NASTY, rank: null, post: null, affiliation: 'GEO' }],
    equipment: [
      { name: '@SUM(1)', quantity: 1 },
      { name: 'tank, light', quantity: null },
    ],
    exercise: '-2+3',
    evidence: [{ start: 0, end: QUOTE.length, quote: QUOTE }],
  };
  await end('deal', { facts: { title: '+1 \u001b[31mred', publishedAt: '2026-01-04', language: 'en' } }, [nasty]);
  await end('crime', { outcome: 'irrelevant', reason: 'classify/irrelevant' });
  const failed = { outcome: 'failed', reason: 'fetch/status-404', records: null, deadLetter: { attempts: 1 } } as const;
  await end('gone', failed);
}

const jobs = async () => {
  const counts = await Promise.all([...queues.all.values()].map((queue) => queue.getJobCounts()));
  return counts.flatMap((states) => Object.values(states)).reduce((sum, count) => sum + count, 0);
};

const ids = (text: string) =>
  z
    .array(z.object({ id: z.string() }))
    .parse(JSON.parse(text))
    .map((row) => row.id);

describe('the help', () => {
  const commands = [
    'start',
    'demo',
    'doctor',
    'status',
    'sources',
    'poll',
    'reingest',
    'dead',
    'records',
    'articles',
    'inspect',
    'feed',
  ];

  it('names every command, and the version is told', async () => {
    const help = await ok(['--help']);
    for (const command of commands) expect(help).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(await ok(['--version'])).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is there for every command, with examples where a call is not plain', async () => {
    const plain = commands.filter((command) => !['start', 'reingest', 'inspect'].includes(command));
    const usage = (command: string, text: string) => expect(text).toContain(`Usage: communique ${command}`);
    for (const command of plain) usage(command, await ok([command, '--help']));
    for (const command of ['start', 'reingest', 'inspect', 'sources add']) {
      const text = await ok([...command.split(' '), '--help']);
      usage(command, text);
      expect(text).toMatch(/Examples?:\n {2}\$ communique /);
    }
  });
});

describe('wrong calls', () => {
  it.each([
    [['--nonsense']],
    [['status', '--nonsense']],
    [['records', 'list', '--since', '2026-02-31x']],
    [['reingest', '--article', 'a0']],
    [['sources', 'add']],
  ])('%j end with an explanation and not with 0', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error: /);
  });

  it.each([
    [['inspect'], 'give one address or file'],
    [['inspect', '/nowhere.html'], 'neither a file nor'],
    [['start', '--roles', 'king'], 'scheduler, workers, server'],
  ])('%j are explained, with exit code 2', async (args, part) => {
    await refused(args, 2, part);
  });
});

describe('a wrong setting', () => {
  it('is named with its place, and ends every command with 2', async () => {
    await refused(['status', '--set', 'server.prot=1'], 2, '--set server.prot: unknown setting "server.prot"');
    const file = join(cwd, 'wrong.yaml');
    writeFileSync(file, 'log:\n  level: loud\n');
    await refused(['status', '--config', 'wrong.yaml'], 2, 'log.level');
    writeFileSync(file, 'lgo: {}\n');
    await refused(['inspect', PAGE, '-c', 'wrong.yaml'], 2, `${file}: unknown setting "lgo"`);
    await refused(['status', '-c', 'nowhere.yaml'], 2, 'nowhere.yaml: no such file');
    const { code, stderr } = await run(['status'], { env: { COMMUNIQUE_SREVER__PORT: '1' } });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('COMMUNIQUE_SREVER__PORT') });
  });
});

describe('doctor', () => {
  const Findings = z.array(
    z.object({ what: z.string(), ok: z.boolean(), found: z.string(), cure: z.string().optional() }),
  );

  it('finds nothing wrong with own stores and a contact', async () => {
    const findings = Findings.parse(
      JSON.parse(await ok(['doctor', '--json', '--set', 'fetch.contact=ops@example.org'])),
    );
    expect(findings.filter((finding) => !finding.ok)).toEqual([]);
    const about = findings.map((finding) => finding.what).join('\n');
    for (const what of ['Redis version', 'append-only', 'eviction', 'database', 'configuration', 'Node.js'])
      expect(about).toContain(what);
  });

  it('says what is wrong and what cures it, with exit code 1', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.config('SET', 'appendonly', 'no');
    const { code, stdout } = await run(['doctor', '--json', '--set', 'server.host=0.0.0.0']);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.config('SET', 'appendonly', 'yes');
    expect(code).toBe(1);
    const wrong = Findings.parse(JSON.parse(stdout)).filter((finding) => !finding.ok);
    expect(wrong.map((finding) => finding.what)).toEqual([
      'configuration',
      'Redis append-only file',
      'Redis eviction policy',
    ]);
    for (const finding of wrong) expect(finding.cure?.length).toBeGreaterThan(10);
  });

  it('finds a wrong setting and a Redis that is not there', async () => {
    const { code, stdout } = await run(['doctor', '--set', 'server.prot=1']);
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('server.prot') });
    const away = await run([
      'doctor',
      '--set',
      'redis.url=redis://u:secret@127.0.0.1:1',
      '--set',
      'fetch.contact=a@b.c',
    ]);
    expect(away.code).toBe(1);
    expect(away.stdout).toMatch(/PROBLEM {2}stores: .*127\.0\.0\.1:1/);
    expect(away.stdout + away.stderr).not.toContain('secret');
  });
});

describe('status', () => {
  it('adds up, for people and for programs', async () => {
    const Status = z.object({
      entries: z.number(),
      ledger: z.array(z.object({ outcome: z.string(), count: z.number() })),
      queues: z.array(z.object({ queue: z.string() })),
    });
    const status = Status.parse(JSON.parse(await ok(['status', '--json'])));
    expect(status.entries).toBe(4);
    expect(status.ledger.reduce((sum, row) => sum + row.count, 0)).toBe(4);
    expect(status.queues.map((row) => row.queue)).toEqual(pipeline.map(({ stage }) => stage.name));
    expect(await ok(['status'])).toContain('4 entries seen');
  });
});

describe('sources', () => {
  const given = ['--outlet', 'Défense Été', '--country', 'FRA', '--language', 'fr'];

  it('are added, listed and removed, and their polls with them', async () => {
    expect(await ok(['sources', 'add', 'https://fr.example/feed', ...given, '--no-check', '--every', '60'])).toBe(
      'added de-fense-e-te\n',
    );
    expect(ids(await ok(['sources', 'list', '--json']))).toEqual(['de-fense-e-te', 'wire']);
    const polls = queues.all.get('poll');
    const planned = async () => (await polls?.getJobs(['waiting', 'delayed']))?.map((job) => job.data.source);
    expect(await planned()).toEqual(['de-fense-e-te']);
    expect(await ok(['sources', 'list'])).toContain('Défense Été');
    await refused(['sources', 'add', 'https://fr.example/feed', ...given, '--id', 'other'], 2, 'already');
    expect(await ok(['sources', 'remove', 'de-fense-e-te'])).toContain('not polled any more');
    expect(await planned()).toEqual([]);
    const rows = await stores.db.selectFrom('sources').where('id', '=', 'de-fense-e-te').select('enabled').execute();
    expect(rows).toEqual([{ enabled: false }]);
    await polls?.obliterate({ force: true });
  });

  it('are refused when an address, a code or a name is wrong', async () => {
    await refused(['sources', 'add', 'ftp://fr.example', ...given], 2, 'not an http(s) address');
    await refused(['sources', 'add', 'https://x.example', ...given, '--country', 'France'], 2, 'France');
    await refused(['sources', 'remove', 'nobody'], 2, '"nobody"');
    await refused(['poll', 'nobody'], 2, '"nobody"');
  });
});

describe('sources of a site', () => {
  let site: TestHost;
  const near = { env: { COMMUNIQUE_FETCH__ALLOWADDRESSES: '[127.0.0.0/8]', COMMUNIQUE_FETCH__HOSTGAPMS: '0' } };
  const feed = readFileSync(join(projectDir, 'test', 'fixtures', 'sitemaps', 'news.xml'));
  const page = readFileSync(join(projectDir, 'test', 'fixtures', 'listings', 'ministry.html'));
  const pages: Record<string, string | Buffer> = {
    '/': '<html lang="en"><title>Harbour</title><link rel=alternate type="application/rss+xml" href="/a.xml"></html>',
    '/a.xml':
      '<rss version="2.0"><channel><title>Harbour News</title><ttl>120</ttl><link>https://harbour.co.uk/</link>' +
      '<item><title>One</title><link>https://harbour.co.uk/1</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>',
    '/sitemap_news.xml': feed,
    '/list': page,
  };
  const taken = async () =>
    (await stores.db.selectFrom('sources').where('id', 'not in', ['wire', 'de-fense-e-te']).selectAll().execute()).map(
      ({ id, kind, url, country, language, links }) => [id, kind, url.replace(site.url, ''), country, language, links],
    );

  beforeAll(async () => {
    site = await startHost((request, response) => {
      const body = pages[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
  });
  afterAll(async () => {
    await site.close();
    await stores.db.deleteFrom('sources').where('id', 'not in', ['wire', 'de-fense-e-te']).execute();
    await queues.all.get('poll')?.obliterate({ force: true });
  });

  it('are found, shown, and the likeliest added', async () => {
    const shown = await ok(['sources', 'add', `${site.url}/`, '--dry-run'], near);
    expect(shown).toMatch(/1\s.*feed\s.*rss2.0\s.*Harbour News\s.*1\s.*2026-01-05/);
    expect(shown).toMatch(/2\s.*sitemap\s.*sitemap-news/);
    expect(await taken()).toEqual([]);
    expect(await ok(['sources', 'add', `${site.url}/`], near)).toMatch(/added harbour-news\n.*number 1 of 2/);
    expect(await ok(['sources', 'add', `${site.url}/`, '--pick', '2', '--country', 'INT'], near)).toContain(
      'added harbour-gazette',
    );
    expect(
      await ok(
        ['sources', 'add', `${site.url}/list`, '--kind', 'page', '--selector', '.card', '--country', 'EST'],
        near,
      ),
    ).toBe('added ministry-of-harbours\n');
    expect(await taken()).toEqual([
      ['harbour-news', 'feed', '/a.xml', 'GBR', 'en', null],
      ['harbour-gazette', 'sitemap', '/sitemap_news.xml', 'INT', 'en', null],
      ['ministry-of-harbours', 'page', '/list', 'EST', 'en-GB', { selector: '.card' }],
    ]);
    expect(await queues.all.get('poll')?.getJobCountByTypes('waiting', 'delayed')).toBe(3);
  });

  it('are told when they are there, or cannot be told apart or completed', async () => {
    const refusedNear = async (args: string[], code: number, part: string) => {
      const ended = await run(['sources', 'add', ...args], near);
      expect({ args, ...ended }).toMatchObject({ args, code });
      expect(ended.stderr).toContain(part);
    };
    await refusedNear([`${site.url}/a.xml?utm_source=x`], 2, '"harbour-news"');
    await refusedNear([`${site.url}/`], 2, '"harbour-news"');
    await refusedNear([`${site.url}/`, '--pick', '3'], 2, 'only 2');
    await refusedNear([`${site.url}/list`, '--kind', 'page', '--selector', '.x'], 1, '.x');
    await refusedNear([`${site.url}/list`, '--kind', 'page'], 2, '--selector');
    await refusedNear([`${site.url}/list`, '--kind', 'page', '--selector', 'a['], 2, 'CSS');
    const unplaced = [`${site.url}/list`, '--kind', 'page', '--pattern', '101'];
    await refusedNear(unplaced, 2, '--country');
    expect(await ok(['sources', 'add', ...unplaced, '--dry-run'], near)).toMatch(/1\s.*page.*give --country/s);
    await refusedNear([`${site.url}/list`, '--every', '99999999999'], 2, 'intervalSeconds');
    await refusedNear([`${site.url}/nothing`], 1, '404');
    await refusedNear([`${site.url}/new`, '--no-check'], 2, '--country');
  });

  it('come back from an export as they were', async () => {
    const before = await taken();
    const file = join(cwd, 'sources.opml');
    expect(await ok(['sources', 'export', file])).toMatch(/^wrote \d+ sources/);
    expect(await ok(['sources', 'import', file])).toContain('0 added, 5 there already, 0 cannot be added');
    await stores.db.deleteFrom('sources').where('id', 'not in', ['wire', 'de-fense-e-te']).execute();
    expect(await ok(['sources', 'import', file, '--dry-run'])).toContain('3 would be added, 2 there already');
    expect(await taken()).toEqual([]);
    expect(await ok(['sources', 'import', file])).toContain('3 added, 2 there already');
    expect((await taken()).sort()).toEqual(before.sort());
    expect(await ok(['sources', 'export'])).toContain('<opml version="2.0"');
  });

  it('are imported whole or not at all', async () => {
    const file = join(cwd, 'bad.opml');
    writeFileSync(file, '<opml><body><outline text="A" xmlUrl="https://new.co.uk/rss" language="en"/>');
    await refused(['sources', 'import', file], 2, 'ends before');
    await refused(['sources', 'import', join(cwd, 'none.opml')], 2, 'none.opml');
    expect((await taken()).length).toBe(3);
  });

  it('are tested without being added', async () => {
    const told = await ok(['sources', 'test', `${site.url}/a.xml`], near);
    expect(told).toContain('1 entries, 1 with an article, newest 2026-01-05T10:00:00.000Z');
    expect(told).toContain('feed, rss2.0: Harbour News');
    expect(told).toContain('not within 2 h');
    expect(told).toMatch(/asked again after .* then about [\d.]+ times a day/);
    const json = await ok(
      ['sources', 'test', `${site.url}/list`, '--kind', 'page', '--pattern', '/news/\\d', '--json'],
      near,
    );
    expect(JSON.parse(json)).toMatchObject([{ kind: 'page', format: 'page', entries: 4, undated: 2, ok: true }]);
    expect(await ok(['sources', 'test', `${site.url}/sitemap_news.xml`], near)).toContain('sitemap, sitemap-news');
    const { code, stdout } = await run(['sources', 'test', `${site.url}/`], near);
    expect([code, stdout]).toEqual([1, expect.stringContaining('poll/not-a-feed')]);
    const page = ['sources', 'test', `${site.url}/list`, '--kind', 'page'];
    await refused([...page, '--selector', 'a['], 2, 'not a CSS selector');
    await refused([...page, '--pattern', '('], 2, 'not a regular expression');
  });
});

describe('reingest', () => {
  it('refuses what is not there and enqueues nothing', async () => {
    for (const [option, name] of [
      ['--article', 'a0'],
      ['--url', 'https://wire.example/none'],
      ['--source', 'nobody'],
    ] as const) {
      const { code, stderr } = await run(['reingest', option, name, '--from', 'fetch']);
      expect(code).toBeGreaterThan(0);
      expect(stderr).toContain(`"${name}"`);
    }
    await refused(['reingest', '--from', 'fetch'], 2, 'say which articles');
    expect(await jobs()).toBe(0);
  });

  it('tells in a dry run how many it would touch, and touches none', async () => {
    expect(await ok(['reingest', '--outcome', 'stored', '--from', 'clean', '--dry-run'])).toMatch(
      /^2 articles would begin/,
    );
    const told = await ok(['reingest', '--source', 'wire', '--from', 'fetch', '--dry-run', '--json']);
    expect(JSON.parse(told)).toEqual({ articles: 4, earlier: 0, dryRun: true });
    expect(await jobs()).toBe(0);
    const runs = await stores.db.selectFrom('articles').select('run').distinct().execute();
    expect(runs).toEqual([{ run: 1 }]);
  });

  it('enqueues an article that has ended, under a new run', async () => {
    expect(await ok(['reingest', '--article', idAt('crime'), '--from', 'classify'])).toBe(
      '1 article begin again at classify; 1 of them at an earlier stage, since what classify needs is not kept\n',
    );
    expect((await queues.all.get('fetch')?.getJobs())?.map((job) => job.id)).toEqual([`${idAt('crime')}-2`]);
    await queues.all.get('fetch')?.obliterate({ force: true });
  });
});

describe('dead letters', () => {
  it('are listed and shown, and an unknown one is refused', async () => {
    const listed = z
      .array(z.object({ article: z.string(), code: z.string() }))
      .parse(JSON.parse(await ok(['dead', 'list', '--json'])));
    expect(listed).toEqual([{ article: idAt('gone'), code: 'fetch/status-404' }]);
    expect(await ok(['dead', 'list'])).toContain(idAt('gone'));
    expect(JSON.parse(await ok(['dead', 'show', idAt('gone')]))).toMatchObject({ stage: 'fetch', attempts: 1 });
    await refused(['dead', 'show', 'a0'], 2, '"a0"');
    await refused(['dead', 'retry', idAt('gone'), 'a0'], 2, '"a0"');
    await refused(['dead', 'drop'], 2, 'name articles, or give --all');
    expect(await jobs()).toBe(0);
    expect(await ok(['dead', 'retry', '--all'])).toBe('1 tried again\n');
    expect((await queues.all.get('fetch')?.getJobs())?.map((job) => job.id)).toEqual([`${idAt('gone')}-2`]);
    await queues.all.get('fetch')?.obliterate({ force: true });
  });
});

/** RFC 4180, read letter by letter. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (rows.length === 0) rows.push([]);
    rows.at(-1)?.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('records', () => {
  it('are listed with their passage, and nothing in them steers the terminal', async () => {
    const table = await ok(['records', 'list']);
    expect(table).toContain('The defence ministers of Georgia');
    expect(await ok(['articles', 'show', idAt('deal')])).not.toContain('\u001b');
    expect(ids(await ok(['records', 'list', '--type', 'agreement', '--json']))).toHaveLength(1);
    await refused(['records', 'show', 'r0'], 2, '"r0"');
  });

  it('are exported as JSON lines', async () => {
    const lines = (await ok(['records', 'export'])).trimEnd().split('\n');
    const types = lines.map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type);
    expect(types.sort()).toEqual(['agreement', 'meeting']);
  });

  it('are exported as CSV that a spreadsheet reads and does not run', async () => {
    const file = join(cwd, 'records.csv');
    expect(await ok(['records', 'export', '--format', 'csv', '--type', 'agreement', '--out', file])).toBe('');
    const [head = [], row = [], ...more] = readCsv(readFileSync(file, 'utf8'));
    expect(more).toEqual([]);
    expect(row).toHaveLength(head.length);
    const cell = (name: string) => row[head.indexOf(name)];
    expect(cell('people')).toBe(`'${NASTY}`);
    expect(cell('exercise')).toBe("'-2+3");
    expect(cell('equipment')).toBe("'@SUM(1); tank, light");
    expect(cell('article_title')).toMatch(/^'\+1 /);
    expect(cell('quote')).toBe(QUOTE);
    expect(cell('parties')).toBe('GEO EST');
    expect(cell('confidence')).toBe('0.9');
  });
});

describe('articles', () => {
  it('tell why they ended so, by id and by address', async () => {
    expect(await ok(['articles', 'show', `${urlOf('crime')}?utm_source=x`, '--json'])).toContain(idAt('crime'));
    expect(await ok(['articles', 'show', urlOf('talks')])).toContain('ended as stored');
    await refused(['articles', 'show', 'a0'], 2, '"a0"');
    await refused(['articles', 'show', 'https://wire.example/none'], 2, 'none');
  });
});

const TALE =
  '  \r\nThe defence ministers of Georgia and Estonia met in Tbilisi on 4 March 2024 and signed a memorandum of understanding on military cooperation.\r\n\r\n' +
  'The two ministers discussed joint exercises, cyber defence and training of officers, the Ministry of Defence said. Cafe\u0301 talk  with  odd   gaps.';

const Answer = z.object({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  title: z.string().nullable(),
  relevant: z.boolean(),
  score: z.number(),
  records: z.array(
    z.object({ evidence: z.array(z.object({ start: z.number(), end: z.number(), quote: z.string() })) }),
  ),
});
const Failure = z.strictObject({ id: z.union([z.string(), z.number(), z.null()]), error: z.string() });
const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('inspect', () => {
  it('says why each piece of a page was kept or dropped', async () => {
    const told = await ok(['inspect', PAGE, '--to', 'clean', '--explain', '--set', 'clean.captions=true']);
    expect(told).toMatch(/^\+ [01]\.\d\d paragraph VARNA/m);
    expect(told).toMatch(/^- 0\.\d\d paragraph We use cookies.*\n +alone 0\.\d\d: .+ -\d.*\n +among the others 0\./m);
    expect(told).toMatch(/caption {3}A minehunter.*\n +a caption, dateline or post amid the article/);
    const made = z
      .object({ clean: z.object({ text: z.string(), explain: z.array(z.object({ kept: z.boolean() })) }) })
      .parse(
        JSON.parse(await ok(['inspect', PAGE, '--to', 'clean', '--explain', '--json', '--set', 'clean.captions=true'])),
      );
    expect(made.clean.text).toContain('A minehunter leaves the quay');
    expect(new Set(made.clean.explain.map(({ kept }) => kept)).size).toBe(2);
  });

  it('shows what the stages make of a page, without stores', async () => {
    const env = { COMMUNIQUE_DATADIR: join(cwd, 'not-made'), REDIS_URL: 'redis://127.0.0.1:1' };
    const shown = await ok(['inspect', PAGE], { env });
    expect(shown).toContain('Two navies rehearse mine clearance off Varna');
    expect(shown).toContain('relevant: yes');
    const cleaned = z
      .object({ clean: z.object({ title: z.string(), text: z.string() }), verdict: z.undefined().optional() })
      .parse(JSON.parse(await ok(['inspect', PAGE, '--to', 'clean', '--json'])));
    expect(cleaned.clean.text).toContain('Bulgarian and Romanian crews');
  });

  it('answers a batch in the order of its lines, and each bad one with its error', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const zipped = join(cwd, 'page.html.gz');
    writeFileSync(zipped, gzipSync(page));
    const tale = { text: TALE, title: 'Ministers meet', date: '2024-03-05', outlet: 'Wire' };
    const input = [
      JSON.stringify({ id: 'file', page: PAGE, url: 'https://harbour.example/x' }),
      JSON.stringify({ id: 'zipped', page: zipped }),
      JSON.stringify({ id: 'html', html: page }),
      '{"id": "torn", "text": "x',
      JSON.stringify({ id: 'nothing' }),
      '',
      JSON.stringify({ id: 'gone', page: join(cwd, 'none.html') }),
      JSON.stringify({ id: 8, ...tale }),
      '[]',
      'null',
      JSON.stringify({ text: 'no id' }),
      JSON.stringify({ id: 'blank', html: '<html></html>' }),
      JSON.stringify({ id: 'last', text: '', title: null, url: null }),
    ].join('\r\n');
    const answers = linesOf(await ok(['inspect', '--jsonl'], { input }));
    const named = answers.map((answer) =>
      z.object({ id: z.unknown(), error: z.unknown() }).partial({ error: true }).parse(answer),
    );
    expect(named.map((one) => one.id)).toEqual([
      'file',
      'zipped',
      'html',
      null,
      'nothing',
      'gone',
      8,
      null,
      null,
      null,
      'blank',
      'last',
    ]);
    const errors = answers.flatMap((answer) => Failure.safeParse(answer).data ?? []);
    expect(errors.map((one) => one.id)).toEqual([null, 'nothing', 'gone', null, null, null, 'blank']);
    expect(errors[0]?.error).toContain('line 4 is not JSON');
    expect(errors[1]?.error).toContain('one of "page"');
    expect(errors[2]?.error).toContain('ENOENT');
    const texts = answers.slice(0, 3).map((answer) => Answer.parse(answer).text);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('Bulgarian and Romanian crews');
    const told = Answer.parse(answers[6]);
    expect(told.text).toBe(TALE);
    expect(told.relevant).toBe(true);
    const spans = told.records.flatMap((record) => record.evidence);
    expect(spans.length).toBeGreaterThan(0);
    for (const { start, end, quote } of spans) expect(TALE.slice(start, end)).toBe(quote);
  });

  it('answers before its input has ended, so that any number of lines fits', async () => {
    const child = start(['inspect', '--jsonl', '--to', 'clean']);
    const answers: unknown[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => answers.push(JSON.parse(line)));
    const given = Array.from({ length: 400 }, (_, id) => ({ id, text: `Line ${id}.` }));
    for (const line of given) child.stdin.write(`${JSON.stringify(line)}\n`);
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(380);
    child.stdin.end();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(answers.map((answer) => Answer.parse(answer).id)).toEqual(given.map((line) => line.id));
  });
});

describe('feed', () => {
  it('prints what the reader makes of files', async () => {
    const shown = await ok(['feed', join(FEEDS, 'rss2-modules', 'source.xml'), join(FEEDS, 'rss1-rdf', 'source.xml')]);
    expect(shown).toContain('Ministry & News · rss2.0');
    expect(shown).toContain('Wire · rss1.0 · 1 entries');
    await refused(['feed', '/nowhere.xml'], 2, 'neither a file nor');
  });

  it('answers a batch in the order of its lines, and each bad one with its error', async () => {
    const files = ['rss1-rdf/source.xml', 'json-1.1/source.json', 'atom-prefixed/source.xml'].map((name) =>
      join(FEEDS, name),
    );
    const none = join(cwd, 'none.xml');
    const input = [
      JSON.stringify({ file: files[0], headers: { 'content-type': 'application/rss+xml' } }),
      JSON.stringify({ file: none }),
      JSON.stringify({ file: files[1] }),
      JSON.stringify({ file: PAGE }),
      JSON.stringify({ file: files[2], headers: {} }),
      'torn',
      '',
    ].join('\n');
    const answers = linesOf(await ok(['feed', '--jsonl'], { input }));
    const Read = z.object({ file: z.string(), feed: z.object({ format: z.string() }), items: z.array(z.unknown()) });
    const formats = answers.map((answer) => Read.safeParse(answer).data?.feed.format ?? 'error');
    expect(formats).toEqual(['rss1.0', 'error', 'json1.1', 'error', 'atom1.0', 'error']);
    expect(answers[1]).toEqual({ file: none, error: expect.stringContaining('ENOENT') });
    expect(answers[3]).toEqual({ file: PAGE, error: expect.stringContaining('not a feed') });
  });
});
