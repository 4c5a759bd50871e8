import type { Token } from '../../shared/text/tokens.js';

const AHEAD = new Set(
  'will shall would upcoming forthcoming scheduled planned plans plan due expected slated intends intend expects later next'.split(
    ' ',
  ),
);
/** In the present tense, of what has a date: "the exercise begins on Tuesday". */
const SCHEDULE = new Set(
  'begins starts opens kicks arrives hosts visits meets joins travels leaves begin start'.split(' '),
);
const TO_COME = new Set('to expected set due planned scheduled slated going'.split(' '));
const PAST = new Set(
  'said told met held took began was were had has have made gave sent came went left saw spoke bought sold built flew'.split(
    ' ',
  ),
);
/** Words in -ed that are no verbs. */
const ADJECTIVES = new Set(
  'armed united combined advanced based related allied need needed unmanned speed indeed'.split(' '),
);
const BORDERS = new Set([';', ':', '.', 'that', 'which', 'who', 'where', 'but', 'while']);
const REACH = 14;

/**
 * Which way the clause around an expression looks: true for what is to come, false for the past, null where no verb
 * tells. The verb before it decides ("will arrive on Monday, he said on Friday"), else the one after it.
 */
export function directionOf(
  tokens: readonly Token[],
  low: number,
  first: number,
  last: number,
  high: number,
): boolean | null {
  if (/^(?:until|till)$/.test(tokens[first - 1]?.key ?? '')) return true;
  for (let at = first - 1; at >= Math.max(low, first - REACH); at--) {
    const key = tokens[at]?.key ?? '';
    if (BORDERS.has(key) || (key === 'and' && tokens[at - 1]?.key === ',')) break;
    const way = wayOf(tokens, at);
    if (way !== null) return way;
  }
  for (let at = last; at < Math.min(high, last + REACH); at++) {
    const key = tokens[at]?.key ?? '';
    if (BORDERS.has(key)) break;
    const way = wayOf(tokens, at);
    if (way !== null) return way;
  }
  return null;
}

function wayOf(tokens: readonly Token[], at: number): boolean | null {
  const key = tokens[at]?.key ?? '';
  const next = tokens[at + 1]?.key ?? '';
  const before = tokens[at - 1]?.key ?? '';
  if (key === 'ahead' && next === 'of') return true;
  if (AHEAD.has(key) && !(key === 'next' && next === 'to')) return true;
  if ((key === 'is' || key === 'are') && (TO_COME.has(next) || (next.length > 4 && next.endsWith('ing')))) return true;
  if (SCHEDULE.has(key)) return before === 'to' ? null : true;
  if (key === 'to' && (before === 'is' || before === 'are')) return true;
  if ((key === 'was' || key === 'were') && next === 'to') return true;
  if (PAST.has(key)) return key === 'has' || key === 'have' ? (next === 'to' ? null : false) : false;
  if (key.length > 4 && key.endsWith('ed') && !ADJECTIVES.has(key) && !/^(?:is|are|be|will)$/.test(before))
    return false;
  return null;
}
