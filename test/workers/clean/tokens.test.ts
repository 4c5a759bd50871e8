import { describe, expect, it } from 'vitest';
import { readPage } from '../../../src/workers/clean/tokens.js';

const texts = (html: string): string[] => readPage(html).segments.map(({ text }) => text);

describe('segments', () => {
  it.each([
    ['<p>one</p><p>two</p>', ['one', 'two']],
    ['<div>one<div>two</div>three</div>', ['one', 'two', 'three']],
    ['<p>o<b>n</b>e <a href=x>link</a>, two', ['one link, two']],
    ['a<br>b<br><br>c<br> &nbsp; <br/>d', ['a b', 'c', 'd']],
    ['<blockquote>a<br>b</blockquote>c<br>d', ['a', 'b', 'c d']],
    ['<ul><li>one<li>two</ul>three', ['one', 'two', 'three']],
    ['<table><tr><td>a<td>b<tr><td>c</table>', ['a', 'b', 'c']],
    ['<p>The <x-term>fleet</x-term> sailed.</p><x-box>Read on</x-box>', ['The fleet sailed.', 'Read on']],
    ['<p>one<script>two</script><style>three</style><!-- four -->five</p>', ['onefive']],
    ['<p>one <a href=x><svg><path/></svg>two</a><math><mi>x</mi></math> three</p>', ['one two three']],
    ['<noscript>one</noscript><template><p>two</p></template><svg><text>three</text></svg>four', ['four']],
    ['<head><title>T</title><p>one', ['one']],
    ['<p>&lt;b&gt; &amp;amp; caf&eacute; &#8211; &copy 2020', ['<b> &amp; café – © 2020']],
    ['<div>one</p></section>two</div>', ['one', 'two']],
    ['<pre>one\ntwo\n \nthree <b>four\n\nfive</b></pre>', ['one two', 'three four', 'five']],
  ])('%s', (html, segments) => {
    expect(texts(html)).toEqual(segments);
  });

  it('reads what a script would show, when asked', () => {
    const html =
      '<p>one</p><noscript><p>two</p></noscript><template>three<p>four</p></template><script type="text/template"><p>five</p></script><script>six</script><p>seven';
    expect(texts(html)).toEqual(['one', 'seven']);
    expect(readPage(html, true).segments.map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'seven',
    ]);
  });

  it('measures links and bold by their share of the text', () => {
    const [segment] = readPage('<p><b>1234</b> <a href=x>67</a>89</p>').segments;
    expect(segment).toMatchObject({ text: '1234 6789', linkChars: 2, boldChars: 4, links: 1 });
  });
});

describe('head', () => {
  it('keeps title, meta, links, language and linked data', () => {
    const page = readPage(
      '<html lang=bg><head><title>A &amp; B</title><base href="https://a.example/"><meta property="og:title" content="x &amp; y"><link rel=Canonical href="/c?a=1&copy=2"><script type="application/ld+json">{"a":"&amp;"}</script>',
    );
    expect(page).toMatchObject({
      documentTitle: 'A & B',
      base: 'https://a.example/',
      language: 'bg',
      links: [{ rel: 'canonical', href: '/c?a=1&copy=2' }],
      jsonLd: ['{"a":"&amp;"}'],
    });
    expect(page.metas.get('og:title')).toEqual(['x & y']);
  });
});
