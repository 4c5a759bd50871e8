import type { Document } from '../../shared/text/document.js';
import type { Person, PersonMention } from '../../shared/text/persons.js';
import type { Rules } from '../../shared/text/rules.js';
import type { Token } from '../../shared/text/tokens.js';
import type { Candidate } from './candidates.js';

/** A person weighed for one act, with the features that the model judges by. */
export interface PersonChoice {
  person: Person;
  features: Map<string, number>;
}

const SPEECH =
  /^(?:said|told|added|noted|stressed|announced|stated|emphasized|emphasised|recalled|informed|thanked|praised|expressed|confirmed|explained|says|called)$/;
const ACTS = /^(?:met|discussed|signed|visited|received|welcomed|hosted|held|opened|agreed|spoke|arrived|paid|handed)$/;
const SPOKESMEN = /spokes|press|analyst|expert|professor|former/i;
const REACH = 2;
const LEAD = 2;
const HEAD = 6;
const STEPS: Readonly<Record<number, string>> = { [-1]: 'before', 0: 'in', 1: 'next' };

/** Persons near a candidate: of its sentence, of the ones beside it, of the head of the article and of its title. */
export function personChoices(
  candidate: Candidate,
  document: Document,
  parties: readonly string[],
  news: boolean,
): PersonChoice[] {
  const { tokens, persons } = document.body;
  const home = candidate.sentence.index;
  const inside = new Set(persons.filter(({ sentence }) => sentence === home).map(({ person }) => person));
  const titled = new Set(document.title.persons.map(({ person }) => person));
  const choices = new Map<Person, Map<string, number>>();
  const all = new Set(persons.map(({ person }) => person));
  const many = all.size <= 1 ? '1' : all.size <= 2 ? '2' : all.size <= 4 ? '4' : 'more';
  const weigh = (person: Person, where: string): ((name: string) => void) => {
    const features = choices.get(person) ?? new Map<string, number>();
    choices.set(person, features);
    const add = (name: string) => features.set(name, 1);
    const party = person.party === null ? 'unknown' : parties.includes(person.party) ? 'party' : 'stranger';
    const crowd = where === 'in' ? Math.min(3, inside.size) : inside.size > 0 ? 'some' : 'none';
    for (const name of [
      where,
      `${where}/${candidate.type}`,
      `${where}/crowd=${crowd}`,
      `${where}/news=${news}`,
      `${where}/${party}`,
      `${where}/${party}/news=${news}`,
      `${where}/${candidate.type}/news=${news}`,
      party,
      `of/${many}/news=${news}`,
      `of/${many}/${party}/news=${news}`,
    ])
      add(name);
    const peers = [...all].filter((other) => other.party === person.party).length;
    if (peers === 1) add(`sole/${party}/news=${news}`);
    if (titled.has(person)) add(`title/news=${news}`);
    if (person === document.speaker) add(`speaker/news=${news}`);
    if (person.rank !== null) add('rank');
    if (person.post !== null) add('post');
    if (SPOKESMEN.test(person.post ?? '')) add('spokesman');
    return add;
  };
  for (const mention of persons) {
    const step = mention.sentence - home;
    if (step > REACH && mention.sentence > HEAD) break;
    const head = mention.sentence <= HEAD;
    if ((step < -REACH || step > REACH) && !(head && news)) continue;
    const where = STEPS[step] ?? (mention.sentence <= LEAD ? 'head' : head ? 'top' : 'far');
    const add = weigh(mention.person, where);
    add(mention.echo ? `echo/${where}` : `named/${where}`);
    addDeeds(mention, tokens, `${where}/news=${news}`, candidate, add);
    if (step === 0) addPlace(mention, candidate, add);
  }
  if (document.speaker && speaksInFirstPerson(tokens, candidate)) weigh(document.speaker, 'speaks');
  if (news) for (const person of titled) if (!choices.has(person)) weigh(person, 'title-only');
  rankWithinParty(choices);
  return [...choices].map(([person, features]) => ({ person, features }));
}

function addDeeds(
  { first, last }: PersonMention,
  tokens: readonly Token[],
  where: string,
  { type }: Candidate,
  add: (name: string) => void,
): void {
  const after = tokens[tokens[last]?.key === 'has' ? last + 1 : last]?.key ?? '';
  const before = tokens[first - 1]?.key ?? '';
  if (SPEECH.test(after) || SPEECH.test(before)) {
    add(`says/${where}`);
    add(`says/${type}`);
  }
  if (ACTS.test(after)) add(`acts/${where}`);
  if (/^(?:with|and|by|between)$/.test(before)) add(`${before}/${where}`);
  if (after === "'s") add(`owns/${where}`);
}

function addPlace({ first, last }: PersonMention, candidate: Candidate, add: (name: string) => void): void {
  const side = first < candidate.first ? 'left' : 'right';
  const gap = first < candidate.first ? candidate.first - last : first - candidate.last;
  add(side);
  add(`${side}/${candidate.type}`);
  add(gap <= 3 ? 'near' : gap <= 10 ? 'middle' : 'remote');
}

function speaksInFirstPerson(tokens: readonly Token[], { sentence }: Candidate): boolean {
  for (let at = sentence.first; at < sentence.last; at++) {
    const { raw = '', key = '' } = tokens[at] ?? {};
    if (raw === 'I' || key === 'my' || key === 'we' || key === 'our') return true;
  }
  return false;
}

/** Of several persons of one party those of the sentence stand before those beside it. */
function rankWithinParty(choices: ReadonlyMap<Person, Map<string, number>>): void {
  const present = new Set<string>();
  for (const [{ party }, features] of choices) if (party !== null && features.has('in')) present.add(party);
  for (const [{ party }, features] of choices) {
    if (party !== null && !features.has('in') && present.has(party)) features.set('outdone', 1);
  }
}

/** How likely each person takes part, by the model where there is one, else whether he or she stands in the sentence. */
export function scorePeople(choices: readonly PersonChoice[], rules: Rules): Map<Person, number> {
  const model = rules.models.get('person');
  return new Map(
    choices.map(({ person, features }) => [
      person,
      model ? model.score(features) : features.has('in') && !features.has('stranger') ? 1 : 0,
    ]),
  );
}

/** The persons who take part. */
export function choosePeople(choices: readonly PersonChoice[], rules: Rules): Person[] {
  const threshold = rules.models.get('person')?.threshold ?? 0.5;
  return [...scorePeople(choices, rules)].filter(([, score]) => score >= threshold).map(([person]) => person);
}
