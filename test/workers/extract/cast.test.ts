import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { castOf } from '../../../src/workers/extract/cast.js';

const rules = loadRules('config');
const parties = (text: string): string[] => {
  const article = { title: '', text, date: null, language: 'en', outlet: null, outletCountry: null };
  return [...new Set(castOf(readDocument(article, rules), rules).mentions.map(({ party }) => party))].sort();
};

describe('the parties of a text', () => {
  it.each([
    ['SANTIAGO, Chile - Norway has suspended the sale of shells to Latvia.', ['LVA', 'NOR']],
    ['KAMPALA - Soldiers of Latvia have completed a course.', ['LVA']],
    ['OSLO (own report) — Latvia and Peru signed a treaty.', ['LVA', 'PER']],
    ['Norway - a small country - has signed a treaty with Peru.', ['NOR', 'PER']],
  ])('are not those of a dateline: %s', (text, expected) => {
    expect(parties(text)).toEqual(expected);
  });

  it('are not the passports of those who act for an organisation', () => {
    const text = 'NATO Secretary General Lars Holm visited Peru. The Danish official met the minister.';
    expect(parties(text)).toEqual(['NATO', 'PER']);
  });

  it('are those of officials who act for their state', () => {
    const text = 'Danish Defence Minister Lars Holm visited Peru. The Danish official met the minister.';
    expect(parties(text)).toEqual(['DNK', 'PER']);
  });
});
