import { type Token, tokenize } from './tokens.js';

/** What a name in a text stands for. `party` is the code of the state or organisation behind it. */
export type Entry =
  | { kind: 'country'; party: string; name: string; form: 'name' | 'demonym' | 'seat' }
  | { kind: 'organization'; party: string; name: string; own: boolean }
  | { kind: 'body' | 'firm'; party: string; name: string }
  | { kind: 'programme'; party: string | null; members: readonly string[]; code: string; name: string }
  | { kind: 'equipment'; party: string | null; name: string; class: string }
  | { kind: 'exercise'; party: null; name: string; common: boolean }
  | { kind: 'rank'; party: null; name: string; address: boolean }
  | { kind: 'post'; party: string | null; name: string }
  | { kind: 'official'; party: string; name: string }
  | { kind: 'place'; party: null; name: string; country: string };

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

/** Names compiled for longest-match lookup over tokens. */
export class Gazetteer {
  readonly #byFirst = new Map<string, Phrase[]>();
  size = 0;

  add(name: string, entry: Entry): void {
    const tokens = tokenize(name);
    const first = tokens[0];
    if (!first) return;
    const keys = tokens.map(({ key }) => key);
    const cases = tokens.map((token) => (token.shout && token.raw.length <= MAX_SHOUT ? 2 : token.capital ? 1 : 0));
    const phrases = this.#byFirst.get(first.key) ?? [];
    const same = phrases.find((p) => p.keys.join(' ') === keys.join(' ') && p.cases.join() === cases.join());
    if (same) same.entries.push(entry);
    else {
      phrases.push({ keys, cases, entries: [entry] });
      phrases.sort((a, b) => b.keys.length - a.keys.length);
      this.#byFirst.set(first.key, phrases);
    }
    this.size += 1;
  }

  /** The names in tokens [first, last), longest first, without overlaps. */
  find(tokens: readonly Token[], first = 0, last = tokens.length): NameMatch[] {
    const found: NameMatch[] = [];
    for (let at = first; at < last; at++) {
      const phrases = this.#byFirst.get(tokens[at]?.key ?? '');
      const phrase = phrases?.find((candidate) => fits(candidate, tokens, at, last));
      if (!phrase) continue;
      found.push({ first: at, last: at + phrase.keys.length, entries: phrase.entries });
      at += phrase.keys.length - 1;
    }
    return found;
  }
}

function fits(phrase: Phrase, tokens: readonly Token[], at: number, last: number): boolean {
  if (at + phrase.keys.length > last) return false;
  for (const [offset, key] of phrase.keys.entries()) {
    const token = tokens[at + offset];
    if (!token || token.key !== key || (offset > 0 && token.newline)) return false;
    const wanted = phrase.cases[offset];
    if (wanted === 2 && !token.shout) return false;
    if (wanted === 1 && !token.capital && !token.shout) return false;
  }
  return true;
}
