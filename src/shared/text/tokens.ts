/** A word, number or sign of a text. `key` is what gazetteers and patterns compare: lower case, no marks, no dots. */
export interface Token {
  start: number;
  end: number;
  raw: string;
  key: string;
  kind: 'word' | 'number' | 'sign';
  /** Begins with a capital letter. */
  capital: boolean;
  /** All letters are capitals, at least two of them. */
  shout: boolean;
  /** A line break stands between this token and the one before. */
  newline: boolean;
}

const TOKEN =
  /(?:\p{Lu}\.){2,}|['’]s(?!\p{L})|[Cc]o-op\p{L}+|\d+[.,]\d+(?=\p{L})|\d+(?:[.,]\d+)*(?!\p{L}|\d)|[\p{L}\p{M}\p{N}]+(?:['’](?!s(?!\p{L}))\p{L}+)*|[^\s]/gu;
const PLAIN = /^[a-z0-9]+$/;
const LETTERS: Record<string, string> = { ı: 'i', ə: 'a', đ: 'd', ł: 'l', ø: 'o', ß: 'ss', æ: 'ae', ð: 'd', þ: 'th' };

/** Folds a word to its key: lower case, without diacritics, apostrophes, hyphens and abbreviating dots. */
export function foldWord(raw: string): string {
  const low = raw.toLowerCase();
  if (PLAIN.test(low)) return low;
  const bare = low.normalize('NFD').replace(/[\p{M}.'’ʻ-]/gu, '');
  const folded = bare.replace(/[ıəđłøßæðþ]/g, (letter) => LETTERS[letter] ?? letter);
  return folded === '' ? low : folded;
}

/** Splits a text into tokens with UTF-16 offsets; linear in the length. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const raw = match[0];
    const start = match.index;
    const first = raw.charCodeAt(0);
    const isDigit = first >= 48 && first <= 57;
    const isWord = !isDigit && /^[\p{L}\p{M}\p{N}]/u.test(raw);
    const letters = raw.replaceAll('.', '');
    tokens.push({
      start,
      end: start + raw.length,
      raw,
      key: raw === '’s' ? "'s" : isWord || isDigit ? foldWord(raw) : raw,
      kind: isDigit ? 'number' : isWord ? 'word' : 'sign',
      capital: isWord && /^\p{Lu}/u.test(raw),
      shout: isWord && letters.length > 1 && letters === letters.toUpperCase() && letters !== letters.toLowerCase(),
      newline: end > 0 && hasNewline(text, end, start),
    });
    end = start + raw.length;
  }
  return tokens;
}

function hasNewline(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) return true;
  return false;
}

/** The words of tokens [first, last) with a space wherever the text has one. */
export function textOf(tokens: readonly Token[], first: number, last: number): string {
  let text = '';
  for (let i = first; i < last; i++) {
    const token = tokens[i];
    if (!token) continue;
    if (text !== '' && tokens[i - 1]?.end !== token.start) text += ' ';
    text += token.raw;
  }
  return text;
}
