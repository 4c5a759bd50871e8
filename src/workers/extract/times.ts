import type { Reading } from '../../shared/text/document.js';
import type { Token } from '../../shared/text/tokens.js';
import {
  type Bare,
  DAY_MS,
  dayNumber,
  MONTHS,
  onDay,
  pad,
  type Scene,
  type Time,
  WEEKDAYS,
  yearNumber,
} from './calendar.js';
import { directionOf } from './direction.js';
import { anaphor, relativeTime } from './relative-times.js';

const LEADS = new Set(
  'in on since by from until till of during before after through between to at for around next last this early late mid'.split(
    ' ',
  ),
);
const FULL_DAY = /^(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)$/;
/** Words before a number of four digits that make it no year. */
const NUMBERED = new Set(
  'resolution agenda vision no number article paragraph nr about some over nearly than'.split(' '),
);
const COUNTED =
  /^(?:troops|soldiers|men|km|kilometres|kilometers|personnel|servicemen|people|miles|tons|tonnes|members|officers|police|vehicles|metres|meters|euros|dollars|others|rounds|shells|pieces|hours|participants|square|hp)$/;

/** The temporal expressions of a text in their order. Without `published` only those that name their year are found. */
export function readTimes(reading: Reading, published: string | null): Time[] {
  const { tokens, sentences } = reading;
  const day = published === null ? null : new Date(`${published}T00:00:00Z`);
  const equipment = new Set<number>();
  for (const { entry, first, last } of reading.mentions) {
    if (entry.kind === 'equipment') for (let at = first; at < last; at++) equipment.add(at);
  }
  const times: Time[] = [];
  for (const { first: low, last: high } of sentences) {
    const scene = { tokens, low, high, day };
    const found: Bare[] = [];
    for (let at = low; at < high; at++) {
      const token = tokens[at];
      if (!token || token.kind === 'sign' || equipment.has(at)) continue;
      const time = timeAt(scene, at, found.at(-1) ?? times.at(-1) ?? null);
      if (!time) continue;
      found.push(time);
      at = Math.max(at, time.last - 1);
    }
    for (const { implied, ...time } of joined(tokens, found)) times.push({ ...time, ...leadOf(tokens, time, low) });
  }
  return times;
}

function timeAt(scene: Scene, at: number, earlier: Bare | null): Bare | null {
  return (
    monthTime(scene, at) ??
    numericDay(scene, at) ??
    yearTime(scene, at) ??
    weekdayTime(scene, at) ??
    relativeTime(scene, at) ??
    anaphor(scene, at, earlier)
  );
}

function leadOf(tokens: readonly Token[], time: Bare, low: number): Pick<Time, 'lead' | 'since'> {
  const words: string[] = [];
  for (let at = time.first - 1; at >= low && words.length < 4; at--) {
    const key = tokens[at]?.key ?? '';
    if (
      !/^(?:the|early|late|mid|-|spring|summer|autumn|fall|winter|end|start|beginning|of|half|year|about|around)$/.test(
        key,
      )
    ) {
      words.push(key);
      break;
    }
    words.push(key);
  }
  const [nearest] = words;
  const outer = words.at(-1) ?? '';
  const lead = LEADS.has(outer) ? outer : LEADS.has(nearest ?? '') ? (nearest ?? '') : '';
  return { lead, since: lead === 'since' };
}

/** "28 May to 3 June", "between March and May 2024", "2017-2019": two expressions that make one. */
function joined(tokens: readonly Token[], found: readonly Bare[]): Bare[] {
  const out: Bare[] = [];
  for (const time of found) {
    const before = out.at(-1);
    const gap = before ? time.first - before.last : 0;
    const link = gap === 1 && before ? (tokens[before.last]?.key ?? '') : '';
    if (before?.implied && !time.implied && time.form === 'date' && /^(?:to|and|until|through|-|–)$/.test(link)) {
      before.start = `${time.start.slice(0, 4)}${before.start.slice(4)}`;
      before.end = before.end === null ? null : `${time.start.slice(0, 4)}${before.end.slice(4)}`;
    }
    const between = link === 'and' && before && tokens[before.first - 1]?.key === 'between';
    const range = between || /^(?:to|until|till|through|-|–)$/.test(link);
    if (
      before &&
      range &&
      before.form === time.form &&
      before.start.length === time.start.length &&
      before.start <= time.start
    ) {
      out[out.length - 1] = { ...before, last: time.last, end: time.end };
    } else out.push(time);
  }
  return out;
}

