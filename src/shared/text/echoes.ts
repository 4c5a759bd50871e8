import type { Mention } from './mentions.js';
import type { Person, PersonMention } from './persons.js';
import type { Sentence } from './sentences.js';
import type { Token } from './tokens.js';

const PRONOUNS = new Set(['he', 'she']);
const POSTS =
  /^(?:minister|secretary|chief|commander|ambassador|director|chairman|chairwoman|president|chancellor|premier|envoy|adviser|advisor|leader|general|admiral|colonel|king|prince|emir|amir|sultan|spokesman|spokeswoman)$/;
/** A pronoun means nobody who was named longer ago. */
const MEMORY = 2;

/** Where persons named before are meant again: "he", "the minister", "the Turkish general". */
export function findEchoes(
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  at: ReadonlyMap<number, Mention>,
  named: readonly PersonMention[],
): PersonMention[] {
  const echoes: PersonMention[] = [];
  const holders = new Map<string, Person>();
  let center: { person: Person; sentence: number } | null = null;
  let next = 0;
  for (const sentence of sentences) {
    const own: PersonMention[] = [];
    while (next < named.length && (named[next]?.first ?? 0) < sentence.last) {
      const mention = named[next];
      if (mention) own.push(mention);
      next += 1;
    }
    const echo = (person: Person, first: number, last: number) =>
      echoes.push({ person, sentence: sentence.index, lead: first, first, last, echo: true });
    let said = false;
    for (let i = sentence.first; i < sentence.last; i++) {
      const key = tokens[i]?.key ?? '';
      if (!said && PRONOUNS.has(key)) {
        const before = own.find(({ last }) => last <= i)?.person;
        const near: Person | undefined =
          center && sentence.index - center.sentence <= MEMORY ? center.person : undefined;
        const person: Person | undefined = before ?? near;
        if (person && person !== before) echo(person, i, i + 1);
        if (person) center = { person, sentence: sentence.index };
        said = true;
      }
      if (key !== 'the') continue;
      const demonym = at.get(i + 1)?.entry;
      const party = demonym?.kind === 'country' && demonym.form === 'demonym' ? demonym.party : null;
      const head = i + (party === null ? 1 : 2);
      const post = tokens[head]?.key ?? '';
      if (!POSTS.test(post) || tokens[head + 1]?.key === 'of' || tokens[head + 1]?.capital) continue;
      const person = holders.get(party === null ? post : `${party}/${post}`);
      if (!person) continue;
      echo(person, i, head + 1);
      center = { person, sentence: sentence.index };
    }
    for (const { person } of own) {
      for (const word of wordsOf(person)) holders.set(word, person).set(`${person.party}/${word}`, person);
    }
    const [first] = own;
    if (first) center = { person: first.person, sentence: sentence.index };
  }
  return echoes;
}

/** The words of a person's post and rank by which a text may mean him or her again. */
const wordsOf = ({ post, rank }: Person): string[] =>
  `${post ?? ''} ${rank ?? ''}`
    .toLowerCase()
    .split(/[\s-]+/)
    .filter((word) => POSTS.test(word));
