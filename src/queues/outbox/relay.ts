import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.js';
import type { Db } from '../../shared/db/schema.js';
import type { Log } from '../../shared/log.js';
import { CloudEvent } from '../../shared/model/event.js';
import type { Sink } from './sink.js';

const BATCH = 500;

/**
 * Delivers what waits in the outbox for one sink, at least once and in the order of `seq`, which within an article is
 * the order of its changes. A transaction lock keeps a second relay out; when the process dies between delivery and
 * commit, the same events are delivered again. Returns how many were delivered.
 */
export async function relay(db: Db, sink: Sink, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{ got: boolean }>`
      select pg_try_advisory_xact_lock(hashtext(${`communique outbox ${sink.name}`})) as got`.execute(tx);
    if (!lock.rows[0]?.got) return 0;
    const rows = await tx
      .selectFrom('outbox')
      .where('sink', '=', sink.name)
      .where('delivered_at', 'is', null)
      .orderBy('seq')
      .limit(BATCH)
      .select(['seq', 'envelope'])
      .execute();
    if (rows.length === 0) return 0;
    await inTime(sink, sink.deliver(rows.map((row) => CloudEvent.parse(row.envelope))));
    await tx
      .updateTable('outbox')
      .where(
        'seq',
        'in',
        rows.map((row) => row.seq),
      )
      .set({ delivered_at: now })
      .execute();
    return rows.length;
  });
}

/** A sink that does not answer must not keep the transaction, and with it the embedded database, to itself. */
const LIMIT_MS = 5_000;

async function inTime(sink: Sink, delivery: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${sink.name} did not answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  await Promise.race([delivery, late]).finally(() => clearTimeout(timer));
}

/** Relays to every sink until `stop` is aborted: at once while there is something, else twice a second. */
export async function runRelay(
  db: Db,
  sinks: readonly Sink[],
  { clock, log, stop, idleMs = 500 }: { clock: Clock; log: Log; stop: AbortSignal; idleMs?: number },
): Promise<void> {
  const run = async (sink: Sink) => {
    while (!stop.aborted) {
      let delivered = 0;
      try {
        delivered = await relay(db, sink, new Date(clock.now()));
      } catch (err) {
        log.warn({ err, sink: sink.name }, 'delivery failed; will be tried again');
      }
      if (delivered < BATCH) await clock.sleep(idleMs, stop).catch(() => {});
    }
  };
  await Promise.all(sinks.map(run));
}

/** Forgets events that were delivered before `before`. */
export async function forgetDelivered(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('outbox').where('delivered_at', '<', before).execute();
}
