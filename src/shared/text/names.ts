import type { Mention } from './mentions.js';
import type { Sentence } from './sentences.js';
import type { Token } from './tokens.js';

/** A row of words that may be the name of a person: tokens [first, last). */
export interface NameRun {
  first: number;
  last: number;
  /** Words of it that a gazetteer knows as something else ("Hague", "Gabriel"): a person only where the words around say so. */
  claimed: boolean;
}

const PARTICLES = new Set(
  'al el de da di du van von der den bin ibn la le dos del ul e y bint ter abu as ad'.split(' '),
);
const SUFFIXES = /^(?:II|III|IV|Jr|Sr)$/;
const MAX_TOKENS = 11;
const MAX_WORDS = 8;
const NOT_NAMES = new Set(
  (
    'the a an in on at of for and but or as by with from to this that these those he she it we they i his her its our ' +
    'their mr mrs when while after before during since if monday tuesday wednesday thursday friday saturday sunday ' +
    'january february march april may june july august september october november december army navy force forces ' +
    'ministry department ministers government council committee republic treaty agreement exercise air north south ' +
    'east west northern southern eastern western national united new state states security defence defense military ' +
    'joint house parliament union group mission operation programme program plan day today also however meanwhile ' +
    'press release district region gulf sea ocean island islands river base port airport camp fort university ' +
    'institute academy college centre center hotel palace newspaper television news agency times post corps marines ' +
    'islamic state kurdish arab european african asian american western soviet ottoman christian muslim jewish ' +
    'both all some many most one two three four five six seven eight nine ten there here what who where how why not ' +
    'no yes according under over among between against into about than then so such only even still just now ' +
    'administration headquarters command staff trillion billion million strike carrier fleet brigade battalion squadron ' +
    'watch watched read photo video file street square avenue bridge strait peninsula province valley mountain lake ' +
    'affairs office court commission summit conference statement declaration charter accord pact fund bank company ' +
    'prime foreign strategic counter special training operations services airborne economic recovery board governors ' +
    'secretariat secretary minister president commander studies troops central land interior ' +
    'group industries systems technologies aerospace dynamics holding party movement front league'
  ).split(' '),
);

/** Rows of capitalised words that no gazetteer claims, such as may be names of persons. */
export function nameRuns(tokens: readonly Token[], sentence: Sentence, at: ReadonlyMap<number, Mention>): NameRun[] {
  const runs: NameRun[] = [];
  const { first, last: end } = sentence;
  let i = first;
  while (i < end) {
    if (!isNameWord(tokens, i, first, at)) {
      i += 1;
      continue;
    }
    let last = i + 1;
    let claimed = false;
    while (last < end) {
      const next = nextWord(tokens, last, first, end, at);
      if (next > last) last = next;
      else if (isClaimedName(tokens, last, end, at)) {
        claimed = true;
        last += 1;
      } else break;
    }
    let words = 0;
    let places = 0;
    for (let k = i; k < last; k++) {
      if (tokens[k]?.kind === 'word') words += 1;
      if (at.get(k)?.entry.kind === 'place') places += 1;
    }
    if (places === words) claimed = true;
    const letter = words === 1 && tokens[i]?.raw.length === 1;
    if (last - i <= MAX_TOKENS && words <= MAX_WORDS && !letter) runs.push({ first: i, last, claimed });
    i = last;
  }
  return runs;
}

function isNameWord(tokens: readonly Token[], i: number, low: number, at: ReadonlyMap<number, Mention>): boolean {
  const token = tokens[i];
  if (token?.kind !== 'word' || !token.capital || NOT_NAMES.has(token.key)) return false;
  if (token.raw.length === 1 && tokens[i + 1]?.raw !== '.') return false;
  if (token.shout && token.raw.length > 2 && !token.raw.includes('.') && token.raw.length < 5) return false;
  const mention = at.get(i);
  return !mention || mention.entry.kind === 'official' || (mention.entry.kind === 'place' && i > low);
}

/** A surname that is also a missile, a firm or a town: one word right after a name, in capitals and small letters. */
function isClaimedName(tokens: readonly Token[], i: number, end: number, at: ReadonlyMap<number, Mention>): boolean {
  const token = tokens[i];
  const mention = at.get(i);
  if (token?.kind !== 'word' || !token.capital || token.shout || !mention || i >= end) return false;
  if (mention.last - mention.first > 1 || NOT_NAMES.has(token.key)) return false;
  const { entry } = mention;
  const seat = entry.kind === 'country' && entry.form === 'seat';
  return (seat || /^(?:equipment|firm|place|exercise|body)$/.test(entry.kind)) && tokens[i + 1]?.raw !== '-';
}

/** Index after the next word of a name that goes on at `from`, or `from` where it ends. */
function nextWord(
  tokens: readonly Token[],
  from: number,
  low: number,
  end: number,
  at: ReadonlyMap<number, Mention>,
): number {
  const token = tokens[from];
  const before = tokens[from - 1];
  const fits = (i: number): boolean => i < end && isNameWord(tokens, i, low, at);
  if (!token || token.newline) return from;
  if (SUFFIXES.test(token.raw)) return /^(?:Jr|Sr)$/.test(token.raw) ? from : from + 1;
  if (fits(from)) return from + 1;
  // "Joseph R. Biden"
  if (token.raw.length === 1 && token.capital && tokens[from + 1]?.raw === '.' && fits(from + 2)) return from + 3;
  if (token.raw === '.' && before?.raw.length === 1 && fits(from + 1)) return from + 2;
  // "Kim Jong-un", "Kosiniak-Kamysz"
  if (token.raw === '-' && token.start === before?.end && from + 1 < end) {
    const next = tokens[from + 1];
    if (next?.start !== token.end || next.kind !== 'word') return from;
    const other = at.get(from + 1)?.entry.kind;
    return next.capital && (other === 'country' || other === 'official') ? from : from + 2;
  }
  // "Ursula von der Leyen", "Haider al-Abadi", "Mohammed bin Salman"
  let next = from;
  while (next < end && next - from < 4 && (PARTICLES.has(tokens[next]?.key ?? '') || tokens[next]?.raw === '-'))
    next += 1;
  return next > from && fits(next) ? next + 1 : from;
}

/** Key by which a name is known again when only the surname follows: its last word without an article ("al-Abadi"). */
export function surnameKey(tokens: readonly Token[], run: NameRun): string {
  let last = run.last - 1;
  while (last > run.first && SUFFIXES.test(tokens[last]?.raw ?? '')) last -= 1;
  // "Jong-un" and "Kosiniak-Kamysz" are one word, "al-Abadi" is known as Abadi too.
  const hyphen =
    tokens[last - 1]?.raw === '-' && last - 2 >= run.first && tokens[last - 2]?.end === tokens[last - 1]?.start;
  if (hyphen && !PARTICLES.has(tokens[last - 2]?.key ?? '')) return `${tokens[last - 2]?.key}-${tokens[last]?.key}`;
  return tokens[last]?.key ?? '';
}
