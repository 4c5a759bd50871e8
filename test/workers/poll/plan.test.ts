import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../src/shared/db/sources.js';
import { type FailureCode, StageFailure } from '../../../src/shared/failures.js';
import type { FeedHead } from '../../../src/shared/model/feed.js';
import type { PollResult } from '../../../src/shared/model/stages.js';
import { learn } from '../../../src/workers/poll/pace.js';
import { afterFailure, afterSuccess } from '../../../src/workers/poll/plan.js';
import { aPollResult, aStanding } from '../../support/samples.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Wednesday, 10:00 GMT. */
const NOW = Date.UTC(2026, 0, 7, 10);

const occasion = { nowMs: NOW, random: 0.5, firstMs: 30 * MINUTE };
const head = (over: Partial<FeedHead>): FeedHead => ({ format: 'rss2.0', hubs: [], ...over });
/** An entry every five minutes for a week: left alone, the plan would come back at once. */
const busy: Standing = {
  ...aStanding(),
  pace: learn(null, {
    nowMs: NOW,
    published: Array.from({ length: 2016 }, (_, n) => NOW - n * 5 * MINUTE),
    entries: 2016,
  }),
};

function success(standing: Standing, over: Partial<PollResult> = {}, nowMs = NOW) {
  const result = { ...aPollResult(20), ...over };
  return afterSuccess(standing, { result, full: false, published: [] }, { ...occasion, nowMs });
}
const waits = (change: { next_poll_at?: unknown }, nowMs = NOW): number =>
  new Date(String(change.next_poll_at)).getTime() - nowMs;

describe('the next poll after a good one', () => {
  it('comes after the first interval while nothing is known', () => {
    expect(waits(success(aStanding()))).toBe(30 * MINUTE);
  });

  it('spreads what began together by a twentieth either way', () => {
    const at = (random: number) =>
      waits(afterSuccess(aStanding(), { result: aPollResult(0), full: false, published: [] }, { ...occasion, random }));
    expect([at(0), at(0.5), at(1)]).toEqual([28.5 * MINUTE, 30 * MINUTE, 31.5 * MINUTE]);
  });

  it('is never sooner than in five minutes', () => {
    expect(waits(success(busy))).toBe(5 * MINUTE);
  });

  it.each([
    ['ttl', { said: head({ ttlMinutes: 120 }) }, 2 * HOUR],
    ['Cache-Control or Expires', { freshSeconds: 3 * 3600 }, 3 * HOUR],
    ['the longest of them', { said: head({ ttlMinutes: 60 }), freshSeconds: 7200 }, 2 * HOUR],
    ['a wish of a year, which counts as a day', { freshSeconds: 31_536_000 }, DAY],
    ['skipHours', { said: head({ skipHours: [10, 11, 12] }) }, 3 * HOUR],
    ['skipDays, for a day at the most', { said: head({ skipDays: ['wednesday', 'thursday', 'friday'] }) }, DAY],
    ['skipDays until midnight', { said: head({ skipDays: ['wednesday'] }) }, 14 * HOUR],
  ] satisfies [string, Partial<PollResult>, number][])('honours %s', (_name, over, wait) => {
    expect(waits(success(busy, over))).toBeGreaterThanOrEqual(wait);
    expect(waits(success(busy, over))).toBeLessThan(wait + HOUR);
  });

  it('still honours what the feed said when it did not change', () => {
    const standing = { ...busy, said: head({ ttlMinutes: 120 }) };
    expect(waits(success(standing, { unchanged: true, said: null, problems: null }))).toBe(2 * HOUR);
  });

  it('is at the operator’s interval where one is fixed, and once a day where a hub tells', () => {
    expect(waits(success({ ...busy, intervalSeconds: 60 }, { freshSeconds: 7200 }))).toBe(MINUTE);
    expect(waits(success({ ...busy, pushed: true }))).toBe(DAY);
  });

  it('comes sooner when none of the entries were known, since some may have been missed', () => {
    const slow = {
      ...aStanding(),
      pace: learn(null, { nowMs: NOW, published: [NOW - 20 * DAY, NOW - 10 * DAY], entries: 2 }),
    };
    const allNew = { result: aPollResult(2), full: false, published: [NOW - HOUR, NOW - 2 * HOUR] };
    const oneNew = { result: aPollResult(20), full: false, published: [NOW - HOUR, NOW - 2 * HOUR] };
    const later = { ...occasion, nowMs: NOW + 1 };
    expect(waits(afterSuccess(slow, allNew, later))).toBeLessThan(waits(afterSuccess(slow, oneNew, later)) * 0.6);
  });

  it('forgives earlier failures', () => {
    const change = success({ ...busy, failures: 7, errorScore: 5.5 });
    expect(change).toMatchObject({ failures: 0, error_score: 0, last_failure: null, muted: null });
  });
});

