import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { compilePattern, matchPattern } from '../../../src/shared/text/patterns.js';
import { loadRules, RulesError } from '../../../src/shared/text/rules.js';
import { findSentences } from '../../../src/shared/text/sentences.js';
import { foldWord, tokenize } from '../../../src/shared/text/tokens.js';

const rules = loadRules('config');
const read = (text: string, outlet: string | null = null) =>
  readDocument({ title: '', text, date: '2024-05-14', language: 'en', outlet, outletCountry: null }, rules).body;
const sentencesOf = (text: string) => findSentences(tokenize(text)).map(({ start, end }) => text.slice(start, end));

describe('tokens', () => {
  it('keep their offsets in texts with marks and astral signs', () => {
    const text = 'Türkiye’s 🚢 frigate, the U.S. Navy and an F-16.';
    for (const { start, end, raw } of tokenize(text)) expect(text.slice(start, end)).toBe(raw);
    expect(tokenize(text).map(({ key }) => key)).toContain('turkiye');
    expect(tokenize(text).map(({ key }) => key)).toContain('us');
  });

  it('fold letters that Unicode does not decompose', () => {
    expect(foldWord('Łódź')).toBe('lodz');
    expect(foldWord('Həsənov')).toBe('hasanov');
  });
});

describe('numbers', () => {
  it('stay whole before letters', () => {
    const raws = (text: string) => tokenize(text).map(({ raw }) => raw);
    expect(raws('the 28th of the 1990s')).toEqual(['the', '28th', 'of', 'the', '1990s']);
    expect(raws('$3.5m or 500m')).toEqual(['$', '3.5', 'm', 'or', '500m']);
    expect(raws('12,500 men, 07.06.2017')).toEqual(['12,500', 'men', ',', '07.06.2017']);
  });
});

describe('sentences', () => {
  it('do not end at ranks, initials and abbreviated months', () => {
    expect(sentencesOf('Lt. Gen. A. Berg spoke on Jan. 5. He left.')).toEqual([
      'Lt. Gen. A. Berg spoke on Jan. 5.',
      'He left.',
    ]);
  });
  it('end at line breaks and after closing quotes', () => {
    expect(sentencesOf('A headline\n“We agreed.” They signed.')).toEqual([
      'A headline',
      '“We agreed.”',
      'They signed.',
    ]);
  });
});

describe('patterns', () => {
  const vocabulary = { irregular: new Map([['meet', ['met']]]), classes: new Map([['pact', ['treaty', 'accord']]]) };
  const ends = (pattern: string, text: string) => {
    const tokens = tokenize(text);
    return matchPattern(compilePattern(pattern, vocabulary), tokens, 0, tokens.length);
  };
  it('match inflections, classes and bounded gaps', () => {
    expect(ends('sign+ .. <pact>', 'signed a new defence treaty')).toBe(5);
    expect(ends('plan+ to', 'planned to')).toBe(2);
    expect(ends('meet+', 'met')).toBe(1);
    expect(ends('sign+ ..1 <pact>', 'signed a new defence treaty')).toBe(-1);
  });
  it('name what is wrong with them', () => {
    expect(() => compilePattern('.. treaty', vocabulary)).toThrow(/must begin with a word/);
    expect(() => compilePattern('sign <nothing>', vocabulary)).toThrow(/<nothing>/);
  });
});

describe('names', () => {
  const parties = (text: string) =>
    read(text).mentions.flatMap(({ entry }) => (entry.party === null ? [] : [entry.party]));
  it('of countries by name, demonym and seat of government', () => {
    expect(parties('Estonia, the Chilean navy and Ankara agreed.')).toEqual(['EST', 'CHL', 'TUR']);
  });
  it('of commands act for their alliance', () => {
    expect(parties('NATO Allied Land Command and KFOR were there.')).toEqual(['NATO', 'NATO']);
  });
  it('keep "us" and "US" apart', () => {
    expect(parties('They told us so.')).toEqual([]);
    expect(parties('The US said so.')).toEqual(['USA']);
  });
  it('of exercises that are everyday words count only beside such a word', () => {
    const kinds = (text: string) => read(text).mentions.map(({ entry }) => entry.kind);
    expect(kinds('It was a storm at sea.')).not.toContain('exercise');
    expect(kinds('The exercise Storm began.')).toContain('exercise');
  });
});

describe('persons', () => {
  const persons = (text: string, outlet: string | null = null) =>
    read(text, outlet).persons.map(({ person }) => person);
  it('have rank, post and the country before them', () => {
    expect(persons('The Latvian Defence Minister, General Andris Kalnins, spoke.')[0]).toMatchObject({
      name: 'Andris Kalnins',
      rank: 'General',
      party: 'LVA',
    });
  });
  it('act for a command whatever their passport', () => {
    expect(persons('NATO Allied Land Command, Lt-Gen Orhan Yildiz came.')[0]).toMatchObject({ party: 'NATO' });
  });
  it('are found again by their last name', () => {
    const found = persons('Peruvian Foreign Minister Rosa Quispe met envoys. Quispe thanked them.');
    expect(found).toHaveLength(2);
    expect(found[1]).toBe(found[0]);
  });
  it('are not ships or administrations', () => {
    expect(persons('HMS Queen Elizabeth sailed. The Obama administration agreed.')).toEqual([]);
  });
  it('keep particles and hyphens in their names', () => {
    expect(persons('President Park Min-soo met Prime Minister Hassan al-Rashid.').map(({ name }) => name)).toEqual([
      'Park Min-soo',
      'Hassan al-Rashid',
    ]);
  });
});

describe('rules', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rules-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  it('tell the file and the row that is wrong', () => {
    cpSync('config', dir, { recursive: true });
    const path = join(dir, 'gazetteer/bodies.yaml');
    writeFileSync(path, `${readFileSync(path, 'utf8')}  - { name: Nowhere Guard }\n`);
    expect(() => loadRules(dir)).toThrow(RulesError);
    expect(() => loadRules(dir)).toThrow(/gazetteer\/bodies\.yaml.*row \d+.*for/);
  });
  it('have a version that changes with the files', () => {
    cpSync('config', dir, { recursive: true });
    const before = loadRules(dir).version;
    expect(before).toBe(rules.version);
    writeFileSync(
      join(dir, 'gazetteer/places.yaml'),
      `${readFileSync('config/gazetteer/places.yaml', 'utf8')}# more\n`,
    );
    expect(loadRules(dir).version).not.toBe(before);
  });
  it.each(rules.triggerList.map((trigger) => [trigger.id, trigger] as const))(
    'trigger %s fires on its example',
    (_, trigger) => {
      const { tokens, mentions } = read(trigger.example);
      const byWords = rules.triggers.find(tokens, 0, tokens.length).some(({ value }) => value === trigger);
      const byName = mentions.some(
        ({ entry, also }) =>
          trigger.names !== undefined && (entry.kind === trigger.names || also?.kind === trigger.names),
      );
      expect(byWords || byName).toBe(true);
    },
  );
});
