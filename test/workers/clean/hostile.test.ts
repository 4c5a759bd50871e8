import { describe, expect, it } from 'vitest';
import { CleanArticle } from '../../../src/shared/model/article.js';
import { cleanPage } from '../../../src/workers/clean/article.js';

const SENTENCE =
  'The two ministers agreed on Tuesday to hold a joint exercise in the spring, officials said after the talks. ';
const STORY = `<h1>Ministers agree on joint exercise</h1>${`<p>${SENTENCE.repeat(3)}</p>`.repeat(6)}`;

/** Cleans once, within a bound on time; the answer keeps the contract. */
function within(seconds: number, html: string): CleanArticle {
  const start = performance.now();
  const article = cleanPage(html, 'https://news.example/story');
  expect((performance.now() - start) / 1000).toBeLessThan(seconds);
  return CleanArticle.parse(article);
}

describe('hostile pages', () => {
  // Warm up, so that bounds measure the work and not the loading of weights.
  cleanPage(`<article>${STORY}</article>`, null);

  it('reads text under 20,000 open elements', () => {
    const article = within(5, `${'<div>'.repeat(20_000)}${STORY}`);
    expect(article.text).toContain('joint exercise in the spring');
    expect(article.flags.truncated).toBe(true);
  });

  it('reads text amid a million unclosed inline elements', () => {
    within(10, `${STORY}${'<b><i>x'.repeat(500_000)}`);
  });

  it('is not slowed by end tags that close nothing', () => {
    within(10, `${'<div><span>'.repeat(300)}${'</p></section></article>'.repeat(200_000)}${STORY}`);
  });

  it('finds the article behind a data address of 50 MB', () => {
    const article = within(
      8,
      `<body><img src="data:image/png;base64,${'QUJD'.repeat(12_500_000)}"><article>${STORY}</article>`,
    );
    expect(article.text).toContain('joint exercise in the spring');
  });

  it('bounds 50,000 paragraphs', () => {
    const article = within(20, `<article>${`<p>${SENTENCE}</p>`.repeat(50_000)}</article>`);
    expect(article.wordCount).toBeGreaterThan(100_000);
  });

  it('cuts a page beyond the cap and says so', () => {
    const article = within(20, `<article>${STORY}</article>${'<p>filler</p>'.repeat(1_200_000)}`);
    expect(article.flags.truncated).toBe(true);
  });

  it.each([
    ['script', `<script>${'a<b '.repeat(300_000)}`],
    ['comment', `${STORY}<!--${'- '.repeat(500_000)}`],
    ['many comments', '<!-- '.repeat(300_000)],
    ['attribute', `<p class="${'x '.repeat(500_000)}`],
    ['title', `<title>${'a | '.repeat(300_000)}`],
    ['bylines', `<h1>x</h1><p>${'<span class="author">Ann Lee</span> '.repeat(50_000)}</p>${STORY}`],
    ['dates', `<h1>x</h1>${'<time>3 May 2024</time><p class="date">4 May 2024</p>'.repeat(20_000)}${STORY}`],
    ['headings', `<title>a | b</title>${'<h1>b</h1>'.repeat(50_000)}${STORY}`],
    ['entities', '&amp'.repeat(500_000)],
    ['less-than signs', '<'.repeat(1_000_000)],
    ['scripts', '<script>'.repeat(100_000)],
    ['selects', '<select>'.repeat(100_000)],
    ['nested JSON', `<script type="application/ld+json">${'['.repeat(500_000)}</script>${STORY}`],
    ['spaces in JSON', `<script type="application/ld+json">{${' '.repeat(500_000)}</script>${STORY}`],
    ['headings', `<title>a title of a page</title>${'<h1>a title of another page</h1>'.repeat(30_000)}`],
    ['marks', '<span class="author date">by Ann Lee 3 May 2020'.repeat(20_000)],
    ['rows', `<table>${'<tr><td>a cell of some length<td>2'.repeat(30_000)}`],
    ['items', '<ul><li>an item of some length, with a comma'.repeat(20_000)],
  ])('survives unclosed or endless %s', (_, html) => {
    within(10, html);
  });

  it.each([
    '',
    ' ',
    '<',
    '</',
    '<!',
    '<!--',
    '\u0000',
    '\ud800',
    '<p>\ud800</p>',
    '&#xD800;&#0;&#x110000;',
    '<base href="http://[">',
    '<svg><title>x',
    ']]>',
  ])('answers %j', (html) => {
    const article = within(2, html);
    expect(article.flags.noText || article.wordCount > 0).toBe(true);
  });

  it('stays sound on random markup', () => {
    const pieces = [
      '<div>',
      '</div>',
      '<p>',
      '</p>',
      '<table>',
      '<td>',
      '</tr>',
      '<a href=x>',
      '</a>',
      '<b>',
      '<article>',
      '</article>',
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '&lt;',
      '"',
      '=',
      '<time datetime=2020-01-01>',
      '<h1>',
      SENTENCE,
      'x',
      '\u00ad',
      '<ul><li>',
      '<blockquote>',
      '<figure><figcaption>',
    ];
    let state = 12_345;
    for (let round = 0; round < 200; round++) {
      let html = '';
      for (let at = 0; at < 150; at++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        html += pieces[(state >>> 8) % pieces.length] ?? '';
      }
      CleanArticle.parse(cleanPage(html, null, { explain: true }));
    }
  });
});
