import { afterEach, describe, expect, it } from 'vitest';
import { countryOfUrl, loadCountryNames } from '../../../src/cli/sources/country.js';
import { type Discovery, discover } from '../../../src/cli/sources/discovery.js';
import { completed, freeId } from '../../../src/cli/sources/facts.js';
import { forecast } from '../../../src/cli/sources/forecast.js';
import { pageFeeds } from '../../../src/cli/sources/page-feeds.js';
import { openVisitor } from '../../../src/cli/sources/visit.js';
import { openGate } from '../../../src/shared/http/gate.js';
import type { PollResult } from '../../../src/shared/model/stages.js';
import { startHost, type TestHost } from '../../support/http.js';
import { testConfig } from '../../support/stores.js';

const NOW = Date.now();
const today = new Date(NOW).toISOString();

const rss = (title: string, entries = 2, date = today) =>
  `<rss version="2.0"><channel><title>${title}</title><language>en</language>${Array.from(
    { length: entries },
    (_, n) => `<item><title>N${n}</title><link>https://a.example/${n}</link><pubDate>${date}</pubDate></item>`,
  ).join('')}</channel></rss>`;
const newsSitemap = `<urlset xmlns:news="n"><url><loc>https://a.example/1</loc><news:news><news:title>T</news:title><news:publication_date>${today}</news:publication_date></news:news></url></urlset>`;
const plainSitemap = `<urlset><url><loc>https://a.example/1</loc><lastmod>${today}</lastmod></url></urlset>`;

let host: TestHost;
afterEach(() => host?.close());

async function discovered(site: Record<string, string>, path = '/'): Promise<Discovery> {
  host = await startHost((request, response) => {
    const body = site[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200);
    response.end(body?.replaceAll('HOST', host.url));
  });
  const visitor = openVisitor(testConfig('/nowhere', ['threads.count=1']), openGate, { remembers: true });
  try {
    return await discover(`${host.url}${path}`, visitor, NOW);
  } finally {
    await visitor.close();
  }
}

const told = ({ found }: Discovery) => found.map(({ address }) => [address.kind, address.url.slice(host.url.length)]);
const asked = () => host.requests.map(({ path }) => path);

describe('what can be polled at an address', () => {
  it('is the feed that it is, asked once', async () => {
    expect(told(await discovered({ '/rss': rss('A') }, '/rss'))).toEqual([['feed', '/rss']]);
    expect(asked()).toEqual(['/rss']);
  });

  it('is the sitemap that it is', async () => {
    expect(told(await discovered({ '/news.xml': newsSitemap }, '/news.xml'))).toEqual([['sitemap', '/news.xml']]);
  });

  it('is what its page names: the one that is alive first, comments and dead feeds last', async () => {
    const links = ['/comments/feed', '/old', '/gone', '/empty', '/main']
      .map((path) => `<link rel="alternate" type="application/rss+xml" href="${path}">`)
      .join('');
    const discovery = await discovered({
      '/': `<html lang="ka"><head><title>Site</title>${links}</head></html>`,
      '/comments/feed': rss('Comments on A'),
      '/old': rss('Old', 2, '2020-01-01T00:00:00Z'),
      '/empty': rss('Empty', 0),
      '/main': rss('Main'),
      '/sitemap.xml': plainSitemap,
    });
    expect(told(discovery)).toEqual([
      ['feed', '/main'],
      ['sitemap', '/sitemap.xml'],
      ['feed', '/old'],
      ['feed', '/comments/feed'],
    ]);
    expect(discovery.page).toMatchObject({ language: 'ka', siteName: 'Site' });
    expect(new Set(asked()).size).toBe(asked().length);
  });

  it('is a feed at a usual address, when no page names one', async () => {
    expect(told(await discovered({ '/about': '<p>Hi</p>', '/rss.xml': rss('A') }, '/about'))[0]).toEqual([
      'feed',
      '/rss.xml',
    ]);
    expect(asked().indexOf('/feed')).toBeLessThan(asked().indexOf('/rss.xml'));
    expect(asked()).not.toContain('/atom.xml');
  });

  it('is the news sitemap that robots.txt names', async () => {
    const site = {
      '/': '<p>Hi</p>',
      '/robots.txt': 'User-agent: *\nSitemap: HOST/big.xml\nsitemap:HOST/a/google-news.xml\nSitemap: nonsense',
      '/a/google-news.xml': newsSitemap,
      '/big.xml': plainSitemap,
    };
    expect(told(await discovered(site))).toEqual([['sitemap', '/a/google-news.xml']]);
    expect(asked()).not.toContain('/big.xml');
  });

  it('is nothing, on a site that has nothing', async () => {
    expect((await discovered({ '/': '<p>Hi</p>' })).found).toEqual([]);
  });

  it('is a failure where the address does not answer', async () => {
    await expect(discovered({}, '/nothing')).rejects.toMatchObject({ code: 'poll/status-404' });
  });
});

