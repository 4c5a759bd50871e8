import type { Redis } from 'ioredis';
import type { Db } from '../shared/db/schema.js';
import { type PlannedPoll, plannedSources } from '../shared/db/sources.js';
import { pollJobId } from './messages.js';
import type { Queues } from './queues.js';

/**
 * What the table of sources says is made true in Redis: every source that is polled has a job that waits until it is
 * due. Each poll plans the next one itself; this finds what is missing, after a FLUSHALL, a death between two steps, or
 * a queue that was emptied in the dashboard. Several processes may do it at once. Returns how many were added.
 */
export async function alignPolls(db: Db, redis: Redis, queues: Queues, nowMs: number): Promise<number> {
  const queue = queues.all.get('poll');
  if (!queue) throw new Error('there is no queue "poll"');
  const planned = await plannedSources(db);
  const pipeline = redis.pipeline();
  for (const { source, atMs } of planned) {
    pipeline.hmget(queue.toKey(pollJobId(source, atMs)), 'timestamp', 'finishedOn');
  }
  const answers = (await pipeline.exec()) ?? [];
  const missing: PlannedPoll[] = [];
  for (const [index, poll] of planned.entries()) {
    const [error, fields] = answers[index] ?? [];
    if (error || !Array.isArray(fields)) continue;
    const [timestamp, finishedOn] = fields;
    if (timestamp !== null && finishedOn === null) continue;
    // It ended without the database hearing of it; a finished job of the same id would swallow the new one.
    if (timestamp !== null) await queues.dropPoll(poll);
    missing.push(poll);
  }
  await queues.planPolls(missing, nowMs);
  return missing.length;
}
