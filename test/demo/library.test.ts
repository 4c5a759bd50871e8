import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseBody, texts } from '../../src/demo/site/body.js';
import { momentOf, rfc822 } from '../../src/demo/site/dates.js';
import { parseArticle, readLibrary } from '../../src/demo/site/library.js';
import { html, jsonLd, unclosed } from '../../src/demo/site/markup.js';
import { RecordType } from '../../src/shared/model/record.js';

const SAMPLE = new URL('../../sample/', import.meta.url).pathname;
const HEAD = 'title: T\ndate: "2024-01-02T03:04:05+04:00"\nsection: S\nsummary: M\n';

describe('the articles of sample/', () => {
  it('are dated from 2023 to 2025 and have 100 to 600 words, but for the special ones', async () => {
    const { articles } = await readLibrary(SAMPLE);
    for (const article of articles) {
      expect(momentOf(article.date).year, article.key).toBeGreaterThanOrEqual(2023);
      expect(momentOf(article.date).year, article.key).toBeLessThanOrEqual(2025);
      const words = article.blocks.flatMap(texts).join(' ').split(/\s+/).length;
      const short = article.entry.noLink || article.serve.missing || article.serve.layout === 'gallery' || article.path;
      if (short) continue;
      expect(words, article.key).toBeGreaterThanOrEqual(100);
      if (!article.key.endsWith('/eastern-flank-review')) expect(words, article.key).toBeLessThanOrEqual(600);
      else expect(words).toBeGreaterThan(1_200);
    }
  });

  it('and the README tell of the same: every article it names exists, every record type has an example', async () => {
    const { articles, outlets } = await readLibrary(SAMPLE);
    const readme = await readFile(join(SAMPLE, 'README.md'), 'utf8');
    const keys = new Set(articles.map(({ key }) => key));
    const named = [...readme.matchAll(/`([a-z0-9-]+\/[a-z0-9-]+)`/g)].map((match) => match[1] ?? '');
    expect(named.filter((key) => !keys.has(key))).toEqual([]);
    for (const type of RecordType.options)
      expect(readme, type).toMatch(new RegExp(`^\\| ${type} +\\| .*\`.+/.+\``, 'm'));
    for (const { id } of outlets) expect(readme).toMatch(new RegExp(`^\\| \`${id}\` +\\|`, 'm'));
    const odd = articles.filter(
      ({ serve, entry, path, bodyOf }) =>
        serve.missing ||
        serve.failFirst ||
        serve.delayMs ||
        serve.charset ||
        serve.layout !== 'article' ||
        entry.noLink ||
        entry.rawTitle ||
        entry.dateText ||
        path ||
        bodyOf,
    );
    expect(odd.map(({ key }) => key).filter((key) => !named.includes(key))).toEqual([]);
    expect(readme).toContain(`${articles.length} articles`);
  });
});

describe('reading the library', () => {
  it('names the file and the field of a bad article', () => {
    expect(() => parseArticle('a/b', `${HEAD}boddy: x\n`)).toThrow(/a\/b.*boddy/s);
    expect(() => parseArticle('a/b', HEAD)).toThrow("wants either 'body' or 'bodyOf'");
    expect(() => parseArticle('a/b', `${HEAD}body: x\nbodyOf: c/d\n`)).toThrow("wants either 'body' or 'bodyOf'");
    expect(() => parseArticle('a/b', `${HEAD.replace('2024-01-02T03:04:05+04:00', 'yesterday')}body: x\n`)).toThrow(
      'date',
    );
  });

  it('refuses an outlets.yaml that is not one', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sample-'));
    await writeFile(join(dir, 'outlets.yaml'), 'outlets:\n  - id: X\n');
    await expect(readLibrary(dir)).rejects.toThrow('outlets.yaml');
    await rm(dir, { recursive: true });
  });

  it('tells paragraphs, headings, quotes, lists and tables apart', () => {
    const body = parseBody('One\nline.\n\n## Head\n\n> Quote\n\n- a\n- b\n\n| x | y |\n| 1 | 2 |\n\n\n');
    expect(body).toEqual([
      { kind: 'paragraph', text: 'One line.' },
      { kind: 'heading', text: 'Head' },
      { kind: 'quote', text: 'Quote' },
      { kind: 'list', items: ['a', 'b'] },
      {
        kind: 'table',
        rows: [
          ['x', 'y'],
          ['1', '2'],
        ],
      },
    ]);
  });
});

describe('markup', () => {
  it('escapes what is put into a template, but not markup', () => {
    expect(html`<p title="${'"'}">${'<b> & co'}${html`<i>${1}</i>`}${[null, undefined, 'x']}</p>`.text).toBe(
      '<p title="&quot;">&lt;b&gt; &amp; co<i>1</i>x</p>',
    );
  });

  it('lets no value end the script element of JSON-LD', () => {
    const { text } = jsonLd({ name: '</script><b>' });
    expect(text.match(/<\/script>/g)).toHaveLength(1);
    expect(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).toEqual({ name: '</script><b>' });
  });

  it('breaks markup without losing text', () => {
    expect(unclosed('<ul class="a"><li>x</li></ul><p class="b c">y</p>')).toBe(
      '<ul class=a><li>x</ul><p class="b c">y',
    );
  });
});

describe('dates', () => {
  it('are shown in their own zone', () => {
    expect(rfc822('2024-01-01T00:30:00+04:00')).toBe('Mon, 01 Jan 2024 00:30:00 +0400');
    expect(rfc822('2023-12-31T20:30:00Z')).toBe('Sun, 31 Dec 2023 20:30:00 +0000');
    expect(rfc822('2023-12-31T20:30:00-03:30')).toBe('Sun, 31 Dec 2023 20:30:00 -0330');
  });
});
