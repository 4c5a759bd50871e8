import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';

const rules = loadRules('config');

function partyOf(name: string, text: string): string | null | undefined {
  const article = { title: '', text, date: null, language: 'en', outlet: null, outletCountry: null };
  return readDocument(article, rules).body.persons.find(({ person }) => person.name === name)?.person.party;
}

describe('the holder of an office without a country', () => {
  it('acts for the country that the text speaks of most', () => {
    const text =
      'LIMA - Peru has taken over two patrol boats. Defence Minister Pedro Rojas thanked the yard in Spain. Peru will crew them.';
    expect(partyOf('Pedro Rojas', text)).toBe('PER');
  });

  it('does not act for the country whose same office another holds', () => {
    const text =
      'Peruvian Defence Minister Pedro Rojas flew to Riga. In Latvia, Defense Minister Janis Ozols met him. Peru trains there.';
    expect(partyOf('Janis Ozols', text)).toBe('LVA');
  });

  it('is of unknown party where two countries are named alike, or the office is held abroad', () => {
    expect(partyOf('Pedro Rojas', 'Peru and Chile drilled. Defence Minister Pedro Rojas watched.')).toBeNull();
    expect(partyOf('Tom Reed', 'Peru drilled with Peru alone. Ambassador Tom Reed watched.')).toBeNull();
  });
});
