import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ArticleText } from '../../../src/shared/model/article.js';
import { Extraction } from '../../../src/shared/model/record.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { extractRecords } from '../../../src/workers/extract/records.js';

const rules = loadRules('config');
const article = (text: string, more: Partial<ArticleText> = {}): ArticleText => ({
  title: '',
  text,
  date: '2024-05-14',
  language: 'en',
  outlet: null,
  outletCountry: null,
  ...more,
});
const records = (text: string, more: Partial<ArticleText> = {}) => extractRecords(article(text, more), rules).records;
const codes = (parties: readonly { code: string }[]) => parties.map(({ code }) => code).sort();

const VISIT = `Norwegian Defence Minister Kari Haugen met her Chilean counterpart, Defence Minister Pedro Rojas, in Santiago on Monday.

The two ministers signed a memorandum of understanding on naval cooperation.

Norway and Chile held the joint exercise Southern Ice in 2019.

Norway delivered two frigates to Chile in 2016.`;

describe('records', () => {
  it('tell a meeting, the agreement signed at it and the acts before them', () => {
    const found = records(VISIT, { title: 'Norway and Chile sign naval memorandum' });
    const meeting = found.find(({ type }) => type === 'meeting');
    expect(meeting && codes(meeting.parties)).toEqual(['CHL', 'NOR']);
    expect(meeting?.date).toMatchObject({ start: '2024-05-13', precision: 'day', basis: 'explicit' });
    expect(meeting?.people.map(({ name }) => name)).toContain('Kari Haugen');
    const agreement = found.find(({ type }) => type === 'agreement');
    expect(agreement).toMatchObject({ status: 'completed', plover: 'SUPPORT', cameo: '057' });
    expect(agreement && codes(agreement.parties)).toEqual(['CHL', 'NOR']);
    expect(found.find(({ type }) => type === 'exercise')?.date.start).toBe('2019');
    expect(found.find(({ type }) => type === 'arms_transfer')?.date.start).toBe('2016');
  });

  it('quote the text at their offsets, whatever signs stand before', () => {
    const text = `🚢🚢 “Ship news” – naïve\n\n${VISIT}`;
    const found = records(text);
    expect(found.length).toBeGreaterThan(0);
    for (const { evidence } of found)
      for (const { start, end, quote } of evidence) expect(text.slice(start, end)).toBe(quote);
  });

  it('fit the schema and come out the same every time', () => {
    const once = extractRecords(article(VISIT), rules);
    expect(Extraction.parse(once)).toEqual(once);
    expect(extractRecords(article(VISIT), rules)).toEqual(once);
  });

  it('can be limited to some types', () => {
    const { records: some } = extractRecords(article(VISIT), rules, ['exercise']);
    expect(new Set(some.map(({ type }) => type))).toEqual(new Set(['exercise']));
  });

  it('are not made of a text without cooperation', () => {
    expect(records('The bakery on Main Street won a prize for its rye bread. Customers queued for hours.')).toEqual([]);
    expect(records('')).toEqual([]);
  });

  it.each([
    ['one endless word', 'x'.repeat(1_000_000)],
    ['capitals without end', 'Aa Bb Cc '.repeat(110_000)],
    ['names without end', 'Norway, Chile and NATO signed a treaty '.repeat(26_000)],
    ['full stops', '. '.repeat(500_000)],
    ['brackets', '<'.repeat(1_000_000)],
  ])('stay within two seconds on a megabyte of %s', (_, text) => {
    const start = performance.now();
    records(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

const SEED = '../shared/seed/azernews-2023-03-10.txt';
const seed = existsSync(SEED) ? readFileSync(SEED, 'utf8').replace(/^[^\n]*\n/, '') : null;
if (seed === null) console.warn(`skipped: ${SEED} is not there`);

describe.skipIf(seed === null)('the seed article', () => {
  it('gives its seven events', () => {
    const found = records(seed ?? '', { date: '2023-03-10', outlet: 'Azernews', outletCountry: 'AZE' });
    const between = found.filter(({ parties }) => codes(parties).join() === 'AZE,NATO');
    const programme = (year: string) =>
      between.some(({ type, date }) => type === 'programme' && date.start?.startsWith(year));
    const meets = (name: string) =>
      between.some(({ type, people }) => type === 'meeting' && people.some((p) => p.name.includes(name)));
    const request = between.some(({ type, date }) => /^(?:programme|training)$/.test(type) && date.start === '2018');
    const got = [
      programme('1992'),
      programme('1994'),
      programme('1997'),
      programme('2008'),
      meets('Oguz'),
      meets('Valiyev'),
      request,
    ];
    expect(got.filter(Boolean).length).toBe(7);
  });
});
