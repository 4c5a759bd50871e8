import { readFeed } from '../../../src/workers/poll/reader.js';
import { FIELDS, MORSELS } from './hostile-morsels.js';

/** Run by hostile.test.ts in a process of its own: reads every hostile input and prints what came of it and when. */

const rss = (inside: string): string => `<?xml version="1.0"?><rss version="2.0"><channel>${inside}</channel></rss>`;
const entry = (inside: string): string =>
  rss(`<title>T</title><item><link>https://example.org/1</link>${inside}</item>`);
const times = (text: string, count: number): string => text.repeat(count);

const laughs = ['<!ENTITY a0 "ha">'];
for (let level = 1; level < 12; level += 1) laughs.push(`<!ENTITY a${level} "${times(`&a${level - 1};`, 10)}">`);

const INPUTS: Record<string, () => string> = {
  'fifty megabytes': () => entry(`<description>${times('word ', 10_485_760)}</description>`),
  'fifteen megabytes of entries': () =>
    rss(times('<item><title>t</title><link>https://example.org/</link></item>', 236_000)),
  'fifteen megabytes in one text': () => entry(`<description>${times('word &amp; ', 1_500_000)}</description>`),
  'fifteen megabytes of cdata': () =>
    entry(`<description><![CDATA[${times('<p>word</p>', 1_400_000)}]]></description>`),
  'hundred thousand levels': () =>
    entry(`<description>${times('<a>', 100_000)}${times('</a>', 100_000)}</description>`),
  'hundred thousand levels outside': () => times('<a>', 100_000),
  'billion laughs': () => `<!DOCTYPE rss [${laughs.join('')}]>${entry('<title>&a11;</title>')}`,
  'external entity': () => `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>${entry('<title>&x;</title>')}`,
  'a<h': () => entry(`<description>${times('a<h', 60_000)}</description>`),
  'a<h escaped': () => entry(`<description>${times('a&lt;h', 60_000)}</description>`),
  'brackets and quotes': () => entry(`<description>${times('<a "', 500_000)}</description>`),
  'brackets and equals': () => entry(`<description>${times('<a b="', 500_000)}</description>`),
  'open comments': () => entry(`<description>${times('<!-- ', 300_000)}</description>`),
  'open cdata': () => entry(times('<title><![CDATA[x</title>', 100_000)),
  'open doctypes': () => entry(times('<!DOCTYPE [', 200_000)),
  'end tags without start': () => entry(`<description>${times('<a>', 300)}${times('</b>', 400_000)}</description>`),
  'many tags': () => entry(`<description>${times('<b>x</b>', 900_000)}</description>`),
  'many namespaces': () => entry(`<x ${Array.from({ length: 50_000 }, (_, n) => `xmlns:n${n}="u${n}"`).join(' ')}/>`),
  'many attributes': () =>
    entry(`<x ${Array.from({ length: 5_000 }, (_, n) => `a${n}="1"`).join(' ')}/><title>A</title>`),
  'long attribute': () => entry(`<enclosure url="${times('x', 60_000)}" type="audio/mpeg"/><title>A</title>`),
  ampersands: () => entry(`<description>${times('&', 1_000_000)}</description>`),
  'white space in a title': () => entry(`<title>a${times(' ', 2_000_000)}b</title>`),
  'one long date': () => entry(`<pubDate>${times('1 ', 1_000_000)}</pubDate>`),
  'one long author': () => entry(`<author>${times('a@', 500_000)}</author>`),
  'links with broken quotes': () => entry(`<description><![CDATA[${times("<a href='", 300_000)}]]></description>`),
  'proto elements': () =>
    entry('<__proto__><polluted>yes</polluted></__proto__><constructor>x</constructor><title>A</title>'),
  'proto attributes': () => entry('<guid __proto__="x" constructor="y">id-1</guid><title>A</title>'),
  'proto in json': () =>
    '{"version":"https://jsonfeed.org/version/1.1","__proto__":{"polluted":1},"items":[{"id":"1","__proto__":{"polluted":1}}]}',
  'title of fifteen megabytes': () => entry(`<title>${times('a ', 7_500_000)}</title>`),
  'million empty entries': () => rss(times('<item/>', 1_000_000)),
  'fields without end': () => entry(times('<category>c</category><link href="/x" rel="enclosure"/>', 150_000)),
  'bad dates without end': () => entry(times('<pubDate>soon</pubDate>', 300_000)),
  'long bases': () =>
    rss(times(`<item xml:base="http://e.org/${times('d/', 300)}"><link>x</link><guid>x</guid></item>`, 10_000)),
  'long attributes': () =>
    rss(times(`<item><link>/</link><enclosure url="${times('x', 20_000)}" type="a"/></item>`, 700)),
  'nul between all letters': () => [...entry('<title>A</title>')].join('\0'),
  'tags in cdata': () => entry(`<description><![CDATA[${times('<div>', 1_000_000)}]]></description>`),
  'sections in sections': () => entry(`<description>${times('<![CDATA[', 500_000)}</description>`),
  'ends of sections': () => entry(`<description><![CDATA[${times(']]&gt;', 500_000)}]]></description>`),
  'attributes without end': () => entry(`<x ${Array.from({ length: 300_000 }, (_, n) => `a${n}=b`).join(' ')}/>`),
  'doctype of brackets': () => `<!DOCTYPE rss [${times(']', 2_000_000)}${entry('')}`,
  'stray brackets': () => entry(`<description>${times('<', 2_000_000)}</description>`),
  'page of fifteen megabytes': () => `<html>${times('<p class="a">b < c</p>', 600_000)}`,
  'json of a million entries': () => `{"items":[${times('{},', 1_000_000)}{}]}`,
  'deep json objects': () => `${times('{"items":[', 100_000)}${times(']}', 100_000)}`,
  'deep json': () => `{"items":${times('[', 100_000)}${times(']', 100_000)}}`,
  'nul bytes': () => entry(`<title>A${times('\0', 100_000)}</title>`),
};

