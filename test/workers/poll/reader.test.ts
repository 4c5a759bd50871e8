import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Feed } from '../../../src/shared/model/feed.js';
import type { Field } from '../../../src/workers/poll/field.js';
import { mapFeed } from '../../../src/workers/poll/mapper.js';
import { readFeed } from '../../../src/workers/poll/reader.js';

const FIXTURES = new URL('../../fixtures/feeds/', import.meta.url);
const NOW = Date.UTC(2026, 0, 1);
const read = (text: string, headers: Readonly<Record<string, string>> = {}) =>
  readFeed(new TextEncoder().encode(text), headers, 'https://feed.example/feed.xml', NOW);
const rss = (inside: string): string => `<rss version="2.0"><channel>${inside}</channel></rss>`;

describe('formats', () => {
  it.each(readdirSync(FIXTURES))('%s', async (name) => {
    const folder = new URL(`${name}/`, FIXTURES);
    const source = ['source.xml', 'source.json'].map((file) => new URL(file, folder)).find((file) => existsSync(file));
    const feed = await read(readFileSync(source ?? folder, 'utf8'));
    expect(Feed.parse(feed)).toEqual(JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')));
  });

  it('reads base64 content of Atom and leaves pictures out', async () => {
    const encoded = Buffer.from('<p>Größe</p>').toString('base64');
    const picture = Buffer.from([0x89, 0x50, 0xff, 0xfe]).toString('base64');
    const feed = await read(`<feed xmlns="http://www.w3.org/2005/Atom">
      <entry><content type="application/octet-stream">${encoded}</content></entry>
      <entry><content type="image/png">${picture}</content></entry></feed>`);
    expect(feed.items.map((item) => item.content)).toEqual(['<p>Größe</p>', undefined]);
  });

  it('keeps the namespaces of modules apart from the feed’s own words', async () => {
    const feed = await read(
      rss(
        '<item xmlns:x="urn:other"><x:title>wrong</x:title><title>right</title><x:link>https://wrong.example/</x:link></item>',
      ),
    );
    expect(feed.items[0]?.title).toBe('right');
    expect(feed.items[0]?.link).toBeUndefined();
  });

  it('flags odd dates and keeps the entry', async () => {
    const feed = await read(
      rss(
        '<item><link>/1</link><pubDate>soon</pubDate></item><item><link>/2</link><pubDate>2031-01-01</pubDate></item>',
      ),
    );
    expect(feed.items.map((item) => item.published)).toEqual([null, '2031-01-01T00:00:00.000Z']);
    expect(feed.items.flatMap((item) => item.problems)).toEqual([
      "published: 'soon' is not a date",
      "published: '2031-01-01' lies in the future",
    ]);
  });
});

describe('one bad entry', () => {
  const good = '<item><title>Good</title><link>/good</link></item>';
  const problemsOf = async (inside: string): Promise<string[][]> =>
    (await read(rss(good + inside))).items.map((item) => item.problems);

  it.each([
    ['<item><title>A</title></item>', 'the entry has no link'],
    ['<item><link>javascript:void(0)</link></item>', "the link 'javascript:void(0)' is no http(s) address"],
    ['<item><link>http://[::1</link></item>', "the link 'http://[::1' is no full address"],
    ['<item><link>/1</link><pubDate>32 Foo</pubDate></item>', "published: '32 Foo' is not a date"],
    [`<item><link>/1</link>${'<category>c</category>'.repeat(2000)}</item>`, 'only 1000 fields were read'],
  ])('%s says what is wrong with it', async (bad, words) => {
    expect(await problemsOf(bad)).toEqual([[], [words]]);
  });

  it('tells of ten problems at most', async () => {
    const [, problems] = await problemsOf(`<item><link>/1</link>${'<pubDate>soon</pubDate>'.repeat(99)}</item>`);
    expect(problems).toHaveLength(10);
  });

  it('keeps what was whole when the document is cut', async () => {
    const feed = await read('<rss version="2.0"><channel><item><title>Cut</title><link>/1</link><descr');
    expect(feed.items[0]).toMatchObject({ title: 'Cut', link: 'https://feed.example/1' });
    expect(feed.items[0]?.problems).toEqual(['the document ends in the middle of the entry']);
  });

  it('cannot take the others with it, whatever goes wrong in reading it', () => {
    const link: Field = { name: 'link', text: 'https://e.org/1', base: null, attributes: new Map() };
    const broken: Field = { ...link, name: 'title' };
    Object.defineProperty(broken, 'text', {
      get: () => {
        throw new RangeError('out of luck');
      },
    });
    const { items } = mapFeed({ head: [], entries: [[link], [broken], [link]] }, 'rss2.0', NOW);
    expect(items.map((item) => item.problems)).toEqual([[], ['the entry could not be read: out of luck'], []]);
  });

  it('in JSON is told as well', async () => {
    const items = [{ id: 1, url: '/1' }, 7, { id: 2, url: 'mailto:a@e.org', date_published: 'soon' }];
    const feed = await read(JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', items }));
    expect(feed.problems).toEqual(['entry 2 is not an object']);
    expect(feed.items.map((item) => item.problems)).toEqual([
      [],
      ["the link 'mailto:a@e.org' is no http(s) address", "published: 'soon' is not a date"],
    ]);
  });
});

describe('what stands in a feed', () => {
  it('takes rdf:about and the words of RSS 1.0 by any prefix', async () => {
    const feed = await read(`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:s="http://purl.org/rss/1.0/"><s:item r:about="http://e.org/1"><s:title>A</s:title></s:item></r:RDF>`);
    expect(feed.items[0]).toMatchObject({ id: 'http://e.org/1', link: 'http://e.org/1', title: 'A' });
  });

  it('reads the addresses in JSON Feed’s HTML as the feed’s own', async () => {
    const items = [{ id: '1', url: '/1', content_html: '<a href="/a">x</a><a href="https://e.org/">y</a>' }];
    const feed = await read(JSON.stringify({ items }));
    expect(feed.items[0]?.content).toBe('<a href="https://feed.example/a">x</a><a href="https://e.org/">y</a>');
  });

  it.each([
    ['<link>\n https://e.org/a\n   b \n</link>', 'https://e.org/ab'],
    ['<link>https://e.org/a  b</link>', 'https://e.org/a%20b'],
    ['<link>www.e.org/1</link>', 'https://www.e.org/1'],
    ['<link>//e.org/1</link>', 'https://e.org/1'],
    ['<link><a href="https://e.org/0">https://e.org/1</a></link>', 'https://e.org/1'],
    ['<guid>https://e.org/1</guid>', 'https://e.org/1'],
    ['<guid isPermaLink="true">/1</guid>', 'https://feed.example/1'],
    ['<guid>abc</guid>', undefined],
    ['<guid isPermaLink="false">https://e.org/1</guid>', undefined],
  ])('finds the link in %s', async (inside, link) => {
    expect((await read(rss(`<item>${inside}</item>`))).items[0]?.link).toBe(link);
  });

  it('takes a category by its term, its words or its label', async () => {
    const feed = await read(
      rss('<item><category term="a" label="A"/><category>b</category><category label="c"/><category/></item>'),
    );
    expect(feed.items[0]?.categories).toEqual(['a', 'b', 'c']);
  });

  it('takes comments for nothing, even the shortest', async () => {
    const feed = await read(rss('<!--><item><title>A<!-- b --></title><!-- <item> --></item><!--->'));
    expect(feed.items.map((item) => item.title)).toEqual(['A']);
  });

  it('cuts a title that is no title', async () => {
    const feed = await read(rss(`<item><title>${'a '.repeat(100_000)}</title></item>`));
    expect(feed.items[0]?.title).toHaveLength(99_999);
  });
});

describe('what headers add', () => {
  it('takes the hubs of JSON Feed that speak WebSub', async () => {
    const hubs = ['WebSub', 'rssCloud', undefined].map((type, n) => ({ type, url: `https://hub.example/${n}` }));
    const { feed } = await read(JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', hubs, items: [] }));
    expect(feed.hubs).toEqual(['https://hub.example/0', 'https://hub.example/2']);
  });

  it('takes hubs and self from the Link header', async () => {
    const feed = await read(rss('<title>A</title>'), {
      Link: '<https://hub.example/>; rel="hub", </self>; rel=self, <https://x.example/>; rel="next"',
      'Content-Language': 'de, en',
    });
    expect(feed.feed).toMatchObject({
      hubs: ['https://hub.example/'],
      self: 'https://feed.example/self',
      language: 'de',
    });
  });

  it('resolves against Content-Location where that is an address', async () => {
    const of = async (location: string) =>
      (await read(rss('<link>a</link>'), { 'content-location': location })).feed.link;
    expect(await of('https://other.example/dir/')).toBe('https://other.example/dir/a');
    expect(await of('/dir/')).toBe('https://feed.example/dir/a');
    expect(await of("javascript:alert('x')")).toBe('https://feed.example/a');
  });
});

describe('what is no feed', () => {
  const codeOf = async (text: string): Promise<unknown> => {
    const error: unknown = await read(text).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return error instanceof Error && 'code' in error ? [error.code, error.message] : error;
  };

  it('names the feeds that a page names', async () => {
    const page = `<!DOCTYPE html><html><head><script>if (a<b && c) {}</script>
      <link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2"><link rel="stylesheet" href="x.css">
      </head><body><p>Hello<br>world</body></html>`;
    expect(await codeOf(page)).toEqual([
      'poll/not-a-feed',
      'the document is not a feed: it is an HTML page that names these feeds: https://feed.example/rss?a=1&b=2',
    ]);
  });

  it.each([
    ['', 'poll/not-a-feed'],
    ['hello', 'poll/not-a-feed'],
    ['<urlset><url/></urlset>', 'poll/not-a-feed'],
    ['<opml><head/><body><outline/></body></opml>', 'poll/not-a-feed'],
    ['{"items": 3}', 'poll/not-a-feed'],
    ['{"version": "https://jsonfeed.org/version/1", "items": [', 'poll/unreadable'],
  ])('%s: %s', async (text, code) => {
    expect(await codeOf(text)).toEqual([code, expect.any(String)]);
  });
});
