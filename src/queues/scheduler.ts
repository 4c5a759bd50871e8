import type { Queue } from 'bullmq';
import type { Db } from '../shared/db/schema.js';

/**
 * One BullMQ job scheduler a source. What the table of sources says is made true in Redis: missing schedulers are
 * created (after a FLUSHALL, for instance), changed intervals set, those of removed sources taken away. Several
 * processes may do it at once: schedulers are keyed by source. Returns how many were changed.
 */
export async function alignSchedulers(db: Db, polls: Queue, nowMs: number): Promise<number> {
  const wanted = new Map(
    (
      await db
        .selectFrom('sources')
        .where('enabled', '=', true)
        .select(['id', 'interval_s', 'last_polled_at'])
        .execute()
    ).map((row) => [row.id, row]),
  );
  const present = new Map((await polls.getJobSchedulers(0, -1)).map((one) => [one.key, one]));
  let changed = 0;
  for (const [id, { interval_s, last_polled_at }] of wanted) {
    const every = interval_s * 1000;
    if (present.get(id)?.every === every) continue;
    const due = last_polled_at === null ? nowMs : Math.max(last_polled_at.getTime() + every, nowMs);
    await polls.upsertJobScheduler(
      id,
      { every, ...(due > nowMs ? { startDate: due } : {}) },
      { name: 'poll', data: { source: id } },
    );
    changed++;
  }
  for (const id of present.keys()) {
    if (wanted.has(id)) continue;
    await polls.removeJobScheduler(id);
    changed++;
  }
  return changed;
}
