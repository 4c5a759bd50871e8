import { describe, expect, it } from 'vitest';
import { cleanPage } from '../../../src/workers/clean/article.js';
import { fold, tidy } from '../../../src/workers/clean/text.js';
import { withoutSite } from '../../../src/workers/clean/title.js';

describe('withoutSite', () => {
  it.each([
    ['Ministers meet in Baku | Daily Example', 'Ministers meet in Baku'],
    ['Ministers meet in Baku - Daily Example', 'Ministers meet in Baku'],
    ['Daily Example: Ministers meet in Baku', 'Daily Example: Ministers meet in Baku'],
    ['Daily Example | Ministers meet in Baku', 'Ministers meet in Baku'],
    [
      'Ministers meet in Baku - talks go on for a second long day',
      'Ministers meet in Baku - talks go on for a second long day',
    ],
    ['F-16 sale approved', 'F-16 sale approved'],
    ['Ministers meet in Baku :: Daily Example', 'Ministers meet in Baku'],
    ['Ministers meet in Baku – dailyexample', 'Ministers meet in Baku'],
    ['«Ministers meet in Baku»', '«Ministers meet in Baku»'],
    ['Ministers meet in Baku » Politics', 'Ministers meet in Baku'],
  ])('%s', (title, expected) => {
    expect(withoutSite(title, ['Daily Example'])).toBe(expected);
  });
});

const page = (title: string, heading: string, head = ''): string =>
  `<html><head><title>${title}</title>${head}</head><body>${heading}<p>The two ministers met at noon.</p></body></html>`;

describe('title of a page', () => {
  it.each([
    ['the heading', 'Ministers meet | Quay', '<h1>Ministers meet</h1>', 'Ministers meet'],
    [
      'the heading without its date',
      'Ministers meet again in Baku',
      '<h1>3 May 2024 Ministers meet again in Baku</h1>',
      'Ministers meet again in Baku',
    ],
    [
      'the heading with its article',
      'Big meeting of ministers',
      '<h1>The Big meeting of ministers</h1>',
      'The Big meeting of ministers',
    ],
    [
      'no logo',
      'Ministers meet – Voices of the Quay',
      '<h1 class="site-title"><a href="/">Voices of the Quay</a></h1><h2>Ministers meet</h2>',
      'Ministers meet',
    ],
    ['a title escaped twice', 'Ships &amp;amp; ports meet', '', 'Ships & ports meet'],
    [
      'a title with the site first',
      'Quay | Ministers meet in Baku',
      '<meta property="og:site_name" content="Quay">',
      'Ministers meet in Baku',
    ],
  ])('is %s', (_, title, heading, expected) => {
    expect(cleanPage(page(title, heading), 'https://quay.example/a').title).toBe(expected);
  });

  it('is what both data and meta say where the heading says less', () => {
    const head = `<meta property="og:title" content="Ministers meet in Baku"><script type="application/ld+json">{"@type":"NewsArticle","headline":"Ministers meet in Baku"}</script>`;
    expect(cleanPage(page('x', '<h1>Ministers meet</h1>', head), null).title).toBe('Ministers meet in Baku');
  });
});

describe('tidy', () => {
  it('gives NFC without what cannot be seen', () => {
    expect(tidy(' a\u00a0\u00adb\u200bc\ufeff \n e\u0301\ud800 ')).toBe('a bc é');
  });

  it('keeps joiners where they spell', () => {
    expect(tidy('می\u200cخواهم a\u200cb')).toBe('می\u200cخواهم ab');
  });

  it('keeps letters beyond the first plane', () => {
    expect(tidy('a 😀 b')).toBe('a 😀 b');
  });

  it('folds case, marks of punctuation and widths', () => {
    expect(fold('“Ｆ-16” SALE…')).toBe('f 16 sale');
  });
});