describe('the feeds that a page names', () => {
  const feeds = (html: string) => pageFeeds(html, 'https://www.fleet.example/en/').feeds;

  it('are alternates of every feed type, under the base of the page', () => {
    const link = (type: string, href: string) => `<link rel="ALTERNATE" type="${type}" href="${href}">`;
    expect(
      feeds(
        `<base href="/x/">${link('application/rss+xml; charset=utf-8', 'a')}${link('application/atom+xml', '/b#top')}${link('application/feed+json', 'c')}` +
          `${link('application/rdf+xml', 'd')}${link('text/xml', 'e')}${link('application/json+oembed', 'f')}${link('text/html', 'g')}` +
          `<link rel="stylesheet" type="application/rss+xml" href="h">`,
      ),
    ).toEqual(['x/a', 'b', 'x/c', 'x/d', 'x/e'].map((path) => `https://www.fleet.example/${path}`));
  });

  it('are links of the same site that look like feeds, after those', () => {
    expect(
      feeds(
        '<a href="/news/rss">RSS</a><a href="feed:https://fleet.example/atom.xml">Atom</a><a href="https://other.example/rss">x</a>' +
          '<a href="/feedback">Feedback</a><a href="javascript:rss()">x</a>',
      ),
    ).toEqual(['https://www.fleet.example/news/rss', 'https://fleet.example/atom.xml']);
  });
});

describe('what an address tells of its outlet', () => {
  const names = loadCountryNames();

  it.each([
    ['https://mod.gov.ge/en', 'GEO'],
    ['https://www.example.co.uk/', 'GBR'],
    ['https://www.defense.gov/', 'USA'],
    ['https://www.nato.int/', 'INT'],
    ['https://example.ci/', 'CIV'],
    ['https://mod.gov.ly/', 'LBY'],
    ['https://short.ly/', null],
    ['https://example.com/', null],
    ['http://192.0.2.1/', null],
    ['nonsense', null],
  ])('%s: %s', (url, country) => expect(countryOfUrl(url, names)).toBe(country));

  it('takes what is stated before what is said, and the domain for want of a title', () => {
    const hints = { urls: ['https://news.fleet.ee/rss'], titles: [' ', null], languages: ['nonsense!', 'EN_us'] };
    expect(completed({ outlet: null, country: null, language: null }, hints, names)).toEqual({
      outlet: 'fleet.ee',
      country: 'EST',
      language: 'en-US',
    });
    expect(completed({ outlet: 'A', country: 'GEO', language: 'ka' }, hints, names)).toEqual({
      outlet: 'A',
      country: 'GEO',
      language: 'ka',
    });
  });

  it('makes an id that is free', () => {
    expect(freeId('Défense Été', 'u', new Set())).toBe('de-fense-e-te');
    expect(freeId('A', 'u', new Set(['a', 'a-2']))).toBe('a-3');
    expect(freeId('საქართველო', 'u', new Set())).toMatch(/^source-[0-9a-f]{8}$/);
  });
});

describe('the forecast', () => {
  const at = (hoursAgo: number) => new Date(NOW - hoursAgo * 3_600_000).toISOString();
  const result = (dates: (string | null)[], over: Partial<PollResult> = {}): PollResult => ({
    unchanged: false,
    sightings: dates.map((publishedAt, n) => ({
      key: `g:${n}`,
      url: null,
      urlKey: null,
      title: null,
      publishedAt,
      contentHash: '',
      skip: null,
      problems: [],
    })),
    problems: [],
    said: null,
    etag: null,
    lastModified: null,
    bodyHash: null,
    freshSeconds: null,
    movedTo: null,
    ...over,
  });
  const hourly = Array.from({ length: 24 * 14 }, (_, n) => at(n));
  const weekly = Array.from({ length: 10 }, (_, n) => at(n * 168 + 1));

  it('asks a busy feed often and a quiet one seldom', () => {
    const busy = forecast(result(hourly), NOW, 1_800_000);
    const quiet = forecast(result(weekly), NOW, 1_800_000);
    expect(busy.pollsPerDay).toBeGreaterThan(24);
    expect(quiet.pollsPerDay).toBeLessThan(busy.pollsPerDay / 4);
    expect(quiet.pollsPerDay).toBeGreaterThanOrEqual(1);
  });

  it('keeps to what publisher and server ask for', () => {
    const patient = forecast(result(hourly, { freshSeconds: 7_200 }), NOW, 1_800_000);
    expect(patient.nextSeconds).toBeGreaterThanOrEqual(7_200);
    expect(patient.pollsPerDay).toBeLessThanOrEqual(12.2);
  });
});
