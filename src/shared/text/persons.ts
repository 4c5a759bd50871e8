import { findEchoes } from './echoes.js';
import type { Mention } from './mentions.js';
import { type NameRun, nameRuns, surnameKey } from './names.js';
import type { Sentence } from './sentences.js';
import { type Titles, titlesAfter, titlesBefore } from './titles.js';
import { type Token, textOf, tokenize } from './tokens.js';

/** A person as the whole text tells of him or her. `party`: code of the party that the person acts for. */
export interface Person {
  name: string;
  rank: string | null;
  post: string | null;
  party: string | null;
}

/** Where the text names a person: tokens [first, last), with rank and post before the name from `lead`. */
export interface PersonMention {
  person: Person;
  sentence: number;
  lead: number;
  first: number;
  last: number;
  /** Meant by "he" or "the minister" rather than named. */
  echo?: boolean;
}

const SPEECH = new Set(
  'informed said told added noted stressed says explained announced stated emphasized emphasised recalled argued remarked tweeted wrote thanked expressed praised assured'.split(
    ' ',
  ),
);
/** "welcomed by X": what only persons do. */
const DONE_BY = new Set(
  'welcomed received led headed signed accompanied greeted hosted chaired represented attended opened commanded succeeded replaced'.split(
    ' ',
  ),
);
const SHIPS = /^(?:hms|uss|hmas|hmcs|ins|rfa|tcg|fs|bns|brp|kri)$/;
const OFFICES = /^(?:administration|government|regime|presidency|cabinet)$/;

/** What the words around a row of names tell: a person for certain, or nothing yet. */
interface Found {
  person: Person;
  titles: Titles;
  /** Holds a post whose party the words do not tell. */
  stateless: boolean;
}

/**
 * Finds the persons that a text names, with rank, post and the party they act for where the words around tell it.
 * A bare surname, or a first name where that is the usual short form, is the person of that name met before or after.
 */
export function findPersons(
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  mentions: readonly Mention[],
  home: string | null,
  known: readonly Person[] = [],
): PersonMention[] {
  const at = new Map<number, Mention>();
  for (const mention of mentions) for (let i = mention.first; i < mention.last; i++) at.set(i, mention);
  const found: PersonMention[] = [];
  const people = new People(known);
  const stateless = new Set<Person>();
  const open: { run: NameRun; sentence: Sentence }[] = [];
  for (const sentence of sentences) {
    let before: { run: NameRun; found: Found } | null = null;
    for (const run of nameRuns(tokens, sentence, at)) {
      const strong = strongPerson(tokens, sentence, run, at, before);
      if (!strong) {
        open.push({ run, sentence });
        continue;
      }
      before = { run, found: strong };
      const person = people.meet(strong.person, surnameKey(tokens, run));
      if (strong.stateless) stateless.add(person);
      found.push({ person, sentence: sentence.index, lead: strong.titles.lead, first: run.first, last: run.last });
    }
  }
  for (const { run, sentence } of open) {
    if (OFFICES.test(tokens[run.last]?.key ?? '')) continue;
    const person = people.recall(tokens, run);
    if (person) found.push({ person, sentence: sentence.index, lead: run.first, first: run.first, last: run.last });
  }
  // A minister of no named country is one of the government that the outlet speaks for.
  for (const person of stateless) person.party ??= home;
  found.sort((a, b) => a.first - b.first);
  return [...found, ...findEchoes(tokens, sentences, at, found)].sort((a, b) => a.first - b.first);
}

