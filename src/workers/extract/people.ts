import type { Document } from '../../shared/text/document.js';
import type { Person } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Candidate } from './candidates.js';

/** A person weighed for one act, with the features that the model judges by. */
export interface PersonChoice {
  person: Person;
  features: Map<string, number>;
}

const SPEECH =
  /^(?:said|told|added|noted|stressed|announced|stated|emphasized|emphasised|recalled|informed|thanked|praised|expressed|met|discussed|signed|visited|received)$/;

/** Persons near a candidate: of its sentence, of the ones beside it, and of the head of the article. */
export function personChoices(
  candidate: Candidate,
  document: Document,
  parties: readonly string[],
  news: boolean,
): PersonChoice[] {
  const { tokens, persons } = document.body;
  const home = candidate.sentence.index;
  const choices = new Map<Person, Map<string, number>>();
  const crowd = new Set(persons.filter(({ sentence }) => sentence === home).map(({ person }) => person)).size;
  for (const { person, sentence, first, last } of persons) {
    const step = sentence - home;
    const head = sentence <= 2;
    if (step < -2 || step > 2) {
      if (!head || !news) continue;
    }
    const features = choices.get(person) ?? new Map<string, number>();
    choices.set(person, features);
    const where = step === 0 ? 'in' : step === 1 ? 'next' : step === -1 ? 'before' : head ? 'head' : 'far';
    const add = (name: string) => features.set(name, 1);
    add(where);
    add(`${where}/${candidate.type}`);
    add(`${where}/crowd=${Math.min(3, crowd)}`);
    add(`${where}/news=${news}`);
    const party = person.party === null ? 'unknown' : parties.includes(person.party) ? 'party' : 'stranger';
    add(`${where}/${party}`);
    add(`${party}`);
    if (SPEECH.test(tokens[last]?.key ?? '') || SPEECH.test(tokens[first - 1]?.key ?? '')) {
      add(`speaks/${where}`);
      add(`speaks/${candidate.type}`);
    }
    if (step === 0) {
      const gap = first < candidate.first ? candidate.first - last : first - candidate.last;
      add(first < candidate.first ? 'left' : 'right');
      add(`${first < candidate.first ? 'left' : 'right'}/${candidate.type}`);
      add(gap <= 3 ? 'near' : gap <= 10 ? 'middle' : 'remote');
    }
    if (person.rank !== null) add('rank');
    if (person.post !== null) add('post');
  }
  return [...choices].map(([person, features]) => ({ person, features }));
}

/** The persons who act, by the model where there is one, else those of the sentence who act for a party. */
export function choosePeople(choices: readonly PersonChoice[], rules: Rules): Person[] {
  const model = rules.models.get('person');
  return choices
    .filter(({ features }) =>
      model ? model.score(features) >= model.threshold : features.has('in') && !features.has('stranger'),
    )
    .map(({ person }) => person);
}
