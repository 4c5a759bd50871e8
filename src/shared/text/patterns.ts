import { foldWord, type Token } from './tokens.js';

/**
 * The little language of triggers. A pattern is a row of elements between spaces:
 *   `word`        that word              `word+`    the word in any inflection (sign+: signs, signed, signing)
 *   `a|b+|c`      one of these           `<name>`   a word of that class in the taxonomy
 *   `..` `..3`    a gap of at most 6 (3) tokens
 */
export interface Pattern {
  elements: Element[];
}
type Element = { words: Set<string> } | { gap: number };

export interface Vocabulary {
  /** Forms that rules of spelling do not give: meet: [met, meeting]. */
  irregular: ReadonlyMap<string, readonly string[]>;
  classes: ReadonlyMap<string, readonly string[]>;
}

/** The inflections of an English verb or noun, by spelling and by the table of irregular forms. */
export function inflect(word: string, irregular: Vocabulary['irregular']): string[] {
  const forms = new Set([word, `${word}s`, ...(irregular.get(word) ?? [])]);
  if (/(?:s|x|z|ch|sh|o)$/.test(word)) forms.add(`${word}es`);
  if (word.endsWith('e')) for (const tail of ['d', 's']) forms.add(word + tail);
  if (word.endsWith('e')) forms.add(`${word.slice(0, -1)}ing`);
  else if (/[^aeiou]y$/.test(word)) for (const tail of ['ies', 'ied', 'ying']) forms.add(word.slice(0, -1) + tail);
  else for (const tail of ['ed', 'ing']) forms.add(word + tail);
  if (/[^aeiou][aeiou][bdglmnprt]$/.test(word)) {
    const double = word + word.slice(-1);
    for (const tail of ['ed', 'ing']) forms.add(double + tail);
  }
  return [...forms];
}

/** Compiles a pattern. Throws an Error naming what is wrong with it. */
export function compilePattern(source: string, vocabulary: Vocabulary): Pattern {
  const elements = source
    .trim()
    .split(/\s+/)
    .map((part) => compileElement(part, source, vocabulary));
  const first = elements[0];
  if (!first || 'gap' in first) throw new Error(`pattern "${source}" must begin with a word`);
  return { elements };
}

function compileElement(part: string, source: string, vocabulary: Vocabulary): Element {
  const gap = /^\.\.(\d*)$/.exec(part);
  if (gap) return { gap: gap[1] ? Number(gap[1]) : 6 };
  const words = new Set<string>();
  const add = (choice: string) => {
    if (choice.endsWith('+')) {
      const base = foldWord(choice.slice(0, -1));
      for (const form of inflect(base, vocabulary.irregular)) words.add(foldWord(form));
    } else words.add(choice.length > 1 ? foldWord(choice) : choice);
  };
  for (const choice of part.split('|')) {
    const name = /^<(.+)>$/.exec(choice)?.[1];
    if (name === undefined) add(choice);
    else {
      const members = vocabulary.classes.get(name);
      if (!members) throw new Error(`pattern "${source}" names the class <${name}>, which is not there`);
      for (const member of members) add(member);
    }
  }
  return { words };
}

/** Where the pattern ends (index after its last token) when it begins at `from`, or -1. Shortest match wins. */
export function matchPattern(pattern: Pattern, tokens: readonly Token[], from: number, last: number): number {
  return step(pattern.elements, 0, tokens, from, last);
}

function step(elements: readonly Element[], at: number, tokens: readonly Token[], from: number, last: number): number {
  const element = elements[at];
  if (!element) return from;
  if ('words' in element) {
    const token = from < last ? tokens[from] : undefined;
    return token && element.words.has(token.key) ? step(elements, at + 1, tokens, from + 1, last) : -1;
  }
  // Patterns hold at most two gaps of a few tokens, so the search is bounded by a constant.
  for (let skip = 0; skip <= element.gap && from + skip <= last; skip++) {
    const end = step(elements, at + 1, tokens, from + skip, last);
    if (end >= 0) return end;
    if (tokens[from + skip]?.key === ';') return -1;
  }
  return -1;
}

/** Patterns with what they stand for, found by their first word. */
export class PatternIndex<Value> {
  readonly #byWord = new Map<string, { pattern: Pattern; value: Value }[]>();

  add(pattern: Pattern, value: Value): void {
    const first = pattern.elements[0];
    if (!first || !('words' in first)) return;
    for (const word of first.words) {
      const row = this.#byWord.get(word) ?? [];
      row.push({ pattern, value });
      this.#byWord.set(word, row);
    }
  }

  /** All matches in tokens [first, last). */
  find(tokens: readonly Token[], first: number, last: number): { value: Value; first: number; last: number }[] {
    const found: { value: Value; first: number; last: number }[] = [];
    for (let at = first; at < last; at++) {
      const key = tokens[at]?.key;
      for (const { pattern, value } of (key !== undefined && this.#byWord.get(key)) || []) {
        const end = matchPattern(pattern, tokens, at, last);
        if (end > at) found.push({ value, first: at, last: end });
      }
    }
    return found;
  }
}