for (const morsel of MORSELS) {
  const text = times(morsel, Math.ceil(1_000_000 / morsel.length));
  INPUTS[`every field full of ${morsel}`] = () =>
    rss(FIELDS.map((field) => `<item><${field}>${text}</${field}></item>`).join(''));
}

const noise = (marks: readonly number[], length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => marks[index] ?? (index * 7919) & 255);
const BYTES: Readonly<Record<string, () => Uint8Array>> = {
  'noise as utf-16': () => noise([0xff, 0xfe], 4_000_000),
  'noise as utf-32': () => noise([0xff, 0xfe, 0, 0], 8_000_000),
  'noise of no charset': () => noise([...new TextEncoder().encode('<rss><channel><item><title>')], 8_000_000),
  'nothing but zeros': () => new Uint8Array(15_000_000),
};

const inputs = [
  ...Object.entries(INPUTS).map(([name, input]) => ({ name, read: () => new TextEncoder().encode(input()) })),
  ...Object.entries(BYTES).map(([name, read]) => ({ name, read })),
];
for (const { name, read } of inputs) {
  const bytes = read();
  const started = performance.now();
  let outcome: Record<string, unknown>;
  try {
    const feed = await readFeed(bytes, { 'content-type': 'text/xml' }, 'https://example.org/feed');
    outcome = {
      entries: feed.items.length,
      title: feed.items[0]?.title?.slice(0, 60),
      text: JSON.stringify(feed).slice(0, 2000),
    };
  } catch (error) {
    outcome = { code: error instanceof Error && 'code' in error ? error.code : 'no code', message: String(error) };
  }
  const ms = Math.round(performance.now() - started);
  console.log(JSON.stringify({ name, ms, polluted: 'polluted' in {}, ...outcome }));
}
