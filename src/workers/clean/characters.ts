/** What a UTF-16 unit is, one bit each; surrogate halves count as letters. */
const LETTER = 1;
const DIGIT = 2;
const UPPER = 4;
const COMMA = 8;
const STOP = 16;
/** Of a script written without spaces between words. */
const UNSPACED = 32;

const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(65_536);
  const letters = /[\p{L}\p{M}]/u;
  const upper = /\p{Lu}/u;
  const unspaced =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
  const digits = /\p{Nd}/u;
  for (let code = 0; code < 65_536; code++) {
    if (code >= 0xd800 && code <= 0xdfff) {
      table[code] = LETTER;
      continue;
    }
    // Hangul, private use and the ideographs are long runs of one kind.
    const char = String.fromCharCode(code);
    let bits = 0;
    if (letters.test(char)) bits |= LETTER;
    if (digits.test(char)) bits |= DIGIT;
    if (upper.test(char)) bits |= UPPER;
    if (unspaced.test(char)) bits |= UNSPACED | LETTER;
    table[code] = bits;
  }
  for (const char of ',，、،;') table[char.charCodeAt(0)] = COMMA;
  for (const char of '.!?。।؟') table[char.charCodeAt(0)] = STOP;
  return table;
}

export interface Counts {
  words: number;
  digits: number;
  capitals: number;
  commas: number;
  /** Full stops and the like that a space or the end follows. */
  sentences: number;
}

/** Counts what the features need in one walk over the text. Two characters of an unspaced script count as one word. */
export function count(text: string): Counts {
  let words = 0;
  let digits = 0;
  let capitals = 0;
  let commas = 0;
  let sentences = 0;
  let unspaced = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    const bits = CLASSES[text.charCodeAt(at)] ?? 0;
    if (bits & (LETTER | DIGIT)) {
      if (bits & UNSPACED) {
        unspaced++;
        inWord = false;
      } else if (!inWord) {
        words++;
        inWord = true;
      }
      if (bits & DIGIT) digits++;
      else if (bits & UPPER) capitals++;
      continue;
    }
    if (bits & COMMA) commas++;
    else if (bits & STOP) {
      const next = text.charCodeAt(at + 1);
      if (next === 32 || Number.isNaN(next)) sentences++;
    }
    // Apostrophes, hyphens and points inside a word do not end it.
    const code = text.charCodeAt(at);
    const joins = code === 39 || code === 0x2019 || code === 45 || code === 46;
    if (!(joins && inWord && (CLASSES[text.charCodeAt(at + 1)] ?? 0) & (LETTER | DIGIT))) inWord = false;
  }
  return { words: words + Math.ceil(unspaced / 2), digits, capitals, commas, sentences };
}
