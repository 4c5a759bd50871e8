import type { Clock } from '../shared/clock.js';
import { toJson } from '../shared/db/json.js';
import type { Db } from '../shared/db/schema.js';
import { recordSightings, type Seen } from '../shared/db/sightings.js';
import { type DueSource, noteSource } from '../shared/db/sources.js';
import { PollResult } from '../shared/model/stages.js';
import { reached } from './ledger.js';
import { learn } from './poll/pace.js';

/**
 * Keeps what a hub delivered: the entries in the ledger, and with the source what it tells of its rhythm. When the
 * source is polled next stays as planned: once a day, in case that the hub left something out.
 */
export async function keepDelivered(
  { db, clock }: { db: Db; clock: Clock },
  due: DueSource,
  made: unknown,
): Promise<Seen> {
  const { sightings } = PollResult.parse(made);
  const nowMs = clock.now();
  const seen = await reached(recordSightings(db, due.source.id, sightings, new Date(nowMs)));
  // A delivery may hold the new entries only, so that none of them is known does not say that some were missed.
  const pace = learn(due.standing.pace, { nowMs, published: seen.published, entries: null });
  await reached(noteSource(db, due.source.id, { pace: toJson(pace), last_ok_at: new Date(nowMs) }));
  return seen;
}