/** A row of names that the words around it make a person, or null. */
function strongPerson(
  tokens: readonly Token[],
  sentence: Sentence,
  run: NameRun,
  at: ReadonlyMap<number, Mention>,
  before: { run: NameRun; found: Found } | null,
): Found | null {
  const lead = tokens[run.first - 1]?.key ?? '';
  // "HMS Queen Elizabeth" is a ship, "the Obama administration" a government.
  if (SHIPS.test(lead) || SHIPS.test(tokens[run.first - 2]?.key ?? '')) return null;
  if (OFFICES.test(tokens[run.last]?.key ?? '')) return null;
  const titles = titlesBefore(tokens, sentence, run, at);
  const after = titlesAfter(tokens, sentence, run, at);
  const official = officialIn(run, at);
  const words = run.last - run.first;
  const follows = tokens[run.last]?.key ?? '';
  const speaks = SPEECH.has(follows) || (words > 1 && SPEECH.has(lead));
  const titled = titles.rank !== null || titles.post !== null || titles.counterpart;
  const alone = words === 1 && run.first > sentence.first && SPEECH.has(follows);
  const done = lead === 'by' && DONE_BY.has(tokens[run.first - 2]?.key ?? '');
  const beside =
    before !== null &&
    words > 1 &&
    listedWith(tokens, before.run, titles.party === null ? run.first : titles.lead, run, at);
  const told = words > 1 && (after.post !== null || after.told || speaks || done || beside);
  if (!titled && !official && !told && !(alone && !run.claimed)) return null;
  let { post } = titles;
  let party = titles.party ?? after.party ?? official;
  if (before && (titles.counterpart || (beside && before.found.titles.plural))) post ??= before.found.person.post;
  if (before && beside && before.found.titles.plural) party = before.found.titles.parties[1] ?? party;
  post ??= after.post;
  return {
    person: { name: textOf(tokens, run.first, run.last), rank: titles.rank, post, party },
    titles,
    stateless: titles.post !== null,
  };
}

/** Between two names stands "and" or a comma, with the party of the second at most: "X of Peru and Chile's Y". */
function listedWith(
  tokens: readonly Token[],
  before: NameRun,
  first: number,
  run: NameRun,
  at: ReadonlyMap<number, Mention>,
): boolean {
  let link = false;
  let i = before.last;
  if (tokens[i]?.key === 'of' && at.get(i + 1)) i = at.get(i + 1)?.last ?? i;
  for (; i < run.first; i++) {
    const key = tokens[i]?.key ?? '';
    if (key === 'and') link = true;
    else if (key === ',' && i === first - 1 && tokens[run.last]?.key !== ',') return false;
    else if (key !== ',' && key !== "'s" && !(i >= first) && at.get(i)?.entry.kind !== 'country') return false;
  }
  return link && run.first - before.last <= 8;
}

function officialIn(run: NameRun, at: ReadonlyMap<number, Mention>): string | null {
  for (let i = run.first; i < run.last; i++) {
    const entry = at.get(i)?.entry;
    if (entry?.kind === 'official') return entry.party;
  }
  return null;
}

/** The persons of a text, known again by surname and by the other words of their names. */
class People {
  readonly #bySurname = new Map<string, Person>();
  readonly #byPart = new Map<string, Person | null>();

  constructor(known: readonly Person[]) {
    for (const person of known) {
      const tokens = tokenize(person.name);
      this.#keep(person, surnameKey(tokens, { first: 0, last: tokens.length, claimed: false }));
    }
  }

  /** The person of this name if met before, with what is new about him or her, else the new one. */
  meet(fresh: Person, key: string): Person {
    const old = this.#bySurname.get(key) ?? (fresh.name.includes(' ') ? undefined : this.#byPart.get(key));
    const same = old && (old.party === null || fresh.party === null || old.party === fresh.party) ? old : undefined;
    if (!same) {
      this.#keep(fresh, key);
      return fresh;
    }
    if (fresh.name.length > same.name.length) {
      same.name = fresh.name;
      this.#keep(same, key);
    }
    same.rank ??= fresh.rank;
    same.post ??= fresh.post;
    same.party ??= fresh.party;
    return same;
  }

  recall(tokens: readonly Token[], run: NameRun): Person | null {
    const known = this.#bySurname.get(surnameKey(tokens, run));
    if (known) return known;
    return run.last - run.first === 1 ? (this.#byPart.get(tokens[run.first]?.key ?? '') ?? null) : null;
  }

  #keep(person: Person, key: string): void {
    this.#bySurname.set(key, person);
    for (const { key: part, capital } of tokenize(person.name)) {
      if (!capital || part.length < 2) continue;
      const other = this.#byPart.get(part);
      this.#byPart.set(part, other === undefined || other === person ? person : null);
    }
  }
}