function monthTime(scene: Scene, at: number): Bare | null {
  const { tokens, low, high, day } = scene;
  const token = tokens[at];
  const month = token?.capital ? MONTHS.get(token.key) : undefined;
  if (token === undefined || month === undefined) return null;
  let last = at + 1;
  if (tokens[last]?.raw === '.' && last < high) last += 1;
  const days = daysBefore(tokens, at, low) ?? daysAfter(tokens, last, high);
  if (days === null && isWord(tokens, at, low)) return null;
  const first = days?.first ?? at;
  last = Math.max(last, days?.last ?? last);
  const year = yearAfter(scene, last);
  let value: number;
  if (year !== null) {
    value = year.value;
    last = year.last;
  } else if (day) {
    const lead = tokens[first - 1]?.key ?? '';
    value = impliedYear(day, month, days?.from ?? null, lead, directionOf(tokens, low, first, last, high));
  } else return null;
  const start = `${value}-${pad(month)}`;
  const implied = year === null;
  if (!days) return { first, last, start, end: start, precision: 'month', form: 'date', implied };
  const from = `${start}-${pad(days.from)}`;
  const to = `${start}-${pad(days.to)}`;
  return { first, last, start: from, end: to, precision: 'day', form: 'date', implied };
}

/** "May" and "March" are names of months only where the words around say so. */
function isWord(tokens: readonly Token[], at: number, low: number): boolean {
  const token = tokens[at];
  if (token?.key !== 'may' && token?.key !== 'march') return false;
  if (yearNumber(tokens[at + 1]) !== null) return false;
  const before = at > low ? (tokens[at - 1]?.key ?? '') : '';
  const led =
    /^(?:in|since|last|this|next|of|until|by|from|early|late|mid|to|and|earlier|on|during|before|after|-)$/.test(
      before,
    );
  const owns = tokens[at + 1]?.key === "'s";
  return !led && !owns;
}

interface Days {
  from: number;
  to: number;
  first: number;
  last: number;
}

/** "3 May", "3rd of May", "3-14 May", "from 3 to 14 May", "3 and 4 May". */
function daysBefore(tokens: readonly Token[], at: number, low: number): Days | null {
  const near = tokens[at - 1]?.key === 'of' ? at - 2 : at - 1;
  const to = near >= low ? dayNumber(tokens[near]) : null;
  if (to === null) return null;
  const link = tokens[near - 1]?.key ?? '';
  const from = near - 2 >= low && /^(?:-|–|to|and|until|till|through)$/.test(link) ? dayNumber(tokens[near - 2]) : null;
  if (from !== null && from < to) return { from, to, first: near - 2, last: at };
  return { from: to, to, first: near, last: at };
}

/** "May 3", "May 3rd", "May 3-14", "May 3 and 4". */
function daysAfter(tokens: readonly Token[], at: number, high: number): Days | null {
  const from = at < high ? dayNumber(tokens[at]) : null;
  if (from === null) return null;
  const link = tokens[at + 1]?.key ?? '';
  const to = at + 2 < high && /^(?:-|–|to|and|through|until|till)$/.test(link) ? dayNumber(tokens[at + 2]) : null;
  const counts = COUNTED.test(tokens[at + 3]?.key ?? '') || MONTHS.has(tokens[at + 3]?.key ?? '');
  if (to !== null && to > from && !counts) return { from, to, first: at - 1, last: at + 3 };
  return { from, to: from, first: at - 1, last: at + 1 };
}

/** The year that follows a month or a day: "May 2024", "3 May, 2024", "May of 2024", "May last year". */
function yearAfter({ tokens, high, day }: Scene, at: number): { value: number; last: number } | null {
  const skip = tokens[at]?.raw === ',' || /^(?:of|in)$/.test(tokens[at]?.key ?? '') ? 1 : 0;
  const value = at + skip < high ? yearNumber(tokens[at + skip]) : null;
  if (value !== null) return { value, last: at + skip + 1 };
  const from = tokens[at]?.key === 'of' ? at + 1 : at;
  const word = tokens[from]?.key ?? '';
  if (!day || tokens[from + 1]?.key !== 'year' || from + 1 >= high) return null;
  const step = word === 'last' ? -1 : word === 'this' ? 0 : word === 'next' ? 1 : null;
  return step === null ? null : { value: day.getUTCFullYear() + step, last: from + 2 };
}

/** The year of a month that stands without one: on the side of time that the clause speaks of, the nearest there. */
function impliedYear(day: Date, month: number, date: number | null, lead: string, ahead: boolean | null): number {
  const year = day.getUTCFullYear();
  // Months compare by month, days by day.
  const unit =
    date === null ? month - 1 - day.getUTCMonth() : (Date.UTC(year, month - 1, date) - day.getTime()) / DAY_MS;
  if (lead === 'last') return unit < 0 ? year : year - 1;
  if (lead === 'next') return unit > 0 ? year : year + 1;
  if (lead === 'this') return year;
  if (ahead === true || lead === 'until' || lead === 'by' || lead === 'till') {
    return unit < (date === null ? -2 : -31) ? year + 1 : year;
  }
  if (ahead === false || lead === 'since') return unit > (date === null ? 0 : 1) ? year - 1 : year;
  return unit > (date === null ? 3 : 100) ? year - 1 : year;
}

