import type { Token } from '../../shared/text/tokens.js';

/** A temporal expression in tokens [first, last), resolved against the day of publication. ISO, cut to the precision. */
export interface Time {
  first: number;
  last: number;
  start: string;
  end: string | null;
  precision: 'day' | 'month' | 'year';
  form: 'date' | 'year' | 'edition' | 'weekday' | 'relative' | 'anaphor';
  /** The word that leads it in: "in", "since", "until"; empty where none does. */
  lead: string;
  /** Stands after "since": the act goes on. */
  since: boolean;
}

/** A temporal expression without what leads it. */
export type Bare = Pick<Time, 'first' | 'last' | 'start' | 'end' | 'precision' | 'form'> & {
  /** The text leaves the year out. */
  implied?: boolean;
};

/** What resolving goes by: the tokens of one sentence from `low` to `high`, and the day of publication if it is known. */
export interface Scene {
  tokens: readonly Token[];
  low: number;
  high: number;
  day: Date | null;
}

/** Names of months, long and short, to their numbers. */
export const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'january jan',
    'february feb',
    'march mar',
    'april apr',
    'may',
    'june jun',
    'july jul',
    'august aug',
    'september sept sep',
    'october oct',
    'november nov',
    'december dec',
  ].flatMap((forms, index) => forms.split(' ').map((form): [string, number] => [form, index + 1])),
);
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
export const SEASONS: ReadonlySet<string> = new Set(['spring', 'summer', 'autumn', 'fall', 'winter']);
export const COUNTS: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ['an', 1],
  ...'one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
]);
export const DAY_MS = 86_400_000;

export const pad = (n: number): string => String(n).padStart(2, '0');
export const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
export const isoMonth = (date: Date): string => date.toISOString().slice(0, 7);

/** "3", "3rd", "03": the number of a day of a month, or null. */
export function dayNumber(token: Token | undefined): number | null {
  const value = Number(/^(\d{1,2})(?:st|nd|rd|th)?$/.exec(token?.key ?? '')?.[1] ?? 0);
  return value >= 1 && value <= 31 ? value : null;
}

/** "1994", "2031": four digits that may be a year, or null. */
export function yearNumber(token: Token | undefined): number | null {
  return token && /^(?:19|20)\d\d$/.test(token.key) ? Number(token.key) : null;
}

/** The day so many days from another, as an expression. */
export function onDay(day: Date, offset: number, first: number, last: number, form: Time['form']): Bare {
  const start = isoDay(new Date(day.getTime() + offset * DAY_MS));
  return { first, last, start, end: start, precision: 'day', form };
}
