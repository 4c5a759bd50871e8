import { monthOf, persianMonthOf, plain } from './months.js';

export type Precision = 'second' | 'minute' | 'day' | 'month' | 'year';

/** A date as ISO 8601 cut to its precision, with the zone where one was given. */
export interface ReadDate {
  iso: string;
  precision: Precision;
}

interface Parts {
  year: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  zone?: string;
}

const ZONES: Record<string, string> = {
  utc: 'Z',
  gmt: 'Z',
  z: 'Z',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
  et: '',
  bst: '+01:00',
  cet: '+01:00',
  cest: '+02:00',
  eet: '+02:00',
  eest: '+03:00',
  msk: '+03:00',
  trt: '+03:00',
  ist: '+05:30',
  jst: '+09:00',
  kst: '+09:00',
};
const ISO =
  /(?<!\d)((?:19|20)\d\d)-(\d\d?)(?:-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d\d:?(?:\d\d)?)?)?)?(?!\d)/i;
const COMPACT = /(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?(?!\d)/i;
const YEAR_FIRST = /(?<!\d)((?:19|20)\d\d) ?[./年년] ?(\d{1,2}) ?[./月월] ?(\d{1,2}) ?[日일.]?/;
const SOLAR_HIJRI = /(?<!\d)(1[34]\d\d)\/(\d{1,2})\/(\d{1,2})(?!\d)/;
const NUMERIC = /(?<![\d.])(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?((?:19|20)\d\d|25\d\d|\d\d)(?![\d])/;
const DAY_MONTH_YEAR =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[ºª°]|-?го|-ші|\.)?,?[ -]{0,3}(?:de |of |d'|ngày |den |tháng )?[ ]?([\p{L}\p{M}.’'׳॰-]{2,20}?)[.,،]?[ -]{1,3}(?:de |del |of |năm |м\. |พ\.ศ\. )?((?:19|20|25)\d\d|1[34]\d\d)(?!\d)/gu;
const MONTH_DAY_YEAR =
  /(?<![\p{L}])([\p{L}\p{M}.’'-]{3,20}?)[. ]{1,3}(\d{1,2})(?:st|nd|rd|th)?[,. ]{1,3}((?:19|20)\d\d)(?!\d)/gu;
const YEAR_MONTH_DAY =
  /(?<!\d)((?:19|20)\d\d|1[34]\d\d)[. ,]{1,3}(?:\p{L}{1,4}\.? )?([\p{L}\p{M}]{2,20})[. ,]{1,3}(?:menesio )?(\d{1,2})(?!\d)/gu;
const LATVIAN = /(?<!\d)((?:19|20)\d\d)\. gada (\d{1,2})\. ([\p{L}\p{M}]{3,20})/gu;
const VIETNAMESE = /(\d{1,2}) (?:tháng|thg) (\d{1,2}),? (?:năm )?((?:19|20)\d\d)/;
const MONTH_YEAR = /(?<![\p{L}])([\p{L}\p{M}.’'-]{3,20}?)[., ]{1,3}(?:de )?((?:19|20)\d\d)(?!\d)/gu;
const TIME =
  /(?<![\d:.,])([01]?\d|2[0-3])(?::|[h.](?=\d\d\b))([0-5]\d)(?::([0-5]\d))?(?![\d:])\s{0,2}([ap])?\.?(?:m\b\.?)?/i;
const ZONE =
  /\b(utc|gmt|e[sd]t|c[sd]t|m[sd]t|p[sd]t|bst|cet|cest|eet|eest|msk|trt|ist|jst|kst)\b ?([+-]\d{1,2}(?::?\d\d)?)?|(?<=:\d\d\s?)([+-]\d\d:?\d\d)\b/i;
const MAX_CHARS = 300;

/** Reads the first date in a short text: ISO 8601, RFC 2822, or a date as written in some thirty languages. Language (BCP 47 primary) settles 03/04. */
export function readDate(source: string, language: string | null): ReadDate | null {
  const text = source.slice(0, MAX_CHARS).trim();
  if (!/\p{Nd}{4}|\d[./-] ?\d{1,2}[./-] ?\d\d/u.test(text)) return null;
  const iso = ISO.exec(text);
  if (iso?.[3]) return fromMatch(iso);
  const spoken = plain(text);
  const parts =
    compact(text) ??
    numbers(spoken, language) ??
    words(spoken, language) ??
    (iso ? monthOnly(iso) : null) ??
    monthAndYear(spoken, language);
  if (!parts) return fromEpoch(text);
  if (parts.day === undefined) return render(parts);
  return render({ ...parts, ...timeIn(spoken) });
}

/** Reads the date that many sites put into an article's address. */
export function dateInUrl(url: string): ReadDate | null {
  const path = url
    .replace(/^[a-z]+:\/\/[^/]+/i, '')
    .replace(/[?#].*$/, '')
    .slice(0, 500);
  const archived = path.replace(/^\/web\/\d{8,14}[a-z_]*\/https?:\/*[^/]+/, '');
  const full = /[/_-]((?:19|20)\d\d)[/_-](\d{1,2})[/_-](\d{1,2})(?=[/_.-]|$)/.exec(archived);
  if (full) return render({ year: Number(full[1]), month: Number(full[2]), day: Number(full[3]) });
  const named = /\/((?:19|20)\d\d)\/([a-z]{3,9})\/(\d{1,2})\//i.exec(archived);
  const month = named ? monthOf(plain(named[2] ?? ''), null) : null;
  if (named && month) return render({ year: Number(named[1]), month, day: Number(named[3]) });
  const run = /(?:^|[/_-])(20\d\d)(\d\d)(\d\d)(?=[/_.-]|$)/.exec(archived);
  return run ? render({ year: Number(run[1]), month: Number(run[2]), day: Number(run[3]) }) : null;
}

/** Whether two dates say the same day, as far as both say it. */
export function agree(a: ReadDate | null, b: ReadDate | null): boolean {
  return a !== null && b !== null && a.iso.slice(0, 10) === b.iso.slice(0, 10);
}

function fromMatch(match: RegExpExecArray): ReadDate | null {
  const parts: Parts = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  if (match[4] !== undefined && match[5] !== undefined) {
    parts.hour = Number(match[4]);
    parts.minute = Number(match[5]);
    if (match[6] !== undefined) parts.second = Number(match[6]);
    if (match[7] !== undefined) parts.zone = zoneOf(match[7]);
  }
  return render(parts);
}

function zoneOf(written: string): string {
  if (/^z$/i.test(written)) return 'Z';
  const match = /^([+-])(\d{1,2}):?(\d\d)?$/.exec(written);
  return match ? `${match[1]}${(match[2] ?? '').padStart(2, '0')}:${match[3] ?? '00'}` : '';
}

function compact(text: string): Parts | null {
  const match = COMPACT.exec(text);
  if (!match || !inRange(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  const parts: Parts = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  if (match[4] === undefined) return parts;
  const time: Partial<Parts> = { hour: Number(match[4]), minute: Number(match[5]) };
  if (match[6] !== undefined) time.second = Number(match[6]);
  if (match[7] !== undefined) time.zone = zoneOf(match[7]);
  return { ...parts, ...time };
}

const monthOnly = (iso: RegExpExecArray): Parts => ({ year: Number(iso[1]), month: Number(iso[2]) });

function numbers(text: string, language: string | null): Parts | null {
  const east = YEAR_FIRST.exec(text);
  if (east) return { year: Number(east[1]), month: Number(east[2]), day: Number(east[3]) };
  const hijri = language === 'fa' ? SOLAR_HIJRI.exec(text) : null;
  if (hijri) return fromSolarHijri(Number(hijri[1]), Number(hijri[2]), Number(hijri[3]));
  const vietnamese = VIETNAMESE.exec(plainVietnamese(text));
  if (vietnamese) return { year: Number(vietnamese[3]), month: Number(vietnamese[2]), day: Number(vietnamese[1]) };
  const match = NUMERIC.exec(text);
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[3])];
  const year = fullYear(Number(match[4]));
  // Where the language is not known, neither is the order.
  const unknown = language === null || language === 'und';
  if (unknown && match[2] !== '.' && first <= 12 && second <= 12 && first !== second) return null;
  // Only English as written in America, and only with slashes or dashes, puts the month first.
  const monthFirst = second > 12 || (match[2] !== '.' && first <= 12 && (language === 'en' || language === 'en-us'));
  return monthFirst ? { year, month: first, day: second } : { year, month: second, day: first };
}

const plainVietnamese = (text: string): string => text.replace(/\bthang\b/g, 'tháng').replace(/\bnam\b/g, 'năm');

function fullYear(year: number): number {
  if (year >= 2500) return year - 543;
  return year < 100 ? year + (year < 50 ? 2000 : 1900) : year;
}

function words(text: string, language: string | null): Parts | null {
  for (const [pattern, day, name, year] of [
    [DAY_MONTH_YEAR, 1, 2, 3],
    [MONTH_DAY_YEAR, 2, 1, 3],
    [YEAR_MONTH_DAY, 3, 2, 1],
    [LATVIAN, 2, 3, 1],
  ] as const) {
    for (const match of text.matchAll(pattern)) {
      const word = match[name] ?? '';
      const month = monthOf(word, language);
      if (month) return { year: fullYear(Number(match[year])), month, day: Number(match[day]) };
      const persian = persianMonthOf(word);
      if (persian) return fromSolarHijri(Number(match[year]), persian, Number(match[day]));
    }
  }
  return null;
}

function monthAndYear(text: string, language: string | null): Parts | null {
  for (const match of text.matchAll(MONTH_YEAR)) {
    const month = monthOf(match[1] ?? '', language);
    if (month) return { year: Number(match[2]), month };
  }
  return null;
}

/** Solar Hijri to Gregorian by the 33-year rule; years outside 1206 to 1498 are refused. */
function fromSolarHijri(year: number, month: number, day: number): Parts | null {
  if (year < 1206 || year > 1498) return null;
  const cycle = year - 979;
  const days = 365 * cycle + Math.floor(cycle / 33) * 8 + Math.floor(((cycle % 33) + 3) / 4);
  const inYear = (month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30) + day - 1;
  // 1 Farvardin 979 is 20 March 1600.
  const date = new Date(Date.UTC(1600, 2, 20) + (days + inYear) * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function timeIn(text: string): Partial<Parts> {
  const match = TIME.exec(text.replace(NUMERIC, ' '));
  if (!match) return {};
  let hour = Number(match[1]);
  if (match[4]) hour = (hour % 12) + (match[4].toLowerCase() === 'p' ? 12 : 0);
  const parts: Partial<Parts> = { hour, minute: Number(match[2]) };
  if (match[3] !== undefined) parts.second = Number(match[3]);
  const zone = ZONE.exec(text);
  if (zone) {
    const offset = zone[2] ?? zone[3];
    const named = offset ? zoneOf(offset) : (ZONES[(zone[1] ?? '').toLowerCase()] ?? '');
    if (named) parts.zone = named;
  }
  return parts;
}

/** Seconds or milliseconds since 1970, as some metas give them. */
function fromEpoch(text: string): ReadDate | null {
  if (!/^\d{10}(?:\d{3})?$/.test(text)) return null;
  const date = new Date(Number(text) * (text.length === 10 ? 1000 : 1));
  return { iso: date.toISOString().replace(/\.\d+Z$/, 'Z'), precision: 'second' };
}

function inRange(year: number, month: number, day: number): boolean {
  if (year < 1985 || year > 2100 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function render(parts: Parts): ReadDate | null {
  const { year, month, day, hour, minute, second } = parts;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (!inRange(year, month ?? 1, day ?? 1)) return null;
  if (month === undefined) return { iso: String(year), precision: 'year' };
  if (day === undefined) return { iso: `${year}-${two(month)}`, precision: 'month' };
  const date = `${year}-${two(month)}-${two(day)}`;
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return { iso: date, precision: 'day' };
  const zone = parts.zone ?? '';
  if (second === undefined || second > 59)
    return { iso: `${date}T${two(hour)}:${two(minute)}${zone}`, precision: 'minute' };
  return { iso: `${date}T${two(hour)}:${two(minute)}:${two(second)}${zone}`, precision: 'second' };
}
