import { Redis } from 'ioredis';
import type { Log } from '../shared/log.js';

/** A connection as BullMQ workers want it: it waits for Redis to come back instead of giving up on commands. */
export function connectRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 200, 5_000),
  });
  let down = false;
  redis.on('error', (err) => {
    // ioredis reports each attempt to reconnect; the operator wants to know once.
    if (!down) log.error({ err }, 'Redis is not reachable; trying again');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info('Redis is back');
    down = false;
  });
  return redis;
}
