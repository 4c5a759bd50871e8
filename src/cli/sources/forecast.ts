import type { PollResult } from '../../shared/model/stages.js';
import { interval, LONGEST_MS, learn } from '../../workers/poll/pace.js';
import { afterSuccess } from '../../workers/poll/plan.js';

/** How often a source would be polled that shows these entries now. */
export interface Forecast {
  /** Until the second poll. */
  nextSeconds: number;
  /** On average over a week, when it goes on publishing as its dates tell. */
  pollsPerDay: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

const UNKNOWN = {
  url: '',
  intervalSeconds: null,
  pace: null,
  said: null,
  failures: 0,
  errorScore: 0,
  movedTo: null,
  movedSeen: 0,
  pushed: false,
};

/** `firstMs` is the interval while nothing is known of a source. */
export function forecast(result: PollResult, nowMs: number, firstMs: number): Forecast {
  const published = result.sightings.map(({ publishedAt }) => {
    const at = Date.parse(publishedAt ?? '');
    return Number.isNaN(at) ? null : at;
  });
  const next = afterSuccess(UNKNOWN, { result, full: true, published }, { nowMs, random: 0.5, firstMs }).next_poll_at;
  const pace = learn(null, { nowMs, published, entries: result.sightings.length });
  const restMs = Math.min(
    Math.max((result.said?.ttlMinutes ?? 0) * 60_000, (result.freshSeconds ?? 0) * 1000),
    LONGEST_MS,
  );
  let polls = 0;
  for (let at = nowMs; at < nowMs + WEEK_MS; polls++) at += Math.max(interval(pace, at), restMs);
  return {
    nextSeconds: Math.round(((next instanceof Date ? next.getTime() : nowMs) - nowMs) / 1000),
    pollsPerDay: Math.round((polls / 7) * 10) / 10,
  };
}
