import type { EventDate } from '../../shared/model/record.js';
import type { Token } from '../../shared/text/tokens.js';

/** A temporal expression in tokens [first, last), resolved against the day of publication. ISO, cut to the precision. */
export interface Time {
  first: number;
  last: number;
  start: string;
  end: string | null;
  precision: 'day' | 'month' | 'year';
  /** Stands after "since": the act goes on. */
  since: boolean;
}

const MONTHS = new Map<string, number>();
for (const [index, forms] of [
  'january jan',
  'february feb',
  'march mar',
  'april apr',
  'may',
  'june jun',
  'july jul',
].entries()) {
  for (const form of forms.split(' ')) MONTHS.set(form, index + 1);
}
for (const [index, forms] of [
  'august aug',
  'september sept sep',
  'october oct',
  'november nov',
  'december dec',
].entries()) {
  for (const form of forms.split(' ')) MONTHS.set(form, index + 8);
}
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const SEASONS = new Set(['spring', 'summer', 'autumn', 'fall', 'winter']);
const YEAR_LEADS = new Set(
  'in since by from until till of during to early late mid for between and through after before spring summer autumn fall winter ( back year and'.split(
    ' ',
  ),
);
const COUNTS = new Map(
  'a an one two three four five six seven eight nine ten'.split(' ').map((w, i) => [w, Math.max(1, i - 1)]),
);
const DAY_MS = 86_400_000;

const pad = (n: number): string => String(n).padStart(2, '0');
const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

/**
 * Finds the temporal expressions in tokens [first, last). `published`: ISO day or null, in which case only expressions
 * that name their year are found. `future`: the clause speaks of what is to come.
 */
export function findTimes(
  tokens: readonly Token[],
  first: number,
  last: number,
  published: string | null,
  future: boolean,
): Time[] {
  const day =
    published && /^\d{4}-\d{2}-\d{2}/.test(published) ? new Date(`${published.slice(0, 10)}T00:00:00Z`) : null;
  const times: Time[] = [];
  for (let at = first; at < last; at++) {
    const time =
      monthTime(tokens, at, first, last, day, future) ??
      yearTime(tokens, at, first, last) ??
      (day ? (weekdayTime(tokens, at, first, day, future) ?? relativeTime(tokens, at, last, day)) : null);
    if (!time) continue;
    const since = /^since$/.test(tokens[time.first - 1]?.key ?? '') || tokens[time.first - 2]?.key === 'since';
    times.push({ ...time, since });
    at = Math.max(at, time.last - 1);
  }
  return times;
}

type Bare = Omit<Time, 'since'>;

const numberAt = (tokens: readonly Token[], at: number): number | null => {
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(tokens[at]?.key ?? '');
  const value = match ? Number(match[1]) : 0;
  return value >= 1 && value <= 31 ? value : null;
};
const yearAt = (tokens: readonly Token[], at: number): number | null => {
  const token = tokens[at];
  if (!token || !/^(?:19|20)\d\d$/.test(token.key)) return null;
  return Number(token.key);
};

