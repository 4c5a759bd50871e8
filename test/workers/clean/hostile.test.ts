import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CleanArticle } from '../../../src/shared/model/article.js';
import { cleanPage } from '../../../src/workers/clean/article.js';
import { outcomesOf } from '../../support/hostile.js';

const Outcome = z.object({
  name: z.string(),
  ms: z.number(),
  sound: z.boolean(),
  polluted: z.boolean(),
  story: z.boolean(),
  truncated: z.boolean(),
});

/**
 * What is expected of each page beyond a sound answer: its story in the text, a cap told in the flag, or both. Without
 * "story" there is far more other text than story, and either may be taken for the article.
 */
const EXPECTED: Readonly<Record<string, 'story' | 'story, cut' | 'cut' | ''>> = {
  'twenty thousand levels': 'story, cut',
  'twenty thousand levels, closed': 'story, cut',
  'a million open inline elements': 'story, cut',
  'end tags that close nothing': 'story, cut',
  'fifty megabytes in an address': 'story',
  'fifty megabytes in a style': 'story',
  'fifty thousand paragraphs': 'story, cut',
  'more elements than fit': 'story, cut',
  'more segments than fit': 'story, cut',
  'a megabyte in one text': 'story, cut',
  'five megabytes of less-than signs': 'story, cut',
  'five megabytes of end-tag beginnings': 'story',
  'nothing closed': 'story',
  'head not closed': 'story',
  'script not closed': 'story',
  'comment not closed': 'story',
  'many comments not closed': 'story',
  'attribute not closed': 'story',
  'a giant attribute': 'story',
  'a hundred thousand attributes': 'story',
  'brackets and quotes': 'story',
  'brackets and equals': 'story',
  'a giant title': 'story',
  entities: 'story, cut',
  'unknown entities': 'story, cut',
  'many scripts': 'story',
  'many choices': 'story',
  'nested frames': 'story',
  'many frames': 'story',
  'nested drawings': 'story',
  'nested JSON': 'story',
  'spaces in JSON': 'story',
  'many pieces of JSON': 'story',
  'a giant body in JSON': '',
  'polluting JSON': 'story',
  'polluting attributes': 'story',
  'many bylines': 'cut',
  'many dates': 'cut',
  'headings as in the title': 'cut',
  headings: '',
  marks: 'cut',
  rows: 'story, cut',
  'nested tables': 'story, cut',
  items: 'story, cut',
  'many links': 'story, cut',
  'distinct classes': 'story, cut',
  'one long class': 'story',
  'one long word': 'story, cut',
  'templates not closed': '',
  'templates in frames': 'story',
  'empty lines': 'story',
  'nul bytes': 'story, cut',
  'lone surrogates': 'story, cut',
  'combining marks': 'story, cut',
};

describe('hostile pages, in a process with 512 MB of heap', () => {
  const outcomes = outcomesOf('test/workers/clean/hostile-child.ts', Outcome, 240_000);

  it('answers every one of them', () => {
    expect([...outcomes.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.entries(EXPECTED))('%s: %s, sound and within 10 s', (name, expected) => {
    const outcome = outcomes.get(name);
    if (expected.startsWith('story')) expect(outcome?.story).toBe(true);
    expect(outcome?.truncated).toBe(expected.endsWith('cut'));
    expect(outcome).toMatchObject({ sound: true, polluted: false });
    expect(outcome?.ms).toBeLessThan(10_000);
  });
});

describe('broken pages', () => {
  it.each([
    '',
    ' ',
    '<',
    '</',
    '<!',
    '<!--',
    '<!-->',
    '<p',
    '<p =',
    '<p a',
    '<p a=',
    "<p a='",
    '<title>',
    '<script',
    '\u0000',
    '\ud800',
    '<p>\ud800</p>',
    '&#xD800;&#0;&#x110000;',
    '<base href="http://[">',
    '<svg><title>x',
    ']]>',
  ])('answers %j', (html) => {
    const article = CleanArticle.parse(cleanPage(html, 'https://news.example/story'));
    expect(article.flags.noText || article.wordCount > 0).toBe(true);
  });

  it('stays sound on random markup', () => {
    const pieces =
      '<div>|</div>|<p>|</p>|<table>|<td>|</tr>|<a href=x>|</a>|<b>|<article>|</article>|<!--|-->|<script>|</script>|&lt;|"|=|<time datetime=2020-01-01>|<h1>|The ministers met on Tuesday, officials said. |x|\u00ad|<ul><li>|<blockquote>|<figure><figcaption>|<svg/>|<iframe>|</iframe>|<head>|<title>'.split(
        '|',
      );
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