describe('the next poll after a failure', () => {
  /** Hours until the next poll after each of `count` failures of that code. */
  function delays(code: FailureCode, count: number): number[] {
    let standing = aStanding();
    return Array.from({ length: count }, () => {
      const change = afterFailure(standing, new StageFailure(code), occasion);
      standing = { ...standing, errorScore: Number(change.error_score), failures: Number(change.failures) };
      return waits(change) / HOUR;
    });
  }

  it.each([
    ['poll/not-a-feed', [1, 2, 3]],
    ['http/blocked-address', [1, 2, 3]],
    ['poll/status-4xx', [1, 2, 3]],
    ['poll/status-404', [0.5, 1, 1.5]],
    ['poll/status-403', [0.5, 1, 1.5]],
    ['poll/status-5xx', [0.5, 1, 1.5]],
    ['http/timeout', [0.5, 1, 1.5]],
    ['http/tls', [0.5, 1, 1.5]],
    ['http/connection', [0.25, 0.5, 0.75]],
    ['fetch/status-429', [0.25, 0.5, 0.75]],
    ['internal/unexpected', [0.25, 0.5, 0.75]],
  ] satisfies [FailureCode, number[]][])('is put off for %s by the sum of all', (code, hours) => {
    expect(delays(code, 3)).toEqual(hours);
  });

  it('is not before the time that the server told, and keeps to its own delay where that is longer', () => {
    const told = (ms: number) => new StageFailure('fetch/status-429', 'a host', { retryAtMs: NOW + ms });
    expect(waits(afterFailure(aStanding(), told(2 * HOUR), occasion))).toBe(2 * HOUR);
    expect(waits(afterFailure(aStanding(), told(MINUTE), occasion))).toBe(15 * MINUTE);
  });

  it('is put off by a day at the most, and by three once it looks lost, but for ever', () => {
    const after = delays('poll/not-a-feed', 60);
    expect(after[23]).toBe(24);
    expect(after[28]).toBe(24);
    expect(after[29]).toBe(72);
    expect(after.slice(29)).toEqual(new Array(31).fill(72));
  });

  it('never comes after 410 Gone, and the operator is told', () => {
    const change = afterFailure(aStanding(), new StageFailure('poll/gone'), occasion);
    expect(change.muted).toBe('410 Gone since 2026-01-07');
    expect(afterFailure(aStanding(), new StageFailure('poll/status-404'), occasion).muted).toBeUndefined();
  });

  it('keeps what was learned', () => {
    const change = afterFailure(busy, new StageFailure('http/timeout'), occasion);
    expect(change).not.toHaveProperty('pace');
    expect(change).not.toHaveProperty('etag');
  });
});

describe('a permanent redirect', () => {
  const to = 'https://new.example/feed';
  function follow(targets: (string | null)[]) {
    let standing = aStanding();
    return targets.map((movedTo) => {
      const change = success(standing, { movedTo });
      standing = {
        ...standing,
        movedTo: change.moved_to === undefined ? standing.movedTo : change.moved_to,
        movedSeen: typeof change.moved_seen === 'number' ? change.moved_seen : standing.movedSeen,
      };
      return change.url;
    });
  }

  it('moves the source when it was seen three times in a row', () => {
    expect(follow([to, to, to])).toEqual([undefined, undefined, to]);
    const change = success({ ...aStanding(), movedTo: to, movedSeen: 2 }, { movedTo: to });
    expect(change.notice).toBe(
      'moved from https://wire.example/feed to https://new.example/feed on 2026-01-07 (permanent redirect)',
    );
  });

  it('begins anew when it ended or led elsewhere in between', () => {
    expect(follow([to, to, null, to, to])).toEqual(new Array(5).fill(undefined));
    expect(follow([to, to, 'https://other.example/', to, to])).toEqual(new Array(5).fill(undefined));
  });
});
