import type { Redis } from 'ioredis';
import type { Sink } from './sink.js';

/** A Redis Stream: one entry an event, its id, type and subject as fields beside the envelope. */
export function streamSink(redis: Redis, key: string, maxLength: number): Sink {
  return {
    name: 'stream',
    async deliver(events) {
      const pipeline = redis.pipeline();
      for (const event of events) {
        const fields = ['id', event.id, 'type', event.type, 'subject', event.subject, 'event', JSON.stringify(event)];
        pipeline.xadd(key, 'MAXLEN', '~', maxLength, '*', ...fields);
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },
  };
}
