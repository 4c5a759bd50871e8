import type { Redis } from 'ioredis';
import { countTry, dropDelivery, waitingDeliveries } from '../shared/db/deliveries.js';
import type { Db } from '../shared/db/schema.js';
import type { Log } from '../shared/log.js';
import { deliveryJobId } from './messages.js';
import type { Queues } from './queues.js';

/** Jobs that may end without having read a delivery; the daily poll finds what was in it. */
const MOST_TRIES = 3;

/**
 * Every delivery of a hub that came before `before` and was not read must have a job. One that Redis lost is added
 * again; one that ended is tried again, but not for ever. Returns how many were added.
 */
export async function requeueDeliveries(db: Db, redis: Redis, queues: Queues, before: Date, log: Log): Promise<number> {
  const queue = queues.all.get('poll');
  if (!queue) throw new Error('there is no queue "poll"');
  let added = 0;
  for (const { id, source, tries } of await waitingDeliveries(db, before)) {
    const jobId = deliveryJobId(id);
    const [timestamp, finishedOn] = await redis.hmget(queue.toKey(jobId), 'timestamp', 'finishedOn');
    if (timestamp && !finishedOn) continue;
    if (finishedOn) {
      if (tries + 1 >= MOST_TRIES) {
        log.error({ source, delivery: id }, 'given up: what a hub delivered could not be read');
        await dropDelivery(db, id);
        continue;
      }
      await countTry(db, id);
      // A finished job of the same id would swallow the new one.
      await queue.remove(jobId);
    }
    await queues.addPoll({ source, delivery: id }, jobId);
    added++;
  }
  return added;
}
