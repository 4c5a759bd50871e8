import { describe, expect, it } from 'vitest';
import { cleanPage } from '../../../src/workers/clean/article.js';

const TEXT = [
  'The two harbour towns will share one pilot service from the spring, their mayors said after a long meeting on the quay.',
  'Four boats and eleven pilots move to the new station, which stands on the breakwater between the two basins of the port.',
];

const read = (head: string, inside = '') =>
  cleanPage(
    `<html lang="en"><head>${head}</head><body><main><article><h1>Harbour towns share pilots</h1>${inside}
    ${TEXT.map((text) => `<p>${text}</p>`).join('')}</article></main></body></html>`,
    'https://www.tidewater-post.example/sea/pilots',
  );

describe('lead image', () => {
  const photo = '<img src="/img/pilots.jpg" width="800">';

  it('is the stated one, made absolute', () => {
    const { leadImage } = read('<meta property="og:image" content="/img/boats.jpg">', photo);
    expect(leadImage).toEqual({ url: 'https://www.tidewater-post.example/img/boats.jpg', caption: null });
  });

  it('is the first picture of the article where only a logo is stated', () => {
    const { leadImage } = read('<meta property="og:image" content="/img/site-logo.png">', photo);
    expect(leadImage?.url).toBe('https://www.tidewater-post.example/img/pilots.jpg');
  });

  it('is not an icon', () => {
    expect(read('', '<img src="/icons/info.svg">').leadImage).toBeNull();
  });

  it('has the caption that stands under it', () => {
    const figure = `<figure>${photo}<figcaption>The station at noon</figcaption></figure>`;
    expect(read('<meta property="og:image" content="/img/pilots.jpg">', figure).leadImage?.caption).toBe(
      'The station at noon',
    );
  });
});

describe('name of the site', () => {
  it.each([
    ['<meta property="og:site_name" content="Tidewater &amp; Post"><title>x</title>', 'Tidewater & Post'],
    ['<title>Harbour towns share pilots | Tidewater Post</title>', 'Tidewater Post'],
    ['<title>Tidewater Post – Harbour towns share pilots</title>', 'Tidewater Post'],
    ['<title>Harbour towns share pilots | Ports</title>', null],
    ['<title>Ports | What the Tidewater Post and its boats have seen of the bar since spring</title>', null],
  ])('of %s', (head, name) => {
    expect(read(head).siteName).toBe(name);
  });
});

describe('other fields', () => {
  it('come from where the page states them', () => {
    const article =
      read(`<link rel="canonical" href="/sea/pilots?ref=1#top"><meta property="article:section" content="Sea">
      <meta name="description" content="One  service for two towns.">`);
    expect(article).toMatchObject({
      canonicalUrl: 'https://www.tidewater-post.example/sea/pilots?ref=1',
      section: 'Sea',
      description: 'One service for two towns.',
      language: 'en',
      byline: [],
      publishedAt: null,
      publishedPrecision: 'unknown',
      modifiedAt: null,
    });
  });
});
