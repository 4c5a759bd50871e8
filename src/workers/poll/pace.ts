import type { Pace } from '../../shared/model/pace.js';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
const WEEK_MS = WEEK_HOURS * HOUR_MS;
/** Nobody is asked more often than this, and everybody at least so often. */
export const SHORTEST_MS = 5 * 60_000;
export const LONGEST_MS = 24 * HOUR_MS;

/** After this time an hour's count weighs half: slow enough to average weeks, quick enough for summer time. */
const HALF_LIFE_MS = 4 * WEEK_MS;
/** Weeks' worth of trust in the hours of the day against the hours of the week, and in an even rate against both. */
const TRUST_IN_DAY = 0.5;
const TRUST_IN_EVEN = 0.5;
const GAPS_KEPT = 30;

/**
 * A feed that publishes daily or more is asked when half an entry is to be expected: two requests an entry, spent at the
 * hours at which it publishes. Below that requests are few anyway, and an entry should not wait.
 */
const EXPECTED_BUSY = 0.5;
const EXPECTED_QUIET = 0.16;
const BUSY_PER_DAY = 0.9;

/** 5 January 1970, the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * 24 * HOUR_MS;
const hourOfWeek = (ms: number): number =>
  ((Math.floor((ms - FIRST_MONDAY_MS) / HOUR_MS) % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS;

/** What one poll saw. */
export interface Observation {
  nowMs: number;
  /** When the new entries came out (epoch ms), null where the feed gives no date. On a first poll all entries are new. */
  published: readonly (number | null)[];
  /** Entries that the feed shows; null when it was not read because nothing changed. */
  entries: number | null;
}

/** The pace after one more poll. The first one learns from the dates of all that the feed shows. */
export function learn(before: Pace | null, { nowMs, published, entries }: Observation): Pace {
  const dated = published.flatMap((at) => (at !== null && at <= nowMs ? [at] : [])).sort((a, b) => a - b);
  // A clock that was set back must not unlearn: what it counted ahead of time is over now.
  const since = Math.min(before?.countedTo ?? Math.max(dated[0] ?? nowMs, nowMs - 2 * HALF_LIFE_MS), nowMs);
  const newestAt = before && before.newestAt !== null ? Math.min(before.newestAt, nowMs) : null;
  const faded = 0.5 ** ((nowMs - since) / HALF_LIFE_MS);
  const hours = (before?.hours ?? new Array<number>(WEEK_HOURS).fill(0)).map((count) => count * faded);
  for (const at of published) {
    if (at !== null && at > since && at <= nowMs) add(hours, at, 1);
    // Undated or dated back: it came out at some time since the last poll.
    else if (before) spread(hours, since, nowMs);
  }
  const later = dated.filter((at) => at > (newestAt ?? 0));
  const times = before && later.length === 0 && published.length > 0 ? [nowMs] : later;
  return {
    hours: hours.map((count) => Math.round(count * 1e4) / 1e4),
    weeks: (before?.weeks ?? 0) * faded + (nowMs - since) / WEEK_MS,
    countedTo: nowMs,
    newestAt: times.at(-1) ?? newestAt,
    gaps: gapsAfter(before?.gaps ?? [], newestAt, times),
    knownShare: entries ? 1 - Math.min(published.length / entries, 1) : 1,
  };
}

function add(hours: number[], at: number, count: number): void {
  const hour = hourOfWeek(at);
  hours[hour] = (hours[hour] ?? 0) + count;
}

function spread(hours: number[], sinceMs: number, nowMs: number): void {
  const from = Math.max(sinceMs, nowMs - LONGEST_MS);
  const parts = Math.max(Math.ceil((nowMs - from) / HOUR_MS), 1);
  for (let part = 0; part < parts; part++) add(hours, from + ((part + 0.5) * (nowMs - from)) / parts, 1 / parts);
}

function gapsAfter(before: readonly number[], newestAt: number | null, times: readonly number[]): number[] {
  const gaps = [...before];
  let last = newestAt;
  for (const at of times) {
    if (last !== null) gaps.push(Math.round((at - last) / 1000));
    last = at;
  }
  return gaps.slice(-GAPS_KEPT);
}

/** New entries expected in each hour of the week. What is little known leans on the day's hours, and those on the mean. */
export function ratesOf({ hours, weeks }: Pace): number[] {
  const sum = hours.reduce((total, count) => total + count, 0);
  // A day of watching at least: two entries within a minute make no rate of thousands.
  const even = sum / Math.max(weeks, 1 / 7) / WEEK_HOURS;
  const ofDay = new Array<number>(24).fill(7 * TRUST_IN_EVEN * even);
  for (const [hour, count] of hours.entries()) ofDay[hour % 24] = (ofDay[hour % 24] ?? 0) + count;
  const daily = ofDay.map((count) => count / (7 * weeks + 7 * TRUST_IN_EVEN));
  return hours.map((count, hour) => (count + TRUST_IN_DAY * (daily[hour % 24] ?? 0)) / (weeks + TRUST_IN_DAY));
}

/** Milliseconds from `nowMs` until enough entries are to be expected, between the shortest and the longest interval. */
export function interval(pace: Pace, nowMs: number): number {
  const rates = ratesOf(pace);
  const perDay = rates.reduce((sum, rate) => sum + rate, 0) / 7;
  const wanted = perDay >= BUSY_PER_DAY ? EXPECTED_BUSY : EXPECTED_QUIET;
  const end = nowMs + LONGEST_MS;
  let at = nowMs;
  for (let expected = 0; at < end; ) {
    const hourEnd = Math.min((Math.floor(at / HOUR_MS) + 1) * HOUR_MS, end);
    const perMs = (rates[hourOfWeek(at)] ?? 0) / HOUR_MS;
    if (expected + perMs * (hourEnd - at) >= wanted) {
      at += (wanted - expected) / perMs;
      break;
    }
    expected += perMs * (hourEnd - at);
    at = hourEnd;
  }
  return Math.min(Math.max(at - nowMs, SHORTEST_MS), LONGEST_MS);
}
