import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Source } from '../../../src/shared/model/source.js';
import { readListing } from '../../../src/workers/poll/listing.js';

const NOW = Date.parse('2026-01-06T00:00:00Z');
const PAGE = readFileSync('test/fixtures/listings/ministry.html', 'utf8');
const at = (path: string) => `https://ministry.example/en/${path}`;
const read = (html: string, links: { selector?: string; pattern?: string } | null) =>
  readListing(new TextEncoder().encode(html), {}, 'https://ministry.example/en/news', { links, now: NOW });

describe('a listing page', () => {
  const { feed, items } = read(PAGE, { selector: 'article.card' });

  it('says whose it is and in which language', () => {
    expect(feed).toEqual({ format: 'page', title: 'Ministry of Harbours', language: 'en-GB', hubs: [] });
  });

  it('gives each article once, by its address under the base', () => {
    expect(items.map(({ link }) => link)).toEqual([
      at('news/101-frigate'),
      at('news/102-officers'),
      at('news/103-dock'),
    ]);
  });

  it('takes the headline from the link, from the heading in it, or from the one beside it', () => {
    expect(items.map(({ title }) => title)).toEqual([
      'Frigate Albatross joins the exercise',
      'Officers of two navies meet in port',
      'A new dock for patrol boats',
    ]);
  });

  it('takes the date that stands with the link, and none of a neighbour', () => {
    expect(items.map(({ published }) => published)).toEqual([
      '2026-01-04T10:00:00.000Z',
      '2026-01-03T00:00:00.000Z',
      null,
    ]);
  });

  it('takes links by their address, and by both', () => {
    const links = (choice: { selector?: string; pattern?: string }) => read(PAGE, choice).items.map(({ link }) => link);
    expect(links({ pattern: '/news/\\d+-' })).toEqual([
      at('news/101-frigate'),
      at('news/102-officers'),
      at('news/103-dock'),
      'https://other.example/news/9-elsewhere',
    ]);
    expect(links({ selector: 'main a', pattern: '^https://ministry\\.example/.*-d' })).toEqual([at('news/103-dock')]);
  });

  it('leaves the age of an article out of its title', () => {
    const at = (age: string) =>
      `<a href="/en/1">A frigate leaves the port <time datetime="2026-01-04">${age}</time></a>`;
    const titles = ['2 hours ago', '3 hours ago'].map((age) => read(at(age), { selector: 'a' }).items[0]?.title);
    expect(titles).toEqual(['A frigate leaves the port', 'A frigate leaves the port']);
    const marked =
      '<a href="/en/1"><b class="post-date-title">A frigate leaves the port in the year 2026, at last</b></a>';
    expect(read(marked, { selector: 'a' }).items[0]?.title).toContain('A frigate leaves');
  });

  it('takes neither mail nor scripts nor itself', () => {
    const html =
      '<a href="/en/news?">Here</a><a href="mailto:a@b.example">M</a><a href="#x">X</a><a href="/en/1">One</a>';
    expect(read(html, { selector: 'a' }).items.map(({ link }) => link)).toEqual([at('1')]);
  });
});

describe('a page without such links', () => {
  const why = (html: string, links: { selector?: string; pattern?: string } | null): string => {
    try {
      read(html, links);
    } catch (error) {
      expect(error).toMatchObject({ code: 'poll/no-links' });
      return error instanceof Error ? error.message : '';
    }
    return 'nothing was thrown';
  };

  it('is a failure that names the choice, the page and the number of its links', () => {
    const told = why(PAGE, { selector: 'ul.news li', pattern: '/x/' });
    expect(told).toContain(
      'selector "ul.news li" and pattern "/x/" match none of the 10 links of the page "Ministry of Harbours"',
    );
  });

  it('tells of a login', () => {
    const login = '<title>Sign in</title><form><input type=Password name=p></form><a href="/help">Help</a>';
    expect(why(login, { selector: 'article' })).toContain('1 links of the page "Sign in"; it asks for a password');
  });

  it('tells of a source without a choice', () => {
    expect(why(PAGE, null)).toContain('names neither links.selector nor links.pattern');
  });
});

describe('hostile pages', () => {
  it('reads a hundred thousand links and keeps a thousand', () => {
    const links = Array.from({ length: 100_000 }, (_, n) => `<li><a href="/en/${n}">Article number ${n}</a></li>`).join(
      '',
    );
    const { items, problems } = read(`<ul>${links}</ul>`, { selector: 'li > a', pattern: '/en/\\d+' });
    expect(items).toHaveLength(1_000);
    expect(items[999]).toMatchObject({ link: at('999'), title: 'Article number 999' });
    expect(problems).toEqual(['99000 links beyond 1000 were left out']);
  });

  it('reads a hundred thousand links to one article', () => {
    const { items } = read(`<div>${'<p><a href="/en/1">more</a></p>'.repeat(100_000)}</div>`, { selector: 'a' });
    expect(items).toHaveLength(1);
  });

  it('refuses elements a hundred thousand deep, and millions of them', () => {
    expect(() => read('<div>'.repeat(100_000), { selector: 'a' })).toThrow(
      expect.objectContaining({ code: 'poll/unreadable' }),
    );
    expect(() => read('<br>'.repeat(1_000_000), { selector: 'a' })).toThrow(
      expect.objectContaining({ code: 'poll/too-large' }),
    );
  });

  it('reads links nested as deep as it allows', () => {
    const deep = `${'<div>'.repeat(990)}<a href="/en/1">The only one there is</a>`;
    expect(read(deep, { selector: 'div div > a' }).items).toHaveLength(1);
  });
});

describe('the choice of links', () => {
  const row = { id: 'a', url: 'https://ministry.example/', outlet: 'A', country: 'GBR', language: 'en', kind: 'page' };
  it.each([
    [{ selector: 'article:has(> time) a' }, true],
    [{ selector: 'article[' }, false],
    [{ selector: 'a:nonsense' }, false],
    [{ pattern: '/news/\\d+' }, true],
    [{ pattern: '(' }, false],
    [{}, false],
    [null, false],
  ])('%j is checked: %s', (links, fine) => expect(Source.safeParse({ ...row, links }).success).toBe(fine));
});
