import { describe, expect, it } from 'vitest';
import type { CleanArticle } from '../../../src/shared/model/article.js';
import { cleanPage } from '../../../src/workers/clean/article.js';

const TEXT = [
  'The two harbour towns will share one pilot service from the spring, their mayors said after a long meeting on the quay.',
  'Four boats and eleven pilots move to the new station, which stands on the breakwater between the two basins of the port.',
  'A trial in the autumn had shown that ships wait half as long when a single office gives out the berths and the pilots.',
];

interface Parts {
  lang?: string;
  head?: string;
  under?: string;
  first?: string;
  end?: string;
  url?: string;
}

function read({ lang = 'en', head = '', under = '', first = '', end = '', url }: Parts): CleanArticle {
  const html = `<html lang="${lang}"><head><title>Harbour towns share pilots</title>${head}</head>
  <body><main><article><h1>Harbour towns share pilots</h1>${under}
  ${TEXT.map((text, at) => `<p>${at === 0 ? first : ''}${text}</p>`).join('')}</article>${end}</main>
  <footer><p>© 2001 - 12 March 2020 Tidewater Post</p></footer></body></html>`;
  return cleanPage(html, url ?? 'https://tidewater.example/sea/pilots');
}

const stated = (value: string): string => `<meta property="article:published_time" content="${value}">`;
const modified = (value: string): string => `<meta property="article:modified_time" content="${value}">`;

describe('date of publication', () => {
  it.each<[string, Parts, string | null]>([
    ['a meta', { head: stated('2024-05-03T10:00:00Z') }, '2024-05-03T10:00:00Z'],
    [
      'a meta of the site’s own making',
      { head: '<meta name="x-first-publish-date" content="3 May 2024">' },
      '2024-05-03',
    ],
    ['a time element', { under: '<time datetime="2024-05-03T10:00+02:00">3 May</time>' }, '2024-05-03T10:00+02:00'],
    ['microdata', { under: '<p><span itemprop="datePublished" content="2024-05-03">Friday</span></p>' }, '2024-05-03'],
    ['words', { under: '<p>Published 3 May 2024</p>' }, '2024-05-03'],
    ['a dateline', { first: 'PORT ADA, May 3, 2024 – ' }, '2024-05-03'],
    ['a German press release', { first: 'Pressemitteilung vom 3. Mai 2024 | Hafenstadt: ', lang: 'de' }, '2024-05-03'],
    ['a line after the end', { end: '<p>Published on 3 May 2024 in Ports</p>' }, '2024-05-03'],
    ['the address', { url: 'https://tidewater.example/2024/05/03/pilots' }, '2024-05-03'],
    ['nothing', {}, null],
  ])('is read from %s', (_, parts, expected) => {
    expect(read(parts).publishedAt).toBe(expected);
  });

  it.each<[string, Parts]>([
    ['a related article', { end: '<aside><h3>Old quay</h3><time datetime="2021-02-02">2 Feb 2021</time></aside>' }],
    ['the copyright line', {}],
  ])('is not the date of %s', (_, parts) => {
    expect(read({ ...parts, head: stated('2024-05-03') }).publishedAt).toBe('2024-05-03');
    expect(read(parts).publishedAt ?? '2024').not.toMatch(/^2020/);
  });

  it('is the printed one, when a vague meta contradicts it', () => {
    const parts = { head: '<meta name="date" content="2024-05-04">', under: '<p>3 May 2024, 12:01</p>' };
    expect(read(parts).publishedAt).toBe('2024-05-03T12:01');
  });

  it('is not that of what follows under a heading of its own', () => {
    expect(read({ end: '<h3>Old quay</h3><p>2 February 2021</p>' }).publishedAt).toBeNull();
  });

  it('is the printed one, when the stated one is that of a move to a new system', () => {
    const parts = { head: stated('2024-05-03T10:00:00Z') + modified('2024-05-03T10:00:00Z') };
    expect(read({ ...parts, under: '<p class="date">November 2, 2022</p>' }).publishedAt).toBe('2022-11-02');
  });

  it('is the stated one, when the printed one is that of a change', () => {
    const head = stated('2022-11-02T10:00:00Z') + modified('2024-05-03T10:00:00Z');
    for (const under of [
      '<p>Last updated: May 3, 2024</p>',
      '<p>May 3, 2024</p>',
      '<p>Updated <span class="date">May 1, 2024</span></p>',
    ])
      expect(read({ head, under })).toMatchObject({
        publishedAt: '2022-11-02T10:00:00Z',
        modifiedAt: '2024-05-03T10:00:00Z',
      });
  });

  it('takes the zone from the printed clock', () => {
    const parts = { head: stated('2024-05-04T00:25:56Z'), under: '<p class="date">May 3, 2024 21:25</p>' };
    expect(read(parts).publishedAt).toBe('2024-05-03T21:25:56-03:00');
  });

  it.each<[string, Parts, string]>([
    ['American by default', {}, '2024-03-05'],
    ['British by its tag', { lang: 'en-GB' }, '2024-05-03'],
    ['Irish by its address', { url: 'https://tidewater.ie/pilots' }, '2024-05-03'],
    ['told by another date of the page', { end: '<p class="date">25/04/2024</p>' }, '2024-05-03'],
  ])('reads 03/05/2024 on a page that is %s', (_, parts, expected) => {
    expect(read({ under: '<p class="date">03/05/2024</p>', ...parts }).publishedAt).toBe(expected);
  });

  it('is not contradicted by the same date with the day first', () => {
    const parts = { head: stated('2024-05-03T10:00:00Z'), under: '<p class="date">03/05/2024</p>' };
    expect(read(parts).publishedAt).toBe('2024-05-03T10:00:00Z');
  });
});