/** "2024-03-30", "30.03.2024", "30/03/2024" where day and month cannot be taken for one another. */
function numericDay({ tokens, high }: Scene, at: number): Bare | null {
  const token = tokens[at];
  if (token?.kind !== 'number') return null;
  const day = (last: number, year: number, month: number, date: number): Bare | null => {
    if (month < 1 || month > 12 || date < 1 || date > 31) return null;
    const start = `${year}-${pad(month)}-${pad(date)}`;
    return { first: at, last, start, end: start, precision: 'day', form: 'date' };
  };
  const dotted = FULL_DAY.exec(token.raw);
  if (dotted) return day(at + 1, Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const sign = tokens[at + 1]?.raw;
  if (at + 4 >= high || (sign !== '-' && sign !== '/') || tokens[at + 3]?.raw !== sign) return null;
  const [a, b, c] = [token, tokens[at + 2], tokens[at + 4]];
  const year = yearNumber(a);
  if (sign === '-') {
    return year === null || b?.raw.length !== 2 || c?.raw.length !== 2
      ? null
      : day(at + 5, year, Number(b.raw), Number(c.raw));
  }
  const end = yearNumber(c);
  const [x, y] = [Number(a.raw), Number(b?.raw)];
  if (end === null || !(x > 12 || y > 12 || x === y)) return null;
  return x > 12 ? day(at + 5, end, y, x) : day(at + 5, end, x, y);
}

function yearTime({ tokens, low, high, day }: Scene, at: number): Bare | null {
  const token = tokens[at];
  const decade = /^((?:19|20)\d0)s$/.exec(token?.key ?? '')?.[1];
  if (decade) return { first: at, last: at + 1, start: decade, end: null, precision: 'year', form: 'year' };
  const year = yearNumber(token);
  if (year === null) return null;
  const before = at > low ? tokens[at - 1] : undefined;
  const hyphen = before?.raw === '-' || before?.raw === '–';
  const word = hyphen ? tokens[at - 2] : before;
  const after = at + 1 < high ? (tokens[at + 1]?.key ?? '') : '';
  if (NUMBERED.has(before?.key ?? '') || COUNTED.test(after) || before?.raw === '$' || tokens[at + 1]?.raw === '%')
    return null;
  // "Sea Breeze 2021", "Zapad-2021": the edition of what is named.
  const named = word?.kind === 'word' && word.capital && !LEADS.has(word.key) && at - 1 > low;
  if (named && (year < 1990 || (day !== null && year > day.getUTCFullYear() + 3))) return null;
  const bare = {
    first: at,
    start: String(year),
    precision: 'year' as const,
    form: named ? ('edition' as const) : ('year' as const),
  };
  const short = /^\d\d$/.exec(tokens[at + 2]?.raw ?? '')?.[0];
  const dash = tokens[at + 1]?.raw === '-' || tokens[at + 1]?.raw === '–' || tokens[at + 1]?.raw === '/';
  if (dash && short && tokens[at + 2]?.start === tokens[at + 1]?.end && Number(short) > year % 100) {
    return { ...bare, last: at + 3, end: `${String(year).slice(0, 2)}${short}` };
  }
  return { ...bare, last: at + 1, end: String(year) };
}

function weekdayTime({ tokens, low, high, day }: Scene, at: number): Bare | null {
  const token = tokens[at];
  const weekday = token?.capital && day ? WEEKDAYS.indexOf(token.key) : -1;
  if (weekday < 0 || !day) return null;
  // "Tuesday, March 28", "Tuesday (28 March)": the date says it better.
  for (let next = at + 1; next < Math.min(high, at + 5); next++) {
    const { key, kind } = tokens[next] ?? { key: '', kind: 'word' };
    if (MONTHS.has(key) && tokens[next]?.capital) return null;
    if (kind === 'word' && !/^(?:the|of)$/.test(key)) break;
  }
  const lead = at > low ? (tokens[at - 1]?.key ?? '') : '';
  const back = (day.getUTCDay() - weekday + 7) % 7;
  const ahead = directionOf(tokens, low, at, at + 1, high) === true;
  const forward = lead === 'next' || lead === 'coming' || (ahead && back !== 0 && lead !== 'last');
  const offset = forward ? (7 - back) % 7 || 7 : lead === 'last' && back === 0 ? -7 : -back;
  return onDay(day, offset, at, at + 1, 'weekday');
}
