import type { Token } from './tokens.js';

/** A sentence as a range of tokens, `last` excluded, and as a range of the text. */
export interface Sentence {
  index: number;
  paragraph: number;
  first: number;
  last: number;
  start: number;
  end: number;
}

/** Words after which a full stop does not end a sentence. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof gen lt col adm maj brig sen rep st capt cmdr cdr cdre sgt cpl pvt pfc spc hon rt jr sr vs no nos ' +
    'jan feb mar apr jun jul aug sept sep oct nov dec fig approx dept gov amb min messrs rev radm vadm tech mt ft op cit ' +
    'inc corp ltd sq al etc ens cos msgr pres supt'
  ).split(' '),
);
const STARTERS = new Set(
  'the he she it in on at they this that these those a an but and we i both as for its his her'.split(' '),
);
const CLOSERS = new Set(['"', '”', '’', "'", ')', ']', '»', '*']);

/** Finds the sentences: stops followed by a capital, and every line break. */
export function findSentences(tokens: readonly Token[]): Sentence[] {
  const sentences: Sentence[] = [];
  let first = 0;
  let paragraph = 0;
  const close = (last: number) => {
    const begin = tokens[first];
    const final = tokens[last - 1];
    if (begin && final && last > first) {
      if (begin.newline) paragraph += 1;
      sentences.push({ index: sentences.length, paragraph, first, last, start: begin.start, end: final.end });
    }
    first = last;
  };
  for (let at = 0; at < tokens.length; at++) {
    if (at > first && tokens[at]?.newline) close(at);
    const end = stopAt(tokens, at);
    if (end > at) {
      close(end);
      at = end - 1;
    }
  }
  close(tokens.length);
  return sentences;
}

/** Index after the sentence that ends at token `at`, or `at` when none ends there. */
function stopAt(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  if (!token) return at;
  if (token.raw.length > 3 && token.raw.endsWith('.') && token.kind === 'word') {
    const next = tokens[at + 1];
    return next?.capital && STARTERS.has(next.key) && next.start > token.end ? at + 1 : at;
  }
  if (token.raw !== '.' && token.raw !== '!' && token.raw !== '?' && token.raw !== '…') return at;
  let end = at + 1;
  while (end < tokens.length && CLOSERS.has(tokens[end]?.raw ?? '') && tokens[end]?.start === tokens[end - 1]?.end)
    end++;
  const next = tokens[end];
  if (!next) return end;
  if (next.start === tokens[end - 1]?.end && !next.newline) return at;
  const before = tokens[at - 1];
  if (token.raw === '.' && before && before.end === token.start) {
    if (ABBREVIATIONS.has(before.key) && !next.newline) return at;
    if (before.kind === 'word' && before.raw.length === 1 && before.capital) return at;
  }
  const opens = next.capital || next.kind === 'number' || (next.kind === 'sign' && /["“‘'«([*-]/.test(next.raw));
  return opens ? end : at;
}
