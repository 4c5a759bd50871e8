import { describe, expect, it } from 'vitest';
import { cleanPage } from '../../../src/workers/clean/article.js';

const TEXT = [
  'The two harbour towns will share one pilot service from the spring, their mayors said after a long meeting on the quay.',
  'Four boats and eleven pilots move to the new station, which stands on the breakwater between the two basins of the port.',
  'A trial in the autumn had shown that ships wait half as long when a single office gives out the berths and the pilots.',
];

interface Parts {
  head?: string;
  byline?: string;
  end?: string;
}

const page = ({ head = '', byline = '', end = '' }: Parts): string => `<html lang="en"><head>
  <title>Harbour towns share pilots | Tidewater Post</title><meta property="og:site_name" content="Tidewater Post">${head}</head>
  <body><nav><ul><li><a href="/">Home</a></li><li><a href="/sea">Sea</a></li></ul></nav>
  <main><article><h1>Harbour towns share pilots</h1>${byline}${TEXT.map((text) => `<p>${text}</p>`).join('')}</article>${end}</main>
  <footer><p>© 2024 Tidewater Post</p></footer></body></html>`;

const authorsOf = (parts: Parts): string[] => cleanPage(page(parts), 'https://tidewater.example/sea/pilots').byline;
const linked = (data: unknown): string => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;

