import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Gazetteer } from '../../../src/shared/text/gazetteer.js';
import { findMentions } from '../../../src/shared/text/mentions.js';
import { loadRules, type Rules } from '../../../src/shared/text/rules.js';
import { tokenize } from '../../../src/shared/text/tokens.js';

const rules = loadRules('config');
const mentionsOf = (text: string, by: Rules = rules) => findMentions(tokenize(text), by).map(({ entry }) => entry);
const kindsOf = (text: string) => mentionsOf(text).map(({ kind, name }) => `${kind} ${name}`);
const partiesOf = (text: string) => mentionsOf(text).flatMap(({ party }) => (party === null ? [] : [party]));

describe('names', () => {
  it('leave their words to shorter ones when they are not accepted', () => {
    const gazetteer = new Gazetteer();
    gazetteer.add('Ankara', { kind: 'place', party: null, name: 'Ankara', country: 'TUR' });
    gazetteer.add('Ankara Shield', { kind: 'exercise', party: null, name: 'Ankara Shield', hosts: [] });
    const found = gazetteer.find(tokenize('the Ankara Shield'), ({ kind }) => kind === 'place');
    expect(found.map(({ first, last }) => [first, last])).toEqual([[1, 2]]);
  });

  it('of weapons that are everyday words count beside a word of their class only', () => {
    expect(kindsOf('A leopard and an eagle were seen; Minister Song paid for the Patriot himself.')).not.toContainEqual(
      expect.stringMatching(/^equipment/),
    );
    expect(kindsOf('They sent 14 Leopard tanks.')).toContain('equipment Leopard');
    expect(kindsOf('A Patriot battery arrived.')).toContain('equipment Patriot');
  });

  it('of weapons count without such a word right behind another weapon, or once they were named with one', () => {
    expect(kindsOf('It bought NASAMS and Patriots.')).toContain('equipment Patriot');
    expect(
      kindsOf('A Patriot battery arrived. Later the Patriots left.').filter((k) => k === 'equipment Patriot'),
    ).toHaveLength(2);
  });

  it('of weapons are known in the plural', () => {
    expect(kindsOf('Four F-16s and two Mi-8s landed.')).toEqual(['equipment F-16', 'equipment Mi-8']);
  });

  it('of exercises that are everyday words count in quotation marks or with a year', () => {
    expect(kindsOf('The troops took part in “Puma” this week.')).toContain('exercise Puma');
    expect(kindsOf('Zapad-2021 ended.')).toContain('exercise Zapad');
    expect(kindsOf('A puma was seen in the west.')).toEqual([]);
  });

  it('of bodies that several states have count where the text names the state', () => {
    expect(partiesOf('The PAF sent two aircraft.')).toEqual([]);
    expect(partiesOf('Pakistan agreed. The PAF sent two aircraft.')).toEqual(['PAK', 'PAK']);
    expect(partiesOf('Cambodia thanked them. The RCAF and Cambodian officers met.')).toEqual(['KHM', 'KHM', 'KHM']);
  });

  it('that two states share mean the one that the text names otherwise', () => {
    expect(partiesOf('In Brazzaville the Congolese minister spoke.')).toEqual(['COG', 'COG']);
    expect(partiesOf('In Kinshasa the Congolese minister spoke.')).toEqual(['COD', 'COD']);
    expect(partiesOf('Santo Domingo and the Dominican navy agreed.')).toEqual(['DOM', 'DOM']);
  });

  it('keep states with similar names apart', () => {
    expect(partiesOf('Niger, Nigeria, a Nigerien and a Nigerian')).toEqual(['NER', 'NGA', 'NER', 'NGA']);
    expect(partiesOf('Guinea, Guinea-Bissau, Equatorial Guinea and Papua New Guinea')).toEqual([
      'GIN',
      'GNB',
      'GNQ',
      'PNG',
    ]);
    expect(partiesOf('South Korea, North Korea and the Republic of the Congo')).toEqual(['KOR', 'PRK', 'COG']);
  });

  it('of towns stand for governments, but not within other names', () => {
    expect(partiesOf('Foggy Bottom, the Kremlin, Whitehall and the Quai d’Orsay')).toEqual([
      'USA',
      'RUS',
      'GBR',
      'FRA',
    ]);
    expect(partiesOf('The Washington Post wrote of the South China Sea, the Gulf of Guinea and New Mexico.')).toEqual(
      [],
    );
    expect(partiesOf('Michael Jordan came from Atlanta, Georgia.')).toEqual([]);
  });
});

