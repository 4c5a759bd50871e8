/** What a UTF-16 unit is, one bit each; surrogate halves count as letters. */
const LETTER = 1;
const DIGIT = 2;
const UPPER = 4;
const COMMA = 8;
const STOP = 16;
/** Of a script written without spaces between words. */
const UNSPACED = 32;
/** Of a script whose signs are syllables or words. */
const DENSE = 64;
/** Ends a sentence whatever follows it. */
const FULL_STOP = 128;
/** Signs without end, and no words: such text weighs little. */
const LONG_WORD = 20;
/** A dense sign says as much as so many letters more. */
const DENSE_EXTRA = 1.5;

const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(65_536);
  const letters = /[\p{L}\p{M}]/u;
  const upper = /\p{Lu}/u;
  const unspaced =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
  const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
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
    if (dense.test(char)) bits |= DENSE;
    table[code] = bits;
  }
  for (const char of ',;，、；،؛፣՝') table[char.charCodeAt(0)] = COMMA;
  for (const char of '.!?…') table[char.charCodeAt(0)] = STOP;
  for (const char of '。！？।॥؟۔።։။') table[char.charCodeAt(0)] = STOP | FULL_STOP;
  return table;
}

export interface Counts {
  /** Length as if written in letters: what takes 40 signs in Chinese takes 100 in most languages. */
  size: number;
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
  let dense = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const bits = CLASSES[code] ?? 0;
    if (bits & (LETTER | DIGIT)) {
      if (bits & UNSPACED) {
        unspaced++;
        inWord = false;
      } else if (!inWord) {
        words++;
        inWord = true;
      }
      if (bits & DENSE) dense++;
      if (bits & DIGIT) digits++;
      else if (bits & UPPER) capitals++;
      continue;
    }
    if (bits & COMMA) commas++;
    else if (bits & STOP) {
      const next = text.charCodeAt(at + 1);
      if (next === 32 || bits & FULL_STOP || Number.isNaN(next)) sentences++;
    }
    // Apostrophes, hyphens and points inside a word do not end it.
    const joins = code === 39 || code === 0x2019 || code === 45 || code === 46;
    if (!(joins && inWord && (CLASSES[text.charCodeAt(at + 1)] ?? 0) & (LETTER | DIGIT))) inWord = false;
  }
  words += Math.ceil(unspaced / 2);
  const size = Math.min(text.length + DENSE_EXTRA * dense, LONG_WORD * (words + 1));
  return { size, words, digits, capitals, commas, sentences };
}

/** Whether the text ends as sentences do, within closing quotes and brackets. */
export function endsSentence(text: string): boolean {
  let at = text.length - 1;
  while (at > text.length - 4 && CLOSING.has(text.charCodeAt(at))) at--;
  return ((CLASSES[text.charCodeAt(at)] ?? 0) & STOP) !== 0;
}

const CLOSING = new Set(Array.from('"\'”’»)]」』）›', (char) => char.charCodeAt(0)));
