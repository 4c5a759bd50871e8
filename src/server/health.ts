import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Db } from '../shared/db/schema.js';

async function within(ms: number, check: Promise<unknown>): Promise<'ok' | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${ms} ms`), ms);
  });
  const asked = check.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

/** /healthz: the process lives. /readyz: it reaches Redis and the database. */
export function health(app: FastifyInstance, { db, redis }: { db: Db; redis: Redis }): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const [database, redisState] = await Promise.all([
      within(2_000, sql`select 1`.execute(db)),
      within(2_000, redis.ping()),
    ]);
    const ready = database === 'ok' && redisState === 'ok';
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', database, redis: redisState });
  });
}
