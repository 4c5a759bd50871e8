import type { Clock } from '../shared/clock.js';
import type { Db } from '../shared/db/schema.js';
import { recordSightings, type Seen } from '../shared/db/sightings.js';
import {
  type DueSource,
  loadDueSource,
  noteSource,
  type PlannedPoll,
  readingOf,
  type SourceUpdate,
} from '../shared/db/sources.js';
import type { StageFailure } from '../shared/failures.js';
import type { Log } from '../shared/log.js';
import { PollResult } from '../shared/model/stages.js';
import { reached } from './ledger.js';
import { afterFailure, afterSuccess } from './poll/plan.js';

export interface PollingDeps {
  db: Db;
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random: () => number;
  /** The interval while nothing is known of a source, in milliseconds. */
  firstMs: number;
}

export interface Polled {
  seen: Seen;
  unchanged: boolean;
  /** When the source is due again; null when it is gone. */
  next: PlannedPoll | null;
}

/**
 * Keeps what a poll found: the entries in the ledger, and with the source what the next poll has to know. A source that
 * was stated anew while it was asked keeps its own plan, for validators and rhythm of the old address are not its.
 */
export async function keepPoll(deps: PollingDeps, due: DueSource, made: unknown): Promise<Polled> {
  const result = PollResult.parse(made);
  const { id } = due.source;
  const nowMs = deps.clock.now();
  const seen = await reached(recordSightings(deps.db, id, result.sightings, new Date(nowMs)));
  const { unchanged } = result;
  // As it stands now: another poll may have ended meanwhile.
  const current = await reached(loadDueSource(deps.db, id, new Date(nowMs)));
  if (!current) return { seen, unchanged, next: null };
  if (!isReadAlike(current, due)) return { seen, unchanged, next: planOf(current) };
  const found = { result, full: due.full, published: seen.published };
  const next = await note(deps, current, afterSuccess(current.standing, found, occasion(deps, nowMs)));
  return { seen, unchanged, next };
}

const isReadAlike = ({ source: one }: DueSource, { source: other }: DueSource): boolean =>
  one.url === other.url && readingOf(one) === readingOf(other);

const planOf = ({ source, nextPollAt }: DueSource): PlannedPoll => ({ source: source.id, atMs: nextPollAt.getTime() });

/**
 * Keeps that a poll failed. `at` is the time for which it was planned: when the source is planned for another one by
 * now, it was polled or stated anew meanwhile, and the failure says nothing of it. Returns when the source is due again;
 * null when it was muted, or is gone.
 */
export async function keepPollFailure(
  deps: PollingDeps,
  sourceId: string,
  failure: StageFailure,
  at?: number,
): Promise<PlannedPoll | null> {
  const nowMs = deps.clock.now();
  const due = await reached(loadDueSource(deps.db, sourceId, new Date(nowMs)));
  if (!due) return null;
  if (at !== undefined && at !== due.nextPollAt.getTime()) return due.muted ? null : planOf(due);
  const change = afterFailure(due.standing, failure, occasion(deps, nowMs));
  const next = await note(deps, due, change);
  return change.muted ? null : next;
}

const occasion = ({ random, firstMs }: PollingDeps, nowMs: number) => ({ nowMs, random: random(), firstMs });

async function note({ db, log }: PollingDeps, due: DueSource, change: SourceUpdate): Promise<PlannedPoll> {
  const { id } = due.source;
  await reached(noteSource(db, id, change));
  if (change.url) log.warn({ source: id, from: due.source.url, to: change.url }, 'the source has moved');
  if (change.muted) log.warn({ source: id, muted: change.muted }, 'the source is muted');
  const at = change.next_poll_at;
  return at instanceof Date ? { source: id, atMs: at.getTime() } : planOf(due);
}