function monthTime(
  tokens: readonly Token[],
  at: number,
  low: number,
  last: number,
  day: Date | null,
  future: boolean,
): Bare | null {
  const token = tokens[at];
  const month = token?.capital ? MONTHS.get(token.key) : undefined;
  if (month === undefined) return null;
  let end = at + 1;
  if (tokens[end]?.raw === '.') end += 1;
  let from: number | null = null;
  let to: number | null = null;
  let begin = at;
  const before = tokens[at - 1]?.key === 'of' ? at - 2 : at - 1;
  if (before >= low && numberAt(tokens, before) !== null) {
    from = numberAt(tokens, before);
    begin = before;
    if (
      /^(?:-|–|to|and|until)$/.test(tokens[before - 1]?.raw ?? '') &&
      before - 2 >= low &&
      numberAt(tokens, before - 2) !== null
    ) {
      to = from;
      from = numberAt(tokens, before - 2);
      begin = before - 2;
    }
  } else if (numberAt(tokens, end) !== null && end < last && yearAt(tokens, end) === null) {
    from = numberAt(tokens, end);
    end += 1;
    if (/^(?:-|–|to|and|through|until)$/.test(tokens[end]?.raw ?? '') && numberAt(tokens, end + 1) !== null) {
      const next = numberAt(tokens, end + 1);
      if (next !== null && next > (from ?? 0) && !MONTHS.has(tokens[end + 2]?.key ?? '')) {
        to = next;
        end += 2;
      }
    }
  } else if (
    token?.key === 'may' &&
    !/^(?:in|since|last|this|next|of|until|by|from|early|late|mid)$/.test(tokens[at - 1]?.key ?? '') &&
    yearAt(tokens, at + 1) === null
  ) {
    return null;
  } else if (token?.key === 'march' && at === low && yearAt(tokens, at + 1) === null) return null;
  let year: number | null = null;
  const comma = tokens[end]?.raw === ',' ? end + 1 : end;
  year = yearAt(tokens, comma === end && /^(?:of|in)$/.test(tokens[end]?.key ?? '') ? end + 1 : comma);
  if (year !== null) end = comma === end && /^(?:of|in)$/.test(tokens[end]?.key ?? '') ? end + 2 : comma + 1;
  else if (tokens[end]?.key === 'last' && tokens[end + 1]?.key === 'year' && day) {
    year = day.getUTCFullYear() - 1;
    end += 2;
  } else if (tokens[end]?.key === 'this' && tokens[end + 1]?.key === 'year' && day) {
    year = day.getUTCFullYear();
    end += 2;
  } else if (day) year = impliedYear(day, month, from, tokens[begin - 1]?.key ?? '', future);
  if (year === null) return null;
  if (from === null) {
    const start = `${year}-${pad(month)}`;
    return { first: begin, last: end, start, end: start, precision: 'month' };
  }
  const start = `${year}-${pad(month)}-${pad(from)}`;
  return {
    first: begin,
    last: end,
    start,
    end: to === null ? start : `${year}-${pad(month)}-${pad(to)}`,
    precision: 'day',
  };
}

/** The year of a month that stands without one: the nearest on the side of time that the clause speaks of. */
function impliedYear(day: Date, month: number, date: number | null, lead: string, future: boolean): number {
  const year = day.getUTCFullYear();
  const then = Date.UTC(year, month - 1, date ?? 1);
  if (lead === 'last') return then < day.getTime() - 20 * DAY_MS ? year : year - 1;
  if (lead === 'next') return then > day.getTime() ? year : year + 1;
  const ahead = then - day.getTime();
  if (future || lead === 'until' || lead === 'by') return ahead < -45 * DAY_MS ? year + 1 : year;
  return ahead > 3 * DAY_MS
    ? ahead > 200 * DAY_MS || lead === 'since'
      ? year - 1
      : ahead < 100 * DAY_MS
        ? year
        : year - 1
    : year;
}

function yearTime(tokens: readonly Token[], at: number, low: number, last: number): Bare | null {
  const token = tokens[at];
  const decade = /^((?:19|20)\d0)s$/.exec(token?.key ?? '');
  if (decade?.[1]) return { first: at, last: at + 1, start: decade[1], end: null, precision: 'year' };
  const year = yearAt(tokens, at);
  if (year === null) return null;
  const lead = at > low ? (tokens[at - 1]?.key ?? '') : '';
  const lead2 = at - 1 > low ? (tokens[at - 2]?.key ?? '') : '';
  const after = at + 1 < last ? (tokens[at + 1]?.key ?? '') : '';
  const named =
    YEAR_LEADS.has(lead) ||
    ((lead === '-' || lead === '–') && (yearAt(tokens, at - 2) !== null || /^(?:early|mid|late)$/.test(lead2)));
  if (!named || /^(?:troops|soldiers|men|km|kilometres|personnel|servicemen|people|miles)$/.test(after)) return null;
  return { first: at, last: at + 1, start: String(year), end: String(year), precision: 'year' };
}

