import type { Reading } from './document.js';
import type { Person } from './persons.js';

/** What a country gains by standing in the first sentence, or in that of the person or the one before. */
const LEAD = 1;
const NEAR = 1;
/** How far the country must be ahead of the next. */
const CLEAR = 1.25;
/** Offices that are held in another country than one's own. */
const ABROAD = /ambassador|envoy|attach|commissioner|representative|commander|consul/;

/**
 * Gives holders of an office without a country ("Defence Minister X") the country that the text speaks of most, unless
 * another person holds the same office of that country.
 */
export function settleOffices({ sentences, mentions, persons }: Reading): void {
  const totals = new Map<string, number>();
  const bySentence = new Map<number, string[]>();
  let index = 0;
  for (const { entry, first } of mentions) {
    while (index < sentences.length - 1 && (sentences[index]?.last ?? 0) <= first) index += 1;
    if (entry.kind !== 'country' || entry.party === null) continue;
    totals.set(entry.party, (totals.get(entry.party) ?? 0) + (index === 0 ? 1 + LEAD : 1));
    bySentence.set(index, [...(bySentence.get(index) ?? []), entry.party]);
  }
  const holders = new Map<Person, string>();
  for (const { person } of persons) if (person.post !== null) holders.set(person, officeOf(person.post));
  const judged = new Set<Person>();
  for (const { person, sentence } of persons) {
    const office = holders.get(person);
    if (person.party !== null || office === undefined || ABROAD.test(office) || judged.has(person)) continue;
    judged.add(person);
    const taken = new Set([...holders].filter(([, other]) => other === office).map(([{ party }]) => party));
    const weights = new Map([...totals].filter(([party]) => !taken.has(party)));
    for (const party of [...(bySentence.get(sentence) ?? []), ...(bySentence.get(sentence - 1) ?? [])]) {
      if (weights.has(party)) weights.set(party, (weights.get(party) ?? 0) + NEAR);
    }
    const [best, second] = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (best && best[1] >= CLEAR * (second?.[1] ?? 0)) person.party = best[0];
  }
}

/** "Deputy Defense Minister" and "defence ministers" are the same office, of another country each. */
const officeOf = (post: string): string =>
  post
    .toLowerCase()
    .replace('defense', 'defence')
    .replace(/^(?:deputy|first|vice|then|former|new) /, '')
    .replace(/s$/, '');
