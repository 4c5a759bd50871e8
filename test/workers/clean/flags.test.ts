import { describe, expect, it } from 'vitest';
import { cleanPage } from '../../../src/workers/clean/article.js';

const sentence = (at: number): string =>
  `Pilot boat ${at} left the quay before dawn and came back at noon with the papers of the ${at} ships that it had met outside the bar.`;
const text = (paragraphs: number): string =>
  Array.from({ length: paragraphs }, (_, at) => `<p>${sentence(at + 2)}</p>`).join('');
const teasers = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `<div><h3><a href="/n/${at}">Story ${at} of the harbour and its boats</a></h3></div>`,
  ).join('');
const page = (title: string, body: string, head = ''): string =>
  `<html lang="en"><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
const article = (content: string): string => `<main><article><h1>Boats at dawn</h1>${content}</article></main>`;

function flagsOf(html: string): string[] {
  const { flags } = cleanPage(html, 'https://quay.example/boats');
  return Object.entries(flags)
    .filter(([, up]) => up)
    .map(([name]) => name)
    .sort();
}

const notFree =
  '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Boats at dawn","isAccessibleForFree":"False"}</script>';

describe('flags', () => {
  it.each<[string, string, string[]]>([
    ['a whole article', page('Boats at dawn', article(text(8))), []],
    ['no text', page('Boats', ''), ['noText', 'tooShort']],
    ['a few words', page('Boats at dawn', article(text(1))), ['tooShort']],
    [
      'a barrier under the text',
      page('Boats at dawn', article(`${text(4)}<p>Subscribe to continue reading.</p>`)),
      ['paywall'],
    ],
    [
      'a barrier in French',
      page('Boats at dawn', article(`${text(4)}<p>Il vous reste 80% de cet article à lire.</p>`)),
      ['paywall'],
    ],
    ['data that say it is not free', page('Boats at dawn', article(text(8)), notFree), ['paywall']],
    [
      'a text cut off at the barrier',
      page(
        'Boats at dawn',
        article(`${text(3)}<p>And then the pilots said to all of the ...</p><p>To continue reading, log in.</p>`),
      ),
      ['paywall', 'truncated'],
    ],
    [
      'the same words in a footer far below',
      page(
        'Boats at dawn',
        `${article(text(8))}<section>${teasers(14)}</section><footer><p>Already a subscriber?</p></footer>`,
      ),
      [],
    ],
    [
      'an invitation to scroll',
      page('Boats at dawn', article(`${text(4)}<p>Scroll to continue reading</p>${text(4)}`)),
      [],
    ],
    [
      'a list of stories',
      page('Harbour news', `<main><h1>Harbour news</h1>${teasers(24)}</main>`),
      ['listingPage', 'noText', 'tooShort'],
    ],
    ['stories under an article', page('Boats at dawn', `${article(text(9))}<aside>${teasers(24)}</aside>`), []],
    [
      'a lost page',
      page('404 – Quay', '<main><h1>Page not found</h1><p>It may have moved.</p></main>'),
      ['errorPage', 'tooShort'],
    ],
    ['a lost page in Polish', page('Strona nie została znaleziona', '<p>Wróć.</p>'), ['errorPage', 'tooShort']],
    ['a check for robots', page('Just a moment...', '<p>Checking your browser.</p>'), ['errorPage', 'tooShort']],
    ['an article on such pages', page('404: the story of a number', article(`${text(14)}`)), []],
    [
      'a question of consent',
      page(
        'Before you continue',
        '<div><h1>Before you continue</h1><p>We and our partners store cookies.</p><button>Accept</button></div>',
      ),
      ['consentPage', 'tooShort'],
    ],
    [
      'a cookie banner over an article',
      page('Boats at dawn', `<div class="cookie"><p>We use cookies. Consent?</p></div>${article(text(8))}`),
      [],
    ],
  ])('tells %s', (_, html, expected) => {
    const told = flagsOf(html);
    // Where there is no article, some words of the page may yet pass for one.
    const relevant = expected.some((flag) => flag.endsWith('Page'))
      ? (flag: string) => flag.endsWith('Page')
      : () => true;
    expect(told.filter(relevant)).toEqual(expected.filter(relevant));
  });
});
