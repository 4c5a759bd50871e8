import { describe, expect, it } from 'vitest';
import { isStale, Pace } from '../../../src/shared/model/pace.js';
import { interval, LONGEST_MS, learn, SHORTEST_MS } from '../../../src/workers/poll/pace.js';
import { afterSuccess } from '../../../src/workers/poll/plan.js';
import { aPollResult, aStanding } from '../../support/samples.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** A Monday. */
const START = Date.UTC(2021, 0, 4);
const END = START + 5 * YEAR;

/** mulberry32, so that every run sees the same five years. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const weekday = (at: number): number => (new Date(at).getUTCDay() + 6) % 7;
/** Hour of the day at a place that keeps summer time, with its fraction. */
function localHour(at: number): number {
  const date = new Date(at);
  const summer = date.getUTCMonth() >= 3 && date.getUTCMonth() <= 9 ? 1 : 0;
  return ((at % DAY) / HOUR + summer) % 24;
}

type Rhythm = (random: () => number) => number[];

/** Entries at random times, `perHour` of them at any one time, never more than `most`. */
const random =
  (most: number, perHour: (at: number) => number): Rhythm =>
  (next) => {
    const out: number[] = [];
    for (let at = START; ; ) {
      at += (-Math.log(1 - next()) / most) * HOUR;
      if (at > END) return out;
      if (next() * most < perHour(at)) out.push(at);
    }
  };

const daily =
  (entries: (day: number, next: () => number) => number[]): Rhythm =>
  (next) =>
    Array.from({ length: 5 * 365 }, (_, day) => entries(START + day * DAY, next))
      .flat()
      .sort((a, b) => a - b);

const many = (count: number, at: () => number): number[] => Array.from({ length: count }, at);
const inOffice = (at: number): boolean => weekday(at) < 5 && localHour(at) >= 8 && localHour(at) < 17;

const RHYTHMS: Record<string, Rhythm> = {
  'a ministry, in office hours': random(0.7, (at) => (inOffice(at) ? 0.7 : 0)),
  'a small desk, now and then on a weekend': random(0.35, (at) =>
    inOffice(at) ? 0.35 : localHour(at) > 8 && localHour(at) < 17 ? 0.03 : 0,
  ),
  'a newsroom that works days and leaves a trickle at night': random(1.5, (at) =>
    inOffice(at) ? 1.5 : localHour(at) >= 17 && localHour(at) < 20 ? 0.25 : 0.025,
  ),
  'one edition a day': daily((day, next) => many(15, () => day + 6 * HOUR + next() * 20 * MINUTE)),
  'two editions a day': daily((day, next) =>
    [5, 16].flatMap((hour) => many(4, () => day + hour * HOUR + next() * 40 * MINUTE)),
  ),
  'one briefing a day': daily((day, next) => [day + 9 * HOUR + (next() - 0.5) * HOUR]),
  'one briefing a weekday': daily((day, next) => (weekday(day) < 5 ? [day + 9 * HOUR + (next() - 0.5) * HOUR] : [])),
  'a weekly digest': daily((day, next) => (weekday(day) === 3 ? [day + (10 + 2 * next()) * HOUR] : [])),
  'a monthly journal': daily((day, next) => (new Date(day).getUTCDate() === 1 ? [day + (10 + 5 * next()) * HOUR] : [])),
  'three posts a week, at any hour of the day': random(0.03, (at) => (localHour(at) >= 7 ? 0.026 : 0)),
  'an outlet that fell silent for a quarter and came back twice as busy': random(1, (at) => {
    const year = (at - START) / YEAR;
    return inOffice(at) ? (year < 2 ? 0.5 : year < 2.25 ? 0 : 1) : 0;
  }),
};

/** What a feed shows at a time, old entries among them. */
const SHOWN = 25;

/** Polls that follow the plan, for five years. */
function simulate(rhythm: Rhythm): { perDay: number; medianDelayToGap: number; requestsPerEntry: number } {
  const next = randomFrom(7);
  const entries = rhythm(next);
  const delays: number[] = [];
  let standing = aStanding();
  let seen = 0;
  let requests = 0;
  for (let now = START; now < END; ) {
    const published: number[] = [];
    for (let at = entries[seen]; at !== undefined && at <= now; at = entries[++seen]) {
      published.push(at);
      delays.push(now - at);
    }
    requests++;
    const result = { ...aPollResult(Math.max(SHOWN, published.length)), unchanged: published.length === 0 };
    const occasion = { nowMs: now, random: next(), firstMs: 30 * MINUTE };
    const change = afterSuccess(standing, { result, full: false, published }, occasion);
    standing = { ...standing, pace: Pace.parse(JSON.parse(String(change.pace))) };
    now = new Date(String(change.next_poll_at)).getTime();
  }
  delays.sort((a, b) => a - b);
  const gap = (END - START) / entries.length;
  return {
    perDay: entries.length / (5 * 365),
    medianDelayToGap: (delays[delays.length >> 1] ?? Number.NaN) / gap,
    requestsPerEntry: requests / entries.length,
  };
}

