import { storable, toJson } from '../../shared/db/json.js';
import type { SourceUpdate, Standing } from '../../shared/db/sources.js';
import type { FailureCode, StageFailure } from '../../shared/failures.js';
import type { FeedHead } from '../../shared/model/feed.js';
import type { Pace } from '../../shared/model/pace.js';
import type { PollResult } from '../../shared/model/stages.js';
import { interval, LONGEST_MS, learn, SHORTEST_MS } from './pace.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Occasion {
  nowMs: number;
  /** 0 to 1: sources that began together must not stay together. */
  random: number;
  /** The interval while nothing is known of a source, in milliseconds. */
  firstMs: number;
}

export interface Success {
  result: PollResult;
  /** The request was made without validators. */
  full: boolean;
  /** When the entries that were new came out (epoch ms); null where the feed does not say. */
  published: readonly (number | null)[];
}

/** What a poll that went well changes about its source, the time of the next one above all. */
export function afterSuccess(
  standing: Standing,
  { result, full, published }: Success,
  occasion: Occasion,
): SourceUpdate {
  const { nowMs } = occasion;
  const now = new Date(nowMs);
  const pace = learn(standing.pace, { nowMs, published, entries: result.unchanged ? null : result.sightings.length });
  const said = result.said ?? standing.said;
  const known = { ...standing, pace, said };
  return {
    etag: result.etag,
    last_modified: result.lastModified,
    body_hash: result.bodyHash,
    pace: toJson(pace),
    ...(result.said ? { said: toJson(result.said) } : {}),
    ...(result.problems ? { problems: toJson(result.problems) } : {}),
    ...(full ? { full_at: now } : {}),
    last_polled_at: now,
    last_ok_at: now,
    next_poll_at: new Date(nextMs(known, result.freshSeconds, occasion)),
    failures: 0,
    last_failure: null,
    error_score: 0,
    muted: null,
    ...moving(standing, result.movedTo, now),
  };
}

/** A hub that tells of new entries makes polling a safeguard, so once a day is enough. */
function nextMs(standing: Standing, freshSeconds: number | null, { nowMs, random, firstMs }: Occasion): number {
  if (standing.intervalSeconds !== null) return nowMs + standing.intervalSeconds * 1000;
  const jitter = 0.95 + 0.1 * random;
  if (standing.pushed) return nowMs + LONGEST_MS * jitter;
  const asked = standing.pace ? wish(standing.pace, nowMs, firstMs) : firstMs;
  const least = Math.min(Math.max(asked * jitter, SHORTEST_MS, restMs(standing.said, freshSeconds)), LONGEST_MS);
  return outsideOf(standing.said, nowMs + least, nowMs + LONGEST_MS);
}

/** Until a week was watched, or dates told of one, the rate is a guess: it may shorten the first interval, not stretch it far. */
const WEEKS_TO_TRUST = 1;

function wish(pace: Pace, nowMs: number, firstMs: number): number {
  const learned = interval(pace, nowMs);
  const trusted = pace.weeks >= WEEKS_TO_TRUST ? learned : Math.min(learned, firstMs * (1 + 24 * pace.weeks));
  // Few entries that we knew: others may have fallen out of the feed between two polls.
  return pace.knownShare < 0.5 && pace.weeks > 0 ? Math.min(trusted, Math.max(trusted / 2, SHORTEST_MS)) : trusted;
}

/** How long publisher and server ask to be left alone: ttl, sy:updatePeriod, Cache-Control, Expires. Milliseconds. */
const restMs = (said: FeedHead | null, freshSeconds: number | null): number =>
  Math.max((said?.ttlMinutes ?? 0) * 60_000, (freshSeconds ?? 0) * 1000);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The first time from `atMs` on that is not in an hour or on a day that the feed asks to skip (RSS, GMT). */
function outsideOf(said: FeedHead | null, atMs: number, latestMs: number): number {
  const hours = new Set(said?.skipHours);
  const days = new Set(said?.skipDays);
  let at = atMs;
  while (at < latestMs) {
    const time = new Date(at);
    if (!hours.has(time.getUTCHours()) && !days.has(WEEKDAYS[time.getUTCDay()] ?? '')) return at;
    at = (Math.floor(at / HOUR_MS) + 1) * HOUR_MS + (atMs % HOUR_MS);
  }
  return latestMs;
}

/** A permanent redirect is believed when three polls in a row met it. */
const MOVED_AFTER = 3;

function moving(standing: Standing, movedTo: string | null, now: Date): SourceUpdate {
  if (movedTo === null) return standing.movedTo === null ? {} : { moved_to: null, moved_seen: 0 };
  const seen = movedTo === standing.movedTo ? standing.movedSeen + 1 : 1;
  if (seen < MOVED_AFTER) return { moved_to: movedTo, moved_seen: seen };
  const notice = `moved from ${standing.url} to ${movedTo} on ${now.toISOString().slice(0, 10)} (permanent redirect)`;
  return { url: movedTo, moved_to: null, moved_seen: 0, notice };
}

/** Faults that may be the address's own weigh half, those of a moment a quarter; all others are held to be lasting. */
const SOFT = 0.5;
const TEMPORARY = 0.25;
const HARD = 1;
const WEIGHTS: Partial<Record<FailureCode, number>> = {
  'poll/status-403': SOFT,
  'poll/status-404': SOFT,
  'poll/status-5xx': SOFT,
  'http/timeout': SOFT,
  'http/tls': SOFT,
  'http/dns': SOFT,
};

const weightOf = ({ code, fate }: StageFailure): number =>
  WEIGHTS[code] ?? (fate === 'reject' || code === 'poll/status-4xx' ? HARD : TEMPORARY);

/** An hour of delay for each point of the sum; a source that goes on failing is asked every few days, for ever. */
const DELAY_PER_POINT_MS = HOUR_MS;
const LOST_SCORE = 30;
const LOST_MS = 3 * DAY_MS;

/** What a poll that failed changes about its source. 410 Gone mutes it, for its publisher says that it is over. */
export function afterFailure(standing: Standing, failure: StageFailure, { nowMs, random }: Occasion): SourceUpdate {
  const score = standing.errorScore + weightOf(failure);
  const delay = score >= LOST_SCORE ? LOST_MS : Math.min(score * DELAY_PER_POINT_MS, LONGEST_MS);
  const now = new Date(nowMs);
  const muted = failure.code === 'poll/gone';
  const delayMs = Math.max(delay * (0.95 + 0.1 * random), SHORTEST_MS);
  return {
    last_polled_at: now,
    next_poll_at: new Date(Math.max(nowMs + delayMs, failure.retryAtMs ?? 0)),
    failures: standing.failures + 1,
    last_failure: storable(`${failure.code}: ${failure.message}`).slice(0, 1000),
    error_score: score,
    ...(muted ? { muted: `410 Gone since ${now.toISOString().slice(0, 10)}` } : {}),
  };
}
