import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSitemap } from '../../../src/workers/poll/sitemap.js';
import { inOrder } from '../../../src/workers/poll/sitemaps.js';

const NOW = Date.parse('2026-01-06T00:00:00Z');
const URL = 'https://harbour.example/sitemap.xml';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (body: Uint8Array | string, pattern: string | null = null) =>
  readSitemap(typeof body === 'string' ? bytes(body) : body, {}, URL, { now: NOW, pattern });
const url = (loc: string, lastmod = '') =>
  `<url><loc>https://harbour.example/${loc}</loc>${lastmod && `<lastmod>${lastmod}</lastmod>`}</url>`;
const urlset = (inside: string) => `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${inside}</urlset>`;
const NEWS = readFileSync('test/fixtures/sitemaps/news.xml');

describe('a news sitemap', () => {
  const sitemap = read(NEWS);

  it('says who publishes it and in which language', () => {
    expect(sitemap.feed).toEqual({ format: 'sitemap-news', title: 'Harbour Gazette', language: 'en', hubs: [] });
  });

  it('gives title, dates, keywords and picture, whatever prefix the document uses', () => {
    expect(sitemap.items[0]).toEqual({
      link: 'https://harbour.example/news/minesweepers-leave?a=1&b=2',
      title: 'Minesweepers leave for the strait & beyond',
      published: '2026-01-05T07:30:00.000Z',
      updated: '2026-01-05T12:00:00.000Z',
      categories: ['navy', 'mines', 'strait'],
      enclosures: [{ url: 'https://harbour.example/pictures/sweeper.jpg' }],
      problems: [],
    });
  });

  it('keeps an entry whose date cannot be read, and says so', () => {
    expect(sitemap.items[1]).toMatchObject({ link: 'https://harbour.example/news/pilots-train', published: null });
    expect(sitemap.items[1]?.problems).toEqual(["news:publication_date: 'soon' is not a date"]);
  });

  it('keeps what was whole of a document that was cut', () => {
    expect(sitemap.items).toHaveLength(2);
    expect(sitemap.problems).toEqual(['the document ends before the sitemap does']);
  });

  it('is read packed as well', () => {
    expect(read(gzipSync(NEWS))).toEqual(sitemap);
  });
});

describe('a sitemap of a whole site', () => {
  it('gives what was changed in the last days, newest first, and tells what it left out', () => {
    const { feed, items, problems } = read(
      urlset(url('old', '2019-05-01') + url('a', '2026-01-03') + url('b', '2026-01-05T10:00:00+00:00')),
    );
    expect(feed.format).toBe('sitemap');
    expect(items.map(({ link, updated }) => [link, updated])).toEqual([
      ['https://harbour.example/b', '2026-01-05T10:00:00.000Z'],
      ['https://harbour.example/a', '2026-01-03T00:00:00.000Z'],
    ]);
    expect(problems).toEqual(['1 addresses were not changed in the last 7 days']);
  });

  it('gives undated addresses while they are few, and none when they are many', () => {
    expect(read(urlset(url('a') + url('b'))).items).toHaveLength(2);
    const many = read(urlset(Array.from({ length: 1_001 }, (_, n) => url(`page/${n}`)).join('')));
    expect(many.items).toEqual([]);
    expect(many.problems).toEqual(['1001 addresses have no lastmod: nothing tells which of them are new']);
  });

  it('gives only addresses of the pattern', () => {
    const { items } = read(urlset(url('news/1', '2026-01-05') + url('about', '2026-01-05')), '/news/\\d');
    expect(items.map(({ link }) => link)).toEqual(['https://harbour.example/news/1']);
  });

  it('reads an address again where the element before it was left open', () => {
    const { items } = read(
      '<urlset><url><loc>https://harbour.example/a</loc><url><loc>https://harbour.example/b</loc></url></urlset>',
    );
    expect(items.map(({ link }) => link)).toEqual(['https://harbour.example/a', 'https://harbour.example/b']);
  });
});

