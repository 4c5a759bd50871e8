import type { Clock } from '../shared/clock.js';
import { dropDelivery, loadDelivery } from '../shared/db/deliveries.js';
import { toJson } from '../shared/db/json.js';
import type { Db } from '../shared/db/schema.js';
import { recordSightings, type Seen } from '../shared/db/sightings.js';
import { type DueSource, noteSource } from '../shared/db/sources.js';
import { PollResult } from '../shared/model/stages.js';
import { reached } from './ledger.js';
import { learn } from './poll/pace.js';

interface DeliveryDeps {
  db: Db;
  clock: Clock;
}

/**
 * Reads what a hub delivered in place of asking the source, with `run` for the poll stage. The entries go the way of
 * all others, and only then is the document let go. Undefined when it was read before, or nobody wants it any more.
 */
export async function readDelivery(
  deps: DeliveryDeps,
  due: DueSource | undefined,
  id: string,
  run: (input: unknown) => Promise<unknown>,
): Promise<Seen | undefined> {
  const delivered = due && (await reached(loadDelivery(deps.db, id)));
  const seen = delivered && (await keepDelivered(deps, due, await run({ source: due.source, delivered })));
  await reached(dropDelivery(deps.db, id));
  return seen;
}

/** When the source is polled next stays as planned: once a day, in case that the hub left something out. */
async function keepDelivered({ db, clock }: DeliveryDeps, due: DueSource, made: unknown): Promise<Seen> {
  const { sightings } = PollResult.parse(made);
  const nowMs = clock.now();
  const seen = await reached(recordSightings(db, due.source.id, sightings, new Date(nowMs)));
  // A delivery may hold the new entries only: that it has no known ones does not say that some were missed.
  const pace = learn(due.standing.pace, { nowMs, published: seen.published, entries: null });
  await reached(noteSource(db, due.source.id, { pace: toJson(pace), last_ok_at: new Date(nowMs) }));
  return seen;
}