describe('authors of a page', () => {
  it('follows @id references in a graph', () => {
    const head = linked({
      '@graph': [
        { '@type': 'NewsArticle', headline: 'Harbour towns share pilots', author: [{ '@id': '#a' }, { '@id': '#b' }] },
        { '@type': 'Person', '@id': '#a', name: 'Ada Quill' },
        { '@type': 'Person', '@id': '#b', name: 'Ben Roe' },
      ],
    });
    expect(authorsOf({ head })).toEqual(['Ada Quill', 'Ben Roe']);
  });

  it.each<[string, unknown]>([
    ['a list object', { '@list': [{ '@type': 'Person', name: 'Ada Quill' }] }],
    ['given and family name', { '@type': 'Person', givenName: 'Ada', familyName: 'Quill' }],
    ['a plain string', 'By Ada Quill'],
    ['an array of names', { '@type': 'Person', name: ['Ada Quill'] }],
    [
      'a mixed array',
      [
        { '@type': 'Organization', name: 'Coastal Wire' },
        { '@type': 'Person', name: 'Ada Quill' },
      ],
    ],
  ])('reads %s', (_, author) => {
    expect(authorsOf({ head: linked({ '@type': 'NewsArticle', headline: 'x', author }) })).toEqual(['Ada Quill']);
  });

  it('does not take the author of a story in a list of related ones', () => {
    const related = { '@type': 'NewsArticle', headline: 'Old quay', author: 'Ben Roe', datePublished: '2020-01-01' };
    const head =
      linked({ '@type': 'NewsArticle', headline: 'Harbour towns share pilots' }) +
      linked({ '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: related }] });
    expect(authorsOf({ head })).toEqual([]);
  });

  it('leaves out an organisation that the data gives as author', () => {
    const author = { '@type': 'Organization', name: 'Coastal Wire' };
    expect(authorsOf({ head: linked({ '@type': 'NewsArticle', headline: 'x', author }) })).toEqual([]);
  });

  it.each([
    ['rel=author', '<p>By <a rel="author" href="/ada">Ada Quill</a></p>'],
    ['microdata', '<p><span itemprop="author" itemscope><span itemprop="name">Ada Quill</span></span></p>'],
    ['a class', '<div class="article-byline"><span>Ada Quill</span><span> · 3 May 2024</span></div>'],
    ['a block of lines', '<div class="author-box"><p>Written by</p><p>Ada Quill</p><p>Harbour reporter</p></div>'],
    ['words only', '<p>By Ada Quill</p>'],
    ['words with a date', '<p>Posted on 3 May 2024 by Ada Quill</p>'],
    ['German words', '<p>Von Ada Quill</p>'],
    ['a label of its own', '<p>Author:</p><p>Ada Quill</p>'],
  ])('reads %s', (_, byline) => {
    expect(authorsOf({ byline })).toEqual(['Ada Quill']);
  });

  it('reads a byline after the end', () => {
    expect(authorsOf({ end: '<p>Written by Ada Quill, harbour reporter</p>' })).toEqual(['Ada Quill']);
  });

  it('reads several marks in a row', () => {
    const byline = '<p><span class="author">Ada Quill</span>, <span class="author">Ben Roe</span></p>';
    expect(authorsOf({ byline })).toEqual(['Ada Quill', 'Ben Roe']);
  });

  it('completes what the data states by what is printed', () => {
    const head = '<meta property="og:type" content="article"><meta name="author" content="Ada Quill">';
    expect(authorsOf({ head, byline: '<p class="byline">By Ada Quill and Ben Roe</p>' })).toEqual([
      'Ada Quill',
      'Ben Roe',
    ]);
  });

  it.each(['aquill', 'ada.quill', 'AdaQ', 'Tidewater Post'])('prefers a printed name to %s', (stated) => {
    const head = linked({ '@type': 'NewsArticle', headline: 'x', author: { '@type': 'Person', name: stated } });
    expect(authorsOf({ head, byline: '<p class="byline">By Ada Quill</p>' })).toEqual(['Ada Quill']);
  });

  it('reads a name under the headline that a portrait repeats', () => {
    const end = '<div><h4>Ada Quill</h4><p>Ada Quill is a reporter who lives by the old harbour.</p></div>';
    expect(authorsOf({ byline: '<div>Ada Quill</div>', end })).toEqual(['Ada Quill']);
  });

  it.each([
    ['the maker of the site', { head: '<meta name="author" content="Webwerk Ola Holm">' }],
    ['a desk that only the data states', { head: linked({ '@type': 'NewsArticle', author: 'News Desk' }) }],
    ['a section', { byline: '<p class="byline">Ports & Trade</p>' }],
    ['a reviewer', { byline: '<p>Reviewed by Ada Quill</p>' }],
    [
      'a photographer',
      { byline: '<figure><img src="a.jpg"><figcaption class="img-author">Ada Quill</figcaption></figure>' },
    ],
    ['a commenter', { end: '<div class="comments"><p class="comment-author">Ada Quill</p><p>So be it.</p></div>' }],
    [
      'the author of another article',
      { end: '<div class="related"><h3>Old quay</h3><p class="author">Ada Quill</p></div>' },
    ],
  ])('names nobody for %s', (_, parts) => {
    expect(authorsOf(parts)).toEqual([]);
  });

  it('takes a label at the end of the page with the name under it, wherever that is', () => {
    const filler = Array.from({ length: 30 }, (_, at) => `<p>Notice ${at} of the port.</p>`).join('');
    const end = `${filler}<div><p>Written by</p><p>Ada Quill</p></div>`;
    expect(authorsOf({ end })).toEqual(['Ada Quill']);
    expect(authorsOf({ end: `${end}<div><p>Written by</p><p>Ben Roe</p></div>` })).toEqual([]);
  });

  it('takes a bare name by the headline that the page presents after the text', () => {
    const bio =
      '<div><h5>Ada Quill</h5><p>Ada writes on pilots and harbours from a houseboat in the old basin.</p></div>';
    expect(authorsOf({ byline: '<div>Ada Quill</div>', end: bio })).toEqual(['Ada Quill']);
    expect(authorsOf({ byline: '<div>Harbour News</div>' })).toEqual([]);
  });

  it('takes no headline for a byline', () => {
    const html = page({}).replaceAll('Harbour towns share pilots', 'Von Häfen Und Lotsen');
    expect(cleanPage(html, null).byline).toEqual([]);
  });

  it.each([
    ['an agency after "By"', '<p>By Reuters</p>', ['Reuters']],
    ['a desk marked as author', '<p class="byline"><span class="author">News Desk</span></p>', ['News Desk']],
    ['the site itself', '<p class="author vcard">Tidewater Post</p>', ['Tidewater Post']],
    ['a person before a desk', '<p class="author">News Desk</p><p>By Ada Quill</p>', ['Ada Quill']],
    ['nobody where the account is called admin', '<p class="author">admin</p>', []],
  ])('names %s', (_, byline, names) => {
    const found = authorsOf({ byline });
    expect(found).toEqual(names);
  });

  it('names nobody for a desk in the footer of the page', () => {
    const html = page({}).replace('© 2024 Tidewater Post', '<span class="author">News Desk</span>');
    expect(cleanPage(html, null).byline).toEqual([]);
  });
});
