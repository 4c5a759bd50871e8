import { MONTH_STEMS, ZONE_OFFSETS } from './date-words.js';

/** A date as read from a feed. `iso` is UTC; `flag` tells why an operator may want to look at it. */
export interface FeedDate {
  iso: string | null;
  flag: 'unreadable' | 'future' | 'before-1990' | null;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  /** 1 to 366; stands for month and day in ordinal dates. */
  dayOfYear?: number;
}

interface Clock {
  /** Milliseconds since midnight. */
  ms: number;
  /** Minutes east of UTC; 0 where the date names no zone. */
  offset: number;
}

const DAY = 86_400_000;
const HALF_OR_WEEKDAY =
  /오전|오후|午前|午後|上午|下午|^[AP]M|\(?[월화수목금토일]요일\)?|\([월화수목금토일月火水木金土日]\)|[月火水木金土日]曜日/gi;
/** The last instant whose year has four digits. */
const END_OF_TIME = Date.UTC(10_000, 0, 1) - 1;
const MIDNIGHT: Clock = { ms: 0, offset: 0 };
/** No form of a date is longer; anything longer is an article in the wrong element. */
const LONGEST_DATE = 120;
/** Servers' clocks differ and schedules publish early: a day ahead is no mistake. */
const FUTURE_SLACK_MS = DAY;

/** Reads one date of a feed, in whatever form; `now` (epoch ms) only decides about the flag `future`. Never throws. */
export function readDate(written: string, now: number): FeedDate {
  const text = normalise(written);
  const ms = text === '' || text.length > LONGEST_DATE ? null : instantOf(text);
  if (ms === null) return { iso: null, flag: 'unreadable' };
  const iso = new Date(ms).toISOString();
  if (ms > now + FUTURE_SLACK_MS) return { iso, flag: 'future' };
  return { iso, flag: ms < Date.UTC(1990, 0, 1) ? 'before-1990' : null };
}

/** Full-width digits, odd spaces and typographic signs become their plain forms. */
function normalise(written: string): string {
  const text = written.slice(0, LONGEST_DATE * 2);
  const plain = /[^ -~]/.test(text) ? text.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-') : text;
  return plain.replace(/\s+/g, ' ').trim();
}

function instantOf(text: string): number | null {
  return fromIso(text) ?? fromEpoch(text) ?? fromEastAsian(text) ?? fromNumbers(text) ?? fromMonthName(text);
}

/** ISO 8601 in all its cuts, W3CDTF, and what databases make of it ("2004-07-08 23:56:58.01"). */
function fromIso(text: string): number | null {
  const spaced = text.replace(/^(\d{8})(\d{6})$/, '$1T$2');
  const [, datePart = '', rest = ''] = /^([+-]?[\dWw-]{2,11}?)(?:[Tt ,]{1,2}(\d.*))?$/.exec(spaced) ?? [];
  const date = isoDate(datePart.toUpperCase());
  if (date === null) return null;
  if (rest === '') return instant(date, MIDNIGHT);
  const clock = clockOf(rest);
  return clock === null ? null : instant(date, clock);
}

