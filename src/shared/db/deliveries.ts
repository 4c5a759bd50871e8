import { z } from 'zod';
import type { DeliveredFeed } from '../model/stages.js';
import { toJson } from './json.js';
import type { Db } from './schema.js';

export interface Delivery extends DeliveredFeed {
  id: string;
  source: string;
}

/** Keeps what a hub delivered until it has been read; false when `most` of that source wait already. */
export async function keepDelivery(db: Db, delivery: Delivery, most: number, now: Date): Promise<boolean> {
  const { waiting } = await db
    .selectFrom('deliveries')
    .where('source_id', '=', delivery.source)
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .executeTakeFirstOrThrow();
  if (Number(waiting) >= most) return false;
  const { id, source, headers, body } = delivery;
  await db
    .insertInto('deliveries')
    .values({ id, source_id: source, headers: toJson(headers), body: Buffer.from(body), received_at: now })
    .execute();
  return true;
}

export async function loadDelivery(db: Db, id: string): Promise<DeliveredFeed | undefined> {
  const row = await db.selectFrom('deliveries').where('id', '=', id).select(['headers', 'body']).executeTakeFirst();
  return row && { headers: z.record(z.string(), z.string()).parse(row.headers), body: row.body };
}

export async function dropDelivery(db: Db, id: string): Promise<void> {
  await db.deleteFrom('deliveries').where('id', '=', id).execute();
}

/** What came before `before` and has not been read yet. */
export async function waitingDeliveries(
  db: Db,
  before: Date,
): Promise<{ id: string; source: string; tries: number }[]> {
  return db
    .selectFrom('deliveries')
    .where('received_at', '<=', before)
    .orderBy('received_at')
    .select(['id', 'source_id as source', 'tries'])
    .execute();
}

export async function countTry(db: Db, id: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .where('id', '=', id)
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .execute();
}