describe('an index', () => {
  it('names its sitemaps; a day counts until its end', () => {
    const child = (loc: string, lastmod: string) => `<sitemap><loc>${loc}</loc>${lastmod}</sitemap>`;
    const { feed, items, children } = read(
      `<sitemapindex>${child('/posts.xml', '<lastmod>2026-01-02</lastmod>')}${child('ftp://x.example/a', '')}${child('news.xml.gz', '')}</sitemapindex>`,
    );
    expect(feed.format).toBe('sitemap-index');
    expect(items).toEqual([]);
    expect(children).toEqual([
      { url: 'https://harbour.example/posts.xml', changedAt: Date.parse('2026-01-03T00:00:00Z') },
      { url: 'https://harbour.example/news.xml.gz', changedAt: null },
    ]);
  });

  const child = (path: string, changed: string | null) => ({
    url: `https://harbour.example/${path}`,
    changedAt: changed === null ? null : Date.parse(changed),
  });
  const order = (children: ReturnType<typeof child>[], lastOkAt: string | null) =>
    inOrder(children, { lastOkAt: lastOkAt === null ? null : new Date(lastOkAt), nowMs: NOW }).map((one) =>
      one.url.slice('https://harbour.example/'.length),
    );

  it('is followed to what is news-like or newer than the last good poll', () => {
    const children = [
      child('pages.xml', '2020-01-01T00:00:00Z'),
      child('posts-2.xml', '2026-01-05T23:00:00Z'),
      child('news.xml', null),
      child('news/2012.xml', '2012-12-31T00:00:00Z'),
    ];
    expect(order(children, '2026-01-05T20:00:00Z')).toEqual(['news.xml', 'posts-2.xml']);
    expect(order(children, null)).toEqual(['news.xml', 'posts-2.xml', 'pages.xml', 'news/2012.xml']);
  });

  it('is followed by the numbers in the addresses where it has no dates', () => {
    expect(order([child('s-9.xml', null), child('s-10.xml', null)], '2026-01-05T00:00:00Z')).toEqual([
      's-10.xml',
      's-9.xml',
    ]);
  });

  it('is followed nowhere when it says that nothing changed', () => {
    expect(order([child('posts.xml', '2025-01-01T00:00:00Z')], '2026-01-05T00:00:00Z')).toEqual([]);
  });
});

describe('what is no sitemap', () => {
  it.each([
    ['a page', '<!doctype html><html><body><p>Hello</body></html>', 'it is an HTML page'],
    ['a feed', '<?xml version="1.0"?><rss version="2.0"><channel/></rss>', 'it is a feed (<rss>)'],
    ['nothing', '', 'no element was found in it'],
    ['broken gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'its gzip is broken'],
  ])('%s is told as what it is', (_name, body, part) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'poll/not-a-sitemap', detail: part }));
  });
});

describe('hostile sitemaps', () => {
  it('reads fifty thousand addresses and no more', () => {
    const { items, problems } = read(urlset(url('x', '2026-01-05').repeat(60_000)));
    expect(items).toHaveLength(1_000);
    expect(problems).toContain('addresses beyond 50000 were left out');
  });

  it('reads fifty megabytes and refuses more, packed or not', () => {
    const padding = `<!-- ${'x'.repeat(1_000_000)} -->`.repeat(50);
    expect(read(urlset(url('a', '2026-01-05') + padding)).items).toHaveLength(1);
    const more = urlset(padding.repeat(2));
    expect(() => read(more)).toThrow(expect.objectContaining({ code: 'poll/too-large' }));
    expect(() => read(gzipSync(more))).toThrow(expect.objectContaining({ code: 'poll/too-large' }));
  });

  it('refuses elements a hundred thousand deep', () => {
    expect(() => read(`<urlset>${'<url><a>'.repeat(100_000)}`)).toThrow(
      expect.objectContaining({ code: 'poll/unreadable' }),
    );
  });

  it('expands no entities', () => {
    const laughs = '<!DOCTYPE urlset [<!ENTITY a "https://harbour.example/"><!ENTITY b "&a;&a;">]>';
    const { items } = read(`${laughs}${urlset('<url><loc>&b;</loc></url>')}`);
    expect(items[0]?.link).not.toContain('harbour.example/https');
  });
});
