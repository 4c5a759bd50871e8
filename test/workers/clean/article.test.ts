import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CleanArticle } from '../../../src/shared/model/article.js';
import { cleanPage } from '../../../src/workers/clean/article.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/clean', import.meta.url));
const Expected = CleanArticle.partial()
  .omit({ flags: true })
  .extend({
    url: z.string(),
    contains: z.array(z.string()),
    lacks: z.array(z.string()),
    kinds: z.array(z.string()).optional(),
    /** The flags that are up; all others are down. */
    flags: z.array(z.string()),
  });

const TEXT_FLAGS = ['noText', 'tooShort'];

describe('cleanPage', () => {
  it.each(readdirSync(FIXTURES))('reads %s', (name) => {
    const expected = Expected.parse(JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')));
    const { url, contains, lacks, kinds, flags, ...fields } = expected;
    const article = CleanArticle.parse(cleanPage(readFileSync(join(FIXTURES, name, 'page.html'), 'utf8'), url));
    expect(article).toMatchObject(fields);
    for (const passage of contains) expect(article.text).toContain(passage);
    for (const passage of lacks) expect(article.text).not.toContain(passage);
    // A page that is no article may or may not yield some text: its own flag is what counts.
    const noArticle = flags.some((flag) => flag.endsWith('Page'));
    const told = Object.entries(article.flags).filter(([flag, up]) => up && !(noArticle && TEXT_FLAGS.includes(flag)));
    expect(told.map(([flag]) => flag).sort()).toEqual([...flags].sort());
    for (const kind of kinds ?? []) expect(article.blocks.map((block) => block.kind)).toContain(kind);
  });

  const exercise = readFileSync(join(FIXTURES, 'exercise', 'page.html'), 'utf8');

  it('joins the body blocks by blank lines, captions apart', () => {
    const plain = cleanPage(exercise, null);
    expect(plain.text).toBe(
      plain.blocks
        .filter(({ kind }) => kind !== 'caption')
        .map(({ text }) => text)
        .join('\n\n'),
    );
    const full = cleanPage(exercise, null, { inText: { captions: true, datelines: true, embeds: true } });
    expect(full.text).toBe(full.blocks.map(({ text }) => text).join('\n\n'));
    expect(full.text).toContain('A minehunter leaves the quay');
  });

  it('tells why each segment was kept or dropped, only when asked', () => {
    expect(cleanPage(exercise, null).explain).toBeUndefined();
    const reasons = cleanPage(exercise, null, { explain: true }).explain ?? [];
    const kept = reasons.find(({ text }) => text.startsWith('Six ships'));
    const dropped = reasons.find(({ text }) => text.startsWith('We use cookies'));
    expect(kept).toMatchObject({ kept: true, kind: 'paragraph', because: 'probability' });
    expect(dropped).toMatchObject({ kept: false, because: 'probability' });
    expect(kept?.amongOthers?.probability).toBeGreaterThan(0.9);
    expect(dropped?.amongOthers?.probability).toBeLessThan(0.1);
    expect(kept?.alone?.weights.map(({ logOdds }) => logOdds)).toContainEqual(expect.any(Number));
    expect(reasons.find(({ because }) => because === 'companion')).toMatchObject({ kept: true, kind: 'caption' });
  });

  it('marks captions, datelines and posts, and lets the setting say which enter the text', () => {
    const paragraph = (at: number) =>
      `<p>The frigate left on voyage ${at} with forty sailors and came back when a storm had damaged its radar.</p>`;
    const html = `<html><body><article><h1>Frigate returns</h1><p>PORT ADA, 5 March (Coastal Wire) –</p>${paragraph(1)}${paragraph(2)}
      <figure><img src="a.jpg"><figcaption>The frigate at dawn</figcaption></figure>${paragraph(3)}
      <blockquote class="twitter-tweet"><p>Welcome home!</p></blockquote>${paragraph(4)}</article></body></html>`;
    const textWith = (captions: boolean, datelines: boolean, embeds: boolean) =>
      cleanPage(html, null, { inText: { captions, datelines, embeds } }).text;
    const kinds = cleanPage(html, null).blocks.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'paragraph' && kind !== 'heading')).toEqual([
      'dateline',
      'caption',
      'embed',
    ]);
    const [caption, dateline, post] = ['at dawn', 'Coastal Wire', 'Welcome home'];
    for (const passage of [caption, dateline, post]) {
      expect(textWith(true, true, true)).toContain(passage);
      expect(textWith(false, false, false)).not.toContain(passage);
    }
    expect(cleanPage(html, null).text).not.toContain(caption);
    expect(cleanPage(html, null).text).toContain(dateline);
  });

  it.each([
    ['noscript', '<noscript>', '</noscript>'],
    ['a template', '<template>', '</template>'],
    ['a script for markup', "<script type='text/x-handlebars-template'>", '</script>'],
  ])('finds an article that stands in %s, and there only', (_, open, close) => {
    const story = Array.from(
      { length: 6 },
      (_, at) =>
        `<p>The ${at + 2} pilots of the harbour wrote a letter to the mayor, who has not answered it so far.</p>`,
    ).join('');
    const html = `<html><body><h1>A letter</h1><div class="post">${open}${story}${close}</div></body></html>`;
    expect(cleanPage(html, null).text).toContain('The 7 pilots');
    const shown = `<html><body><h1>A letter</h1><article>${story}</article><aside>${open}<p>Switch on what is switched off, please.</p>${close}</aside></body></html>`;
    expect(cleanPage(shown, null).text).not.toContain('Switch on');
  });

  it('gives the same answer twice', () => {
    expect(cleanPage(exercise, null)).toEqual(cleanPage(exercise, null));
  });

  it.each([
    [
      'Der Minister hat am Montag gesagt, dass die gemeinsame Übung im Herbst stattfinden wird und viele Soldaten daran teilnehmen.',
      'en',
      'de',
    ],
    [
      'Ministar je izjavio da će zajednička vježba biti održana na jesen i da će u njoj sudjelovati vojnici iz obje zemlje.',
      'hr',
      'hr',
    ],
    ['1 2 3', 'pl', 'pl'],
    ['1 2 3', '', 'und'],
  ])('tells the language of %s, marked as "%s"', (text, lang, expected) => {
    expect(cleanPage(`<html lang="${lang}"><body><article><p>${text}</p></article></body></html>`, null).language).toBe(
      expected,
    );
  });
});

const SHARED = fileURLToPath(new URL('../../../../shared/data/clean', import.meta.url));
const missing = !existsSync(SHARED);
if (missing) console.warn('skipped: labelled pages are not at ../shared/data/clean');

describe.skipIf(missing)('labelled pages', () => {
  it('gives text on nearly all of them', async () => {
    const { gunzipSync } = await import('node:zlib');
    const names = readdirSync(join(SHARED, 'pages')).filter((_, index) => index % 20 === 0);
    const empty = names.filter((name) => {
      const html = gunzipSync(readFileSync(join(SHARED, 'pages', name))).toString('utf8');
      return CleanArticle.parse(cleanPage(html, null)).flags.noText;
    });
    expect(empty.length).toBeLessThanOrEqual(names.length * 0.02);
  }, 60_000);
});
