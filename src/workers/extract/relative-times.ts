import type { Token } from '../../shared/text/tokens.js';
import { type Bare, COUNTS, DAY_MS, isoMonth, onDay, type Scene, SEASONS, type Time } from './calendar.js';
import { directionOf } from './direction.js';

function inMonth(date: Date, first: number, last: number, form: Time['form'] = 'relative'): Bare {
  const start = isoMonth(date);
  return { first, last, start, end: start, precision: 'month', form };
}

function inYear(year: number, first: number, last: number, form: Time['form'] = 'relative'): Bare {
  return { first, last, start: String(year), end: String(year), precision: 'year', form };
}

/** "yesterday", "last month", "three years ago": counted from the day of publication. */
export function relativeTime({ tokens, low, high, day }: Scene, at: number): Bare | null {
  if (!day) return null;
  const key = tokens[at]?.key ?? '';
  const next = at + 1 < high ? (tokens[at + 1]?.key ?? '') : '';
  const year = day.getUTCFullYear();
  if (key === 'today' || key === 'tonight') return onDay(day, 0, at, at + 1, 'relative');
  if (key === 'yesterday') return onDay(day, -1, at, at + 1, 'relative');
  if (key === 'tomorrow') return onDay(day, 1, at, at + 1, 'relative');
  if (key === 'weekend' && /^(?:the|this|at|over)$/.test(tokens[at - 1]?.key ?? '')) {
    const ahead = directionOf(tokens, low, at, at + 1, high) === true;
    return weekend(day, ahead, at);
  }
  const step = STEPS.get(key);
  if (step !== undefined && next !== 'weekend') {
    if (step === 0 && /^(?:morning|afternoon|evening)$/.test(next)) return onDay(day, 0, at, at + 2, 'relative');
    if (next === 'night' && key === 'last') return onDay(day, -1, at, at + 2, 'relative');
    if (next === 'year' || SEASONS.has(next)) {
      const gone = key === 'last' && SEASONS.has(next) && seasonIsOver(next, day);
      return inYear(gone ? year : year + step, at, at + 2);
    }
    if (next === 'month') return inMonth(new Date(Date.UTC(year, day.getUTCMonth() + step, 1)), at, at + 2);
    if (next === 'week') {
      return inMonth(new Date(day.getTime() + step * 7 * DAY_MS), at, at + 2);
    }
    return null;
  }
  return countedTime(tokens, at, high, day);
}

const STEPS = new Map([
  ['this', 0],
  ['last', -1],
  ['previous', -1],
  ['past', -1],
  ['next', 1],
  ['coming', 1],
]);

/** "at the weekend": Saturday and Sunday. */
function weekend(day: Date, ahead: boolean, at: number): Bare {
  const back = (day.getUTCDay() + 1) % 7;
  const { start } = onDay(day, ahead ? 7 - back : -back, at, at + 1, 'relative');
  const { start: end } = onDay(day, ahead ? 8 - back : 1 - back, at, at + 1, 'relative');
  return { first: at, last: at + 1, start, end, precision: 'day', form: 'relative' };
}

/** "last summer" is this year's where the summer is over. */
function seasonIsOver(season: string, day: Date): boolean {
  const end = { spring: 5, summer: 8, autumn: 11, fall: 11 }[season];
  return end !== undefined && day.getUTCMonth() >= end;
}

/** "three days ago", "a year ago", "five months from now", "in two weeks' time". */
function countedTime(tokens: readonly Token[], at: number, high: number, day: Date): Bare | null {
  const key = tokens[at]?.key ?? '';
  const count = COUNTS.get(key) ?? (/^\d{1,2}$/.test(key) ? Number(key) : 0);
  if (count === 0 || at + 2 >= high) return null;
  const unit = /^(day|week|month|year)s?$/.exec(tokens[at + 1]?.key ?? '')?.[1];
  if (unit === undefined) return null;
  const after = tokens[at + 2]?.key ?? '';
  const then = tokens[at + 3]?.key ?? '';
  const back = after === 'ago';
  const forth =
    (after === 'from' && then === 'now') ||
    (/^['’]$/.test(after) && then === 'time') ||
    (after === "'s" && then === 'time');
  if (!back && !forth) return null;
  const last = at + (back ? 3 : 4);
  return shifted(day, unit, back ? -count : count, at, last, 'relative');
}

function shifted(day: Date, unit: string, count: number, first: number, last: number, form: Time['form']): Bare {
  if (unit === 'day') return onDay(day, count, first, last, form);
  if (unit === 'week') return inMonth(new Date(day.getTime() + count * 7 * DAY_MS), first, last, form);
  if (unit === 'month') {
    return inMonth(new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1)), first, last, form);
  }
  return inYear(day.getUTCFullYear() + count, first, last, form);
}

/** "that year", "the same day", "two months later": counted from the expression before it. */
export function anaphor({ tokens, high }: Scene, at: number, earlier: Bare | null): Bare | null {
  if (!earlier) return null;
  const key = tokens[at]?.key ?? '';
  const next = at + 1 < high ? (tokens[at + 1]?.key ?? '') : '';
  const unit = /^(?:day|month|year)$/.test(next) ? next : null;
  const anchor = new Date(`${earlier.start}${'-01-01'.slice(0, 10 - earlier.start.length)}T00:00:00Z`);
  if (unit !== null && (key === 'that' || key === 'same' || key === 'following')) {
    const step = key === 'following' ? 1 : 0;
    if (unit === 'day' && earlier.precision !== 'day') return null;
    if (unit === 'month' && earlier.precision === 'year') return null;
    return shifted(anchor, unit, step, at, at + 2, 'anaphor');
  }
  const count = COUNTS.get(key) ?? (/^\d{1,2}$/.test(key) ? Number(key) : 0);
  const counted = /^(day|month|year)s?$/.exec(next)?.[1];
  const after = tokens[at + 2]?.key;
  if (count === 0 || counted === undefined || at + 2 >= high || (after !== 'later' && after !== 'earlier')) return null;
  if (counted === 'day' && earlier.precision !== 'day') return null;
  if (counted === 'month' && earlier.precision === 'year') return null;
  return shifted(anchor, counted, after === 'later' ? count : -count, at, at + 3, 'anaphor');
}
