import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/shared/text/document.js';
import { loadRules } from '../../../src/shared/text/rules.js';

const rules = loadRules('config');
const read = (text: string, title = '', outlet: string | null = null) =>
  readDocument({ title, text, date: '2024-05-14', language: 'en', outlet, outletCountry: null }, rules);
const people = (text: string, title = '', outlet: string | null = null) => [
  ...new Set(read(text, title, outlet).body.persons.map(({ person }) => person)),
];
const names = (text: string) => people(text).map(({ name }) => name);
const first = (text: string) => people(text)[0];

describe('names of persons', () => {
  it.each([
    ['Georgian Defence Minister Davit Maisuradze opened the course.', 'Davit Maisuradze'],
    ['Lt-Gen Fikrat bin Omar Abdul Rahman Al-Hamdan met the guests.', 'Fikrat bin Omar Abdul Rahman Al-Hamdan'],
    ['Admiral Seo Min-jae visited the base.', 'Seo Min-jae'],
    ['Col. Gen. Oleksandr Petrenko-Bondar inspected the unit.', 'Oleksandr Petrenko-Bondar'],
    ['Defence Minister Pieter van der Linden signed the paper.', 'Pieter van der Linden'],
    ['Secretary of Defense Marcus T. Holloway III spoke first.', 'Marcus T. Holloway III'],
    ['Prime Minister Khalid al-Rashidi flew home.', 'Khalid al-Rashidi'],
    ['Hungarian Defence Minister Gergő Szűcs-Varga spoke.', 'Gergő Szűcs-Varga'],
    ['Foreign Minister Aylin Şahinoğlu agreed.', 'Aylin Şahinoğlu'],
    ['Commander Robert Sparrow took over the squadron.', 'Robert Sparrow'],
    ['The soldiers were welcomed by Paolo Benedetti, on behalf of the mission.', 'Paolo Benedetti'],
    ['Irakli Beridze, who heads the academy, thanked the instructors.', 'Irakli Beridze'],
    ['Irakli Beridze, an officer of the General Staff, thanked the instructors.', 'Irakli Beridze'],
  ])('%s', (text, name) => {
    expect(names(text)).toEqual([name]);
  });

  it('are not read into ships, offices and what a post is for', () => {
    expect(names('HMS Robert Blake called at Riga. The Holloway administration agreed.')).toEqual([]);
    expect(names('The Minister for Africa spoke to the head of the Political Department.')).toEqual([]);
  });
});

describe('titles of persons', () => {
  it('stand before the name, with the party they belong to', () => {
    expect(first('Turkish Land Forces commander Gen. Orhan Demirel arrived.')).toMatchObject({
      rank: 'Gen.',
      post: 'commander',
      party: 'TUR',
    });
    expect(first('Minister of Defence of the Republic of Serbia Zoran Vidović signed.')).toMatchObject({
      name: 'Zoran Vidović',
      party: 'SRB',
    });
    expect(first('Its Minister of State for Defence, Grace Achieng, presided.')).toMatchObject({
      name: 'Grace Achieng',
    });
  });

  it('make an ambassador act for the country that sent him', () => {
    expect(first('The Qatari Ambassador to Lebanon, Hamad Al-Sulaiti, attended.')?.party).toBe('QAT');
  });

  it('stand after the name', () => {
    expect(first('Elena Vasquez, the Spanish defence minister, spoke.')).toMatchObject({ party: 'ESP' });
    expect(first('Prime Minister Andrew Colby of Australia spoke.')).toMatchObject({ party: 'AUS' });
  });

  it('are those of the person named before for a counterpart', () => {
    const [, guest] = people(
      'Peruvian Defence Minister Luis Huaman met his Chilean counterpart, Pedro Rojas, in Lima.',
    );
    expect(guest).toMatchObject({ name: 'Pedro Rojas', party: 'CHL', post: 'Defence Minister' });
  });

  it('are shared by two names', () => {
    const pair = people('He met the Indonesian and Malaysian ministers of defence, Budi Hartono and Rahman Idris.');
    expect(pair.map(({ name, party }) => [name, party])).toEqual([
      ['Budi Hartono', 'IDN'],
      ['Rahman Idris', 'MYS'],
    ]);
  });

  it('without a country are of the government that the outlet speaks for', () => {
    expect(people('Defence Minister Marcus Holloway spoke.', '', 'Pentagon')[0]?.party).toBe('USA');
    expect(people('Defence Minister Marcus Holloway spoke.')[0]?.party).toBeNull();
  });
});

describe('persons named before', () => {
  const mentions = (text: string, title = '') =>
    read(text, title).body.persons.map(({ person, echo }) => [person.name, echo === true]);

  it('are known again by surname, by an article less and by a first name that is used alone', () => {
    expect(mentions('Defence Minister Khalid al-Rashidi came. Rashidi spoke.')).toHaveLength(2);
    expect(names('Defence Minister Khalid al-Rashidi came. Mr Rashidi spoke.')).toHaveLength(1);
    expect(names('Defence Minister Lim Boon Keat came. Dr Lim spoke.')).toEqual(['Lim Boon Keat']);
  });

  it('are meant by he and by the post', () => {
    const text = 'Chilean Defence Minister Pedro Rojas came to Riga. The minister met cadets. He thanked them.';
    expect(mentions(text)).toEqual([
      ['Pedro Rojas', false],
      ['Pedro Rojas', true],
      ['Pedro Rojas', true],
    ]);
  });

  it('are not meant by he long after, nor by the post of another country', () => {
    const far = 'Chilean Defence Minister Pedro Rojas came. Cadets ran. Ships sailed. Guns fired. He was cold.';
    expect(mentions(far)).toHaveLength(1);
    expect(mentions('Chilean Defence Minister Pedro Rojas came. The Latvian minister left.')).toHaveLength(1);
  });

  it('may be known from the title, where one speaks in the text', () => {
    const { speaker, body } = read('I met Rojas today.', 'Statement from President Marcus Holloway on Pedro Rojas');
    expect(speaker?.name).toBe('Marcus Holloway');
    expect(body.persons).toHaveLength(0);
    const named = read('Holloway flew home.', 'Remarks by President Marcus Holloway');
    expect(named.body.persons[0]?.person).toBe(named.speaker);
  });
});