describe('files', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'gazetteer-'));
    cpSync('config', dir, { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const append = (file: string, row: string): void => {
    const path = join(dir, `gazetteer/${file}.yaml`);
    writeFileSync(path, `${readFileSync(path, 'utf8').trimEnd()}\n  - ${row}\n`);
  };

  it('take a new row without any code', () => {
    append('firms', '{ name: Korvane Dynamics, for: EST, aliases: [Korvane] }');
    append('equipment', '{ name: KV-77 Otsing, class: drone, maker: EST, aliases: [KV-77] }');
    append('exercises', '{ name: Amber Lantern, hosts: [EST, LVA] }');
    const found = mentionsOf('Korvane showed four KV-77s at Amber Lantern.', loadRules(dir));
    expect(found).toMatchObject([
      { kind: 'firm', party: 'EST', name: 'Korvane Dynamics' },
      { kind: 'equipment', party: 'EST', name: 'KV-77 Otsing', class: 'drone' },
      { kind: 'exercise', name: 'Amber Lantern', hosts: ['EST', 'LVA'] },
    ]);
  });

  it.each([
    [
      'an unknown country',
      'firms',
      '{ name: Korvane, for: EZT }',
      /firms\.yaml: row \d+ \(Korvane\): "EZT" is neither/,
    ],
    ['no country code', 'places', '{ name: Korvane, country: Estonia }', /places\.yaml.*row \d+.*country code/],
    [
      'an unknown class',
      'equipment',
      '{ name: KV-77, class: submarin, maker: EST }',
      /KV-77\): there is no class "submarin".*submarine/,
    ],
    [
      'a code twice',
      'countries',
      '{ code: EST, names: [Korvania], demonyms: [], seats: [] }',
      /countries\.yaml: row \d+ \(EST\): the code EST is that of row \d+/,
    ],
    [
      'the code of a country',
      'organizations',
      '{ code: CAN, names: [Korvane Community] }',
      /CAN is the code of a country/,
    ],
    [
      'a name that another file has',
      'exercises',
      '{ name: Lockheed Martin }',
      /"Lockheed Martin" is claimed by gazetteer\/firms\.yaml: row \d+.*ambiguous\.yaml/,
    ],
    ['an empty alias', 'firms', '{ name: Korvane, for: EST, aliases: [" "] }', /Korvane\): the name " " is empty/],
    [
      'an everyday name that the row lacks',
      'firms',
      '{ name: Korvane, for: EST, common: [Korv] }',
      /"Korv" under common is no name/,
    ],
    [
      'an ambiguity that is none',
      'ambiguous',
      '{ name: Korvane, why: none }',
      /ambiguous\.yaml: row \d+ \(Korvane\): no two rows/,
    ],
  ])('with %s are refused with file, row and remedy', (_, file, row, message) => {
    append(file, row);
    expect(() => loadRules(dir)).toThrow(message);
  });

  it('let a name be shared once it is declared', () => {
    append('exercises', '{ name: Lockheed Martin, common: true }');
    append('ambiguous', '{ name: Lockheed Martin, why: a firm and an exercise }');
    expect(mentionsOf('Lockheed Martin came.', loadRules(dir))).toMatchObject([{ kind: 'firm', party: 'USA' }]);
  });

  it('hold at least what the project promises', () => {
    const floors = {
      countries: 198,
      organizations: 150,
      programmes: 60,
      bodies: 300,
      firms: 400,
      equipment: 1500,
      exercises: 250,
      ranks: 150,
    };
    for (const [file, floor] of Object.entries(floors))
      expect([file, rules.counts[file] ?? 0]).toEqual([file, expect.toSatisfy((n: number) => n >= floor)]);
  });
});
