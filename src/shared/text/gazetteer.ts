import { type Token, tokenize } from './tokens.js';

/** What a name in a text stands for. `party` is the code of the state or organisation behind it. */
export type Entry = (
  | { kind: 'country'; party: string; name: string; form: 'name' | 'demonym' | 'seat' }
  | { kind: 'organization'; party: string; name: string; own: boolean }
  | { kind: 'body' | 'firm'; party: string; name: string }
  | { kind: 'programme'; party: string | null; members: readonly string[]; code: string; name: string }
  | { kind: 'equipment'; party: string | null; name: string; class: string }
  | { kind: 'exercise'; party: null; name: string; hosts: readonly string[] }
  | { kind: 'rank'; party: null; name: string; address: boolean }
  | { kind: 'post'; party: string | null; name: string }
  | { kind: 'official'; party: string; name: string }
  | { kind: 'place'; party: null; name: string; country: string }
  | { kind: 'decoy'; party: null; name: string }
) & {
  needs?: Needs;
  /** The same thing by a name that needs nothing. */
  plain?: Entry;
};

/** What must stand in the text before an everyday word or a short form is read as a name: one of these words nearby, or its country. */
export type Needs = ReadonlySet<string> | 'country';

interface Phrase {
  keys: string[];
  /** For each word whether the text must write it with a capital (1), in capitals (2), or as it likes (0). */
  cases: number[];
  entries: Entry[];
}

/** A name found in a text: tokens [first, last). Several entries where the name is ambiguous. */
export interface NameMatch {
  first: number;
  last: number;
  entries: Entry[];
}

const MAX_SHOUT = 9;

/** Names compiled for longest-match lookup over tokens: by the first word, then by the second ('' for names of one word). */
export class Gazetteer {
  readonly #index = new Map<string, Map<string, Phrase[]>>();
  size = 0;

  add(name: string, entry: Entry): void {
    const { keys, cases } = compileName(name);
    const first = keys[0];
    if (first === undefined) return;
    const seconds = this.#index.get(first) ?? new Map<string, Phrase[]>();
    const phrases = seconds.get(keys[1] ?? '') ?? [];
    const same = phrases.find((p) => isSame(p.keys, keys) && isSame(p.cases, cases));
    if (same) same.entries.push(entry);
    else {
      phrases.push({ keys, cases, entries: [entry] });
      phrases.sort((a, b) => b.keys.length - a.keys.length);
      seconds.set(keys[1] ?? '', phrases);
      this.#index.set(first, seconds);
    }
    this.size += 1;
  }

  /** The names in the tokens, longest first, without overlaps. A name none of whose entries is accepted leaves its words to shorter ones. */
  find(tokens: readonly Token[], accept: (entry: Entry, match: NameMatch) => boolean = () => true): NameMatch[] {
    const found: NameMatch[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const seconds = this.#index.get(tokens[at]?.key ?? '');
      if (!seconds) continue;
      const match =
        firstAccepted(seconds.get(tokens[at + 1]?.key ?? ' '), tokens, at, accept) ??
        firstAccepted(seconds.get(''), tokens, at, accept);
      if (!match) continue;
      found.push(match);
      at = match.last - 1;
    }
    return found;
  }
}

function firstAccepted(
  phrases: readonly Phrase[] | undefined,
  tokens: readonly Token[],
  at: number,
  accept: (entry: Entry, match: NameMatch) => boolean,
): NameMatch | null {
  for (const phrase of phrases ?? []) {
    if (!fits(phrase, tokens, at)) continue;
    const match = { first: at, last: at + phrase.keys.length, entries: phrase.entries };
    if (phrase.entries.every((entry) => accept(entry, match))) return match;
    match.entries = phrase.entries.filter((entry) => accept(entry, match));
    if (match.entries.length > 0) return match;
  }
  return null;
}

const isSame = <Item>(one: readonly Item[], other: readonly Item[]): boolean =>
  one.length === other.length && one.every((item, at) => item === other[at]);

/** A name as lookup sees it: two names with the same keys and cases cannot be told apart in a text. */
export function compileName(name: string): { keys: string[]; cases: number[] } {
  const tokens = tokenize(name);
  return {
    keys: tokens.map(({ key }) => key),
    cases: tokens.map((token) => (token.shout && token.raw.length <= MAX_SHOUT ? 2 : token.capital ? 1 : 0)),
  };
}

function fits({ keys, cases }: Phrase, tokens: readonly Token[], at: number): boolean {
  if (at + keys.length > tokens.length) return false;
  for (let offset = 0; offset < keys.length; offset++) {
    const token = tokens[at + offset];
    if (!token || token.key !== keys[offset] || (offset > 0 && token.newline)) return false;
    const wanted = cases[offset];
    if (wanted === 2 && !token.shout) return false;
    if (wanted === 1 && !token.capital && !token.shout) return false;
  }
  return true;
}
