import { CleanArticle } from '../../../src/shared/model/article.js';
import { cleanPage } from '../../../src/workers/clean/article.js';

/** Run by hostile.test.ts in a process of its own: cleans every hostile page and prints what came of it and when. */

const SENTENCE =
  'The two ministers agreed on Tuesday to hold a joint exercise in the spring, officials said after the talks. ';
const STORY = `<h1>Ministers agree on joint exercise</h1>${`<p>${SENTENCE.repeat(3)}</p>`.repeat(6)}`;
const times = (text: string, count: number): string => text.repeat(count);
const json = (text: string): string => `<script type="application/ld+json">${text}</script>`;

const PAGES: Readonly<Record<string, () => string>> = {
  'twenty thousand levels': () => times('<div>', 20_000) + STORY,
  'twenty thousand levels, closed': () => `${times('<section>', 20_000)}${STORY}${times('</section>', 20_000)}`,
  'a million open inline elements': () => STORY + times('<b><i>x', 500_000),
  'end tags that close nothing': () =>
    `${times('<div><span>', 300)}${times('</p></section></article>', 200_000)}${STORY}`,
  'fifty megabytes in an address': () =>
    `<body><img src="data:image/png;base64,${times('QUJD', 12_500_000)}"><article>${STORY}</article>`,
  'fifty megabytes in a style': () => `<style>${times('a{b:url(x)}', 4_600_000)}</style><article>${STORY}</article>`,
  'fifty thousand paragraphs': () => `<article>${times(`<p>${SENTENCE}</p>`, 50_000)}</article>`,
  'more elements than fit': () => `<article>${STORY}</article>${times('<p>filler</p>', 1_200_000)}`,
  'more segments than fit': () => `<article>${STORY}</article>${times('filler<br><br>', 200_000)}`,
  'a megabyte in one text': () => `<article>${STORY}<p>${times(SENTENCE, 10_000)}</p></article>`,
  'five megabytes of less-than signs': () => STORY + times('<', 5_000_000),
  'five megabytes of end-tag beginnings': () => STORY + times('</', 2_500_000),
  'nothing closed': () => `<html><head><title>T<body><main><article><div>${times(`<p>${SENTENCE}`, 30)}<div><ul><li>`,
  'head not closed': () => `<head><title>T</title><meta name=a content=b>${STORY}`,
  'script not closed': () => `${STORY}<script>${times('a<b ', 300_000)}`,
  'comment not closed': () => `${STORY}<!--${times('- ', 500_000)}`,
  'many comments not closed': () => STORY + times('<!-- ', 300_000),
  'attribute not closed': () => `${STORY}<p class="${times('x ', 2_000_000)}`,
  'a giant attribute': () => `<div class="${times('ad promo ', 1_000_000)}">${STORY}</div>`,
  'a hundred thousand attributes': () =>
    `<div ${Array.from({ length: 100_000 }, (_, n) => `data-a${n}=1`).join(' ')}>${STORY}</div>`,
  'brackets and quotes': () => STORY + times('<a "', 1_000_000),
  'brackets and equals': () => STORY + times('<a b="', 1_000_000),
  'a giant title': () => `<title>${times('a | ', 300_000)}</title>${STORY}`,
  entities: () => `${STORY}<p>${times('&amp', 500_000)}`,
  'unknown entities': () => `${STORY}<p>${Array.from({ length: 200_000 }, (_, n) => `&x${n};`).join('')}`,
  'many scripts': () => STORY + times('<script>', 100_000),
  'many choices': () => STORY + times('<select>', 100_000),
  'nested frames': () => `${times('<iframe><noscript>', 50_000)}${STORY}`,
  'many frames': () => times('<iframe src=x></iframe><noscript><img src=y></noscript>', 50_000) + STORY,
  'nested drawings': () => `${times('<svg><g>', 50_000)}${times('</g></svg>', 50_000)}${STORY}`,
  'nested JSON': () => json(times('[', 500_000)) + STORY,
  'spaces in JSON': () => json(`{${times(' ', 500_000)}`) + STORY,
  'many pieces of JSON': () => times(json('{"@type":"NewsArticle","headline":"x"}'), 20_000) + STORY,
  'a giant body in JSON': () =>
    json(JSON.stringify({ '@type': 'Article', articleBody: times('<p>a b', 300_000) })) + STORY,
  'polluting JSON': () => json('{"@type":"NewsArticle","__proto__":{"polluted":1},"headline":"x"}') + STORY,
  'polluting attributes': () => `<div __proto__=x constructor=y class=__proto__ id=constructor>${STORY}</div>`,
  'many bylines': () => `<h1>x</h1><p>${times('<span class="author">Ann Lee</span> ', 50_000)}</p>${STORY}`,
  'many dates': () => `<h1>x</h1>${times('<time>3 May 2024</time><p class="date">4 May 2024</p>', 20_000)}${STORY}`,
  'headings as in the title': () => `<title>a | b</title>${times('<h1>b</h1>', 50_000)}${STORY}`,
  headings: () => `<title>a title of a page</title>${times('<h1>a title of another page</h1>', 15_000)}${STORY}`,
  marks: () => STORY + times('<span class="author date">by Ann Lee 3 May 2020', 20_000),
  rows: () => `${STORY}<table>${times('<tr><td>a cell of some length<td>2', 30_000)}`,
  'nested tables': () => `${times('<table><tr><td>', 10_000)}${STORY}`,
  items: () => STORY + times('<ul><li>an item of some length, with a comma', 20_000),
  'many links': () => `${STORY}<p>${times('<a href="/x?y=1&z=2">a link</a> ', 100_000)}`,
  'distinct classes': () =>
    STORY + Array.from({ length: 40_000 }, (_, n) => `<p class="c${n.toString(36)}-x">text</p>`).join(''),
  'one long class': () => `<p class="${times('x', 5_000_000)}">x</p>${STORY}`,
  'one long word': () => `${STORY}<p>${times('x', 3_000_000)}</p>`,
  'templates not closed': () => times('<script type="text/template"><noscript><p>a b c ', 100_000),
  'templates in frames': () => `${times('<noscript><iframe><template>', 30_000)}${STORY}`,
  'empty lines': () => `<pre>${times('\n \n', 500_000)}</pre>${STORY}`,
  'nul bytes': () => STORY.replaceAll(' ', ' \0') + times('\0', 1_000_000),
  'lone surrogates': () => STORY.replaceAll(' ', ' \ud800') + times('\udc00', 500_000),
  'combining marks': () => `${STORY}<p>a${times('\u0301', 500_000)}</p>`,
};

for (const [name, page] of Object.entries(PAGES)) {
  const html = page();
  const started = performance.now();
  const article = cleanPage(html, 'https://news.example/story');
  const ms = performance.now() - started;
  const outcome = {
    name,
    ms,
    sound: CleanArticle.safeParse(article).success && article.text.isWellFormed(),
    polluted: 'polluted' in {},
    story: article.text.includes('joint exercise in the spring'),
    words: article.wordCount,
    truncated: article.flags.truncated,
  };
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
