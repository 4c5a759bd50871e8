import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';
import { findCandidates } from '../../../src/workers/extract/candidates.js';
import { choosePeople, personChoices } from '../../../src/workers/extract/people.js';

const rules = loadRules('config');
const bare = { ...rules, models: new Map() };

function choices(text: string, title = '', outlet: string | null = null) {
  const article = { title, text, date: '2024-05-14', language: 'en', outlet, outletCountry: null };
  const document = readDocument(article, rules);
  const candidate = findCandidates(document, rules, new Set(['meeting', 'arms_transfer'] as const)).at(-1);
  if (!candidate) throw new Error('the text tells of no act');
  return personChoices(candidate, document, ['CHL', 'LVA'], true);
}
const featuresOf = (name: string, found: ReturnType<typeof choices>) =>
  found.find(({ person }) => person.name === name)?.features ?? new Map<string, number>();

describe('the persons of an act', () => {
  it('are without a model those of its sentence who act for a party', () => {
    const found = choices(
      'Chilean Defence Minister Pedro Rojas met Latvian Defence Minister Janis Ozols. Analyst Tom Reed told reporters so.',
    ).filter(({ features }) => features.has('in'));
    expect(choosePeople(found, bare).map(({ name }) => name)).toEqual(['Pedro Rojas', 'Janis Ozols']);
  });

  it('are told apart by party, by the title and by who is nearer', () => {
    const found = choices(
      'President Luis Soto of Chile smiled. Chilean Defence Minister Pedro Rojas met cadets. Russian President Oleg Sidorov waited.',
      'Pedro Rojas in Riga, says President Luis Soto',
    );
    expect(featuresOf('Pedro Rojas', found).has('in/party')).toBe(true);
    expect(featuresOf('Luis Soto', found).has('outdone')).toBe(true);
    expect(featuresOf('Luis Soto', found).has('title/news=true')).toBe(true);
    expect(featuresOf('Oleg Sidorov', found).has('next/stranger')).toBe(true);
  });

  it('may be the one who speaks in the text, or whom "he" means', () => {
    const spoken = choices(
      'I met the Latvian defence minister today.',
      'Statement from President Marcus Holloway',
      'White House',
    );
    expect(featuresOf('Marcus Holloway', spoken).has('speaks')).toBe(true);
    const meant = choices('Chilean Defence Minister Pedro Rojas came. He met the Latvian defence staff.');
    expect(featuresOf('Pedro Rojas', meant).has('echo/in')).toBe(true);
  });
});