function isoDate(text: string): Parts | null {
  const full = /^(\d{4})(?:-?(\d{2})-?(\d{2})|-(\d{1,2})-(\d{1,2})|-(\d{2})|(\d{2}))?$/.exec(text);
  // Six digits are year and month, unless that month cannot be: then they are a day without its century.
  if (full && !(full[7] !== undefined && Number(full[7]) > 12)) {
    const [, year, m1, d1, m2, d2, m3, m4] = full;
    return { year: Number(year), month: Number(m1 ?? m2 ?? m3 ?? m4 ?? 1), day: Number(d1 ?? d2 ?? 1) };
  }
  const ordinal = /^(\d{4}|\d{2})-?(\d{3})$/.exec(text);
  if (ordinal) return { year: century(ordinal[1] ?? ''), month: 1, day: 1, dayOfYear: Number(ordinal[2]) };
  const week = /^(\d{4})-?W(\d{2})(?:-?(\d))?$/.exec(text);
  if (week) return weekDate(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
  // ISO 8601:1988 allowed the century to be left out, with a hyphen in place of what is missing.
  const short = /^(\d{2})(?:-?(\d{2})-?(\d{2}))$/.exec(text) ?? /^-(\d{2})(?:-?(\d{2}))?$/.exec(text);
  if (short) return { year: century(short[1] ?? ''), month: Number(short[2] ?? 1), day: Number(short[3] ?? 1) };
  return null;
}

function weekDate(year: number, week: number, weekday: number): Parts | null {
  if (week < 1 || week > 53 || weekday < 1 || weekday > 7) return null;
  // Week 1 is the one with 4 January; weeks begin on Monday.
  const fourth = new Date(Date.UTC(year, 0, 4)).getUTCDay() || 7;
  const date = new Date(Date.UTC(year, 0, 4 - fourth + 1 + (week - 1) * 7 + weekday - 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Seconds or milliseconds since 1970, as some generators write them. */
function fromEpoch(text: string): number | null {
  if (!/^1\d{9}(?:\d{3})?$/.test(text)) return null;
  return text.length === 10 ? Number(text) * 1000 : Number(text);
}

/** "2004년 05월 28일 01:31:15", "2004-05-25 오후 11:23:17", "2004. 5. 25. 오후 11:23", "2004年5月25日 19時48分". */
function fromEastAsian(text: string): number | null {
  const match = /^(\d{4})(?:[년年]|\.|-)\s?(\d{1,2})(?:[월月]|\.|-)\s?(\d{1,2})(?:[일日]|\.)?,?\s?(.*)$/.exec(text);
  if (!match) return null;
  const [, year, month, day, rest = ''] = match;
  const half = /오후|午後|下午|^PM/i.test(rest) ? ' PM' : /오전|午前|上午|^AM/i.test(rest) ? ' AM' : '';
  const time = rest.replace(HALF_OR_WEEKDAY, '').trim();
  const digits = time.replace(/[시時点] ?|[분分] ?/g, ':').replace(/[초秒]|:$/g, '');
  const clock = digits === '' ? MIDNIGHT : clockOf(digits + half);
  return clock && instant({ year: Number(year), month: Number(month), day: Number(day) }, clock);
}

/** All in numbers: year first, or day and month where only one order is possible. */
function fromNumbers(text: string): number | null {
  const bare = text.replace(/^\p{L}{2,12}\.?,? /u, '');
  const yearFirst = /^(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})[日.]?(?:[ T,]{1,3}(.+))?$/.exec(bare);
  if (yearFirst) return assemble(yearFirst[1], yearFirst[2], yearFirst[3], yearFirst[4]);
  const match = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\.?(?:[ T,-]{1,3}(.+))?$/.exec(bare);
  if (!match) return null;
  const [, first = '', separator, second = '', year = '', rest] = match;
  if (separator === '.' || Number(first) > 12 || first === second) return assemble(year, second, first, rest);
  // 03/04/2024 is March in one country and April in the next: no guess is dressed as a date.
  return Number(second) > 12 ? assemble(year, first, second, rest) : null;
}

function assemble(year = '', month = '', day = '', rest: string | undefined = undefined): number | null {
  const clock = rest === undefined ? MIDNIGHT : clockOf(rest);
  return clock && instant({ year: century(year), month: Number(month), day: Number(day) }, clock);
}

/** RFC 822, 850, 1123, asctime and their kin in many languages: whatever names its month in letters. */
function fromMonthName(text: string): number | null {
  const time = /(?:^|[ T,])(\d{1,2}(?:[:.h]\d{1,2}){1,2}(?:[.,]\d+)?(?: ?[ap]\.?m\.?(?![a-z]))?)/i.exec(text);
  const clockAt = time ? time.index + time[0].length - (time[1] ?? '').length : text.length;
  const after = time ? text.slice(clockAt + (time[1] ?? '').length) : '';
  // asctime puts the year behind the time, and some put a zone between them.
  const [, trailingYear] = /(?:^| )(\d{4})(?: [A-Z+-].{0,9})?$/.exec(after) ?? [];
  const zoneText = trailingYear === undefined ? after : after.replace(trailingYear, ' ');
  const found = dayMonthYear(`${text.slice(0, clockAt)} ${trailingYear ?? ''}`);
  if (found === null) return null;
  const clock = time ? clockOf(`${time[1]} ${zoneText}`) : MIDNIGHT;
  return clock && instant(found, clock);
}

function dayMonthYear(text: string): Parts | null {
  let month: number | null = null;
  const numbers: string[] = [];
  for (const [token] of text.matchAll(/\p{L}[\p{L}\p{M}'’]*|\d+/gu)) {
    if (/^\d/.test(token)) numbers.push(token);
    // The last one counts: "mardi" and "mar" are also Tuesdays, and weekdays stand in front.
    else month = monthOf(token) ?? month;
  }
  const [first, second] = numbers;
  if (month === null || first === undefined || numbers.length > 2) return null;
  if (second === undefined) return first.length === 4 ? { year: Number(first), month, day: 1 } : null;
  return first.length > 2
    ? { year: century(first), month, day: Number(second) }
    : { year: century(second), month, day: Number(first) };
}

/** The month that a word names in any language of the table, cut short or inflected; null when none. */
function monthOf(word: string): number | null {
  const lower = word.toLowerCase();
  const isPlain = /^[a-z]*$/.test(lower);
  const plain = isPlain
    ? lower
    : lower.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i').replaceAll('ς', 'σ');
  if (plain.length < 3) return null;
  const index = MONTH_STEMS.findIndex((stems) => stems.some((stem) => plain.startsWith(stem)));
  return index === -1 ? null : index + 1;
}

/** A time of day and its zone: "19:48:21 GMT", "9:15-05:00", "7:05 p.m. EST"; null when it cannot be one. */
function clockOf(text: string): Clock | null {
  const match =
    /^(\d{1,2})(?:[:.h](\d{1,2}))?(?:[:.](\d{1,2})(?:[.,:](\d+))?)? ?([ap])\.?m\.?(?![a-z])(.*)$/i.exec(text) ??
    /^(\d{1,2})(?:[:.h](\d{1,2}))?(?:[:.](\d{1,2})(?:[.,:](\d+))?)?()((?:[^\d].*)?)$/i.exec(text) ??
    /^(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?()((?:[^\d].*)?)$/.exec(text);
  if (!match) return null;
  const [, hours = '', minutes = '0', seconds = '0', fraction = '', half = '', zone = ''] = match;
  let hour = Number(hours);
  if (half !== '') {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  const isEndOfDay = hour === 24 && Number(minutes) === 0 && Number(seconds) === 0;
  // A second numbered 60 is a leap second.
  if ((hour > 23 && !isEndOfDay) || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const ms =
    (hour * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Math.floor(Number(`0.${fraction || 0}`) * 1000);
  return { ms, offset: offsetOf(zone) };
}

/** Minutes east of UTC; a zone that nobody knows counts as none. */
function offsetOf(written: string): number {
  const zone = written
    .replace(/\([^)]*\)/g, ' ')
    .trim()
    .toUpperCase()
    .replace(/^МСК/, 'MSK');
  const numeric = /^(?:UTC|GMT|UT|Z|[A-Z]{3,4}(?= ?[+-]\d{2}:?\d{2}))? ?([+-]) ?(\d{1,2})(?::?(\d{2}))?(?!\d)/.exec(
    zone,
  );
  if (numeric) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0);
    return minutes > 14 * 60 ? 0 : numeric[1] === '-' ? -minutes : minutes;
  }
  const name = /^(?:ETC\/)?([A-Z]{1,5})(?![A-Z])/.exec(zone)?.[1];
  return name === undefined ? 0 : (ZONE_OFFSETS.get(name) ?? 0);
}

/** RFC 2822, 4.3: two digits below 50 are of this century, three digits count from 1900. */
function century(year: string): number {
  const value = Number(year);
  if (year.length > 3) return value;
  return value < 50 ? 2000 + value : 1900 + value;
}

function instant(date: Parts, clock: Clock): number | null {
  const { year, month, day, dayOfYear } = date;
  if (year < 1 || year > 9999) return null;
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  if (dayOfYear !== undefined) {
    start.setUTCFullYear(year, 0, dayOfYear);
    if (dayOfYear < 1 || start.getUTCFullYear() !== year) return null;
  } else if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day) return null;
  return Math.min(start.getTime() + clock.ms - clock.offset * 60_000, END_OF_TIME);
}