function weekdayTime(tokens: readonly Token[], at: number, low: number, day: Date, future: boolean): Bare | null {
  const token = tokens[at];
  const weekday = token?.capital ? WEEKDAYS.indexOf(token.key.replace(/s$/, '')) : -1;
  if (weekday < 0 || token?.key.endsWith('s')) return null;
  if (MONTHS.has(tokens[at + 2]?.key ?? '') && tokens[at + 1]?.raw === ',') return null;
  const lead = at > low ? (tokens[at - 1]?.key ?? '') : '';
  const back = (day.getUTCDay() - weekday + 7) % 7;
  const forward = lead === 'next' || lead === 'coming' || (future && back !== 0 && lead !== 'last');
  const offset = forward ? (7 - back) % 7 || 7 : lead === 'last' && back === 0 ? -7 : -back;
  const start = isoDay(new Date(day.getTime() + offset * DAY_MS));
  return { first: at, last: at + 1, start, end: start, precision: 'day' };
}

function relativeTime(tokens: readonly Token[], at: number, last: number, day: Date): Bare | null {
  const key = tokens[at]?.key ?? '';
  const shifted = (days: number, length: number): Bare => {
    const start = isoDay(new Date(day.getTime() + days * DAY_MS));
    return { first: at, last: at + length, start, end: start, precision: 'day' };
  };
  if (key === 'today' || key === 'tonight') return shifted(0, 1);
  if (key === 'yesterday') return shifted(-1, 1);
  if (key === 'tomorrow') return shifted(1, 1);
  const next = at + 1 < last ? (tokens[at + 1]?.key ?? '') : '';
  const year = day.getUTCFullYear();
  if (key === 'last' || key === 'this' || key === 'next' || key === 'previous' || key === 'coming') {
    const step = key === 'this' ? 0 : key === 'next' || key === 'coming' ? 1 : -1;
    if (next === 'year' || SEASONS.has(next)) {
      return { first: at, last: at + 2, start: String(year + step), end: String(year + step), precision: 'year' };
    }
    if (next === 'month') return monthOf(new Date(Date.UTC(year, day.getUTCMonth() + step, 1)), at, at + 2);
    if (next === 'week') return monthOf(new Date(day.getTime() + step * 7 * DAY_MS), at, at + 2);
    if (next === 'night' && key === 'last') return shifted(-1, 2);
    return null;
  }
  const count = COUNTS.get(key) ?? (/^\d{1,2}$/.test(key) ? Number(key) : 0);
  if (count > 0 && tokens[at + 2]?.key === 'ago') {
    if (/^years?$/.test(next)) {
      return { first: at, last: at + 3, start: String(year - count), end: String(year - count), precision: 'year' };
    }
    if (/^months?$/.test(next)) return monthOf(new Date(Date.UTC(year, day.getUTCMonth() - count, 1)), at, at + 3);
    if (/^weeks?$/.test(next)) return monthOf(new Date(day.getTime() - count * 7 * DAY_MS), at, at + 3);
    if (/^days?$/.test(next)) return shifted(-count, 3);
  }
  return null;
}

function monthOf(date: Date, first: number, last: number): Bare {
  const start = isoDay(date).slice(0, 7);
  return { first, last, start, end: start, precision: 'month' };
}

/** The date of a record that states none: unknown, or for the news itself the day of publication. */
export function unstatedDate(published: string | null, isNews: boolean): EventDate {
  const start = published && /^\d{4}-\d{2}-\d{2}/.test(published) ? published.slice(0, 10) : null;
  if (isNews && start !== null) return { start, end: start, precision: 'day', basis: 'publication' };
  return { start: null, end: null, precision: 'unknown', basis: isNews ? 'publication' : 'explicit' };
}