describe('five years of polling', { timeout: 120_000 }, () => {
  it.each(Object.entries(RHYTHMS))('follow %s', (_name, rhythm) => {
    const { perDay, medianDelayToGap, requestsPerEntry } = simulate(rhythm);
    expect(medianDelayToGap).toBeLessThan(0.1);
    if (perDay >= 0.95) expect(requestsPerEntry).toBeLessThanOrEqual(2);
    // Where little comes, a few requests a day find it soon enough.
    else expect(requestsPerEntry * perDay).toBeLessThan(4.2);
  });

  // Two requests an entry, spread evenly because nothing can be known, are half a gap apart: a quarter of a gap is the
  // best median there is. The promise to the guest's host is kept.
  it('keep to two requests an entry where entries come at any time', () => {
    const { medianDelayToGap, requestsPerEntry } = simulate(random(0.25, () => 0.25));
    expect(requestsPerEntry).toBeLessThanOrEqual(2);
    expect(medianDelayToGap).toBeLessThan(0.3);
  });
});

describe('the pace', () => {
  const NOW = START + 60 * DAY;
  const first = (published: (number | null)[], entries = published.length) =>
    learn(null, { nowMs: NOW, published, entries });
  const days = (count: number, every: number) => many(count, () => 0).map((_, n) => NOW - (n + 1) * every);

  it('is learned at once from the dates that a feed shows', () => {
    expect(interval(first(days(20, 2 * HOUR)), NOW)).toBeLessThan(3 * HOUR);
    expect(interval(first(days(20, 31 * HOUR)), NOW)).toBeGreaterThan(3 * HOUR);
  });

  it('stays within five minutes and a day', () => {
    expect(interval(first(days(100, 20_000)), NOW)).toBeGreaterThanOrEqual(SHORTEST_MS);
    expect(interval(first([]), NOW)).toBe(LONGEST_MS);
  });

  it('takes an undated entry to have come out since the last poll, and no date of the future', () => {
    const before = first(days(10, DAY));
    const later = NOW + 6 * HOUR;
    const after = learn(before, { nowMs: later, published: [null, later + DAY], entries: 10 });
    expect(after.newestAt).toBe(later);
    const sum = (pace: Pace) => pace.hours.reduce((total, count) => total + count, 0);
    expect(sum(after) - sum(before)).toBeCloseTo(2, 0);
  });

  it('forgets nothing when a feed repeats itself', () => {
    const before = first(days(10, DAY));
    const after = learn(before, { nowMs: NOW + HOUR, published: [], entries: null });
    expect(after.newestAt).toBe(before.newestAt);
    expect(after.gaps).toEqual(before.gaps);
    expect(after.knownShare).toBe(1);
  });
});

describe('a feed that stops', () => {
  const daily = learn(null, {
    nowMs: START + 20 * DAY,
    published: many(20, () => 0).map((_, n) => START + n * DAY),
    entries: 20,
  });
  const last = START + 19 * DAY;

  it('is stale after five of its usual gaps', () => {
    expect(isStale(daily, last + 4.9 * DAY)).toBe(false);
    expect(isStale(daily, last + 5.1 * DAY)).toBe(true);
  });

  it('is not stale over a weekend that it always takes off', () => {
    const at = RHYTHMS['a ministry, in office hours']?.(randomFrom(3)).filter((time) => time < START + 21 * DAY) ?? [];
    const office = learn(null, { nowMs: START + 21 * DAY, published: at, entries: at.length });
    expect(isStale(office, (at.at(-1) ?? 0) + 2.6 * DAY)).toBe(false);
    expect(isStale(office, (at.at(-1) ?? 0) + 8 * DAY)).toBe(true);
  });

  it('is not judged by one or two gaps', () => {
    const young = learn(null, { nowMs: START + DAY, published: [START, START + MINUTE], entries: 2 });
    expect(isStale(young, START + 30 * DAY)).toBe(false);
  });
});

describe('a clock that was wrong', () => {
  const hourly = Array.from({ length: 48 }, (_, n) => START - n * HOUR);
  const known = learn(null, { nowMs: START, published: hourly, entries: 48 });

  it.each([
    ['an hour', HOUR],
    ['a week', 7 * DAY],
    ['ten years', 10 * YEAR],
  ])('and is set back by %s leaves a pace that can be read and an interval', (_name, ms) => {
    const ahead = learn(known, { nowMs: START + ms, published: [START + ms - HOUR], entries: 20 });
    const back = learn(ahead, { nowMs: START + HOUR, published: [START, START + HOUR], entries: 20 });
    expect(Pace.safeParse(back).error).toBeUndefined();
    expect(back.countedTo).toBe(START + HOUR);
    expect(interval(back, START + HOUR)).toBeGreaterThanOrEqual(SHORTEST_MS);
    expect(interval(back, START + HOUR)).toBeLessThanOrEqual(LONGEST_MS);
  });
});
