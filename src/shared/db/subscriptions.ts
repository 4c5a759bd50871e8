import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { FeedHead } from '../model/feed.js';
import { storable } from './json.js';
import type { Db, SubscriptionTable } from './schema.js';

export type Subscription = Selectable<SubscriptionTable>;

/** A source that is polled and whose feed names hubs, as the feed was last read. */
export interface HubbedSource {
  source: string;
  url: string;
  hubs: string[];
  self: string | undefined;
}

const Named = FeedHead.pick({ hubs: true, self: true });

export async function hubbedSources(db: Db): Promise<HubbedSource[]> {
  const rows = await db
    .selectFrom('sources')
    .where('enabled', '=', true)
    .where('muted', 'is', null)
    .where(sql<boolean>`jsonb_array_length(coalesce(said -> 'hubs', '[]')) > 0`)
    .orderBy('id')
    .select([
      'id',
      'url',
      sql<unknown>`jsonb_strip_nulls(jsonb_build_object('hubs', said -> 'hubs', 'self', said -> 'self'))`.as('said'),
    ])
    .execute();
  return rows.flatMap(({ id, url, said }) => {
    const named = Named.safeParse(said).data;
    return named ? [{ source: id, url, hubs: named.hubs, self: named.self }] : [];
  });
}

/** The one that each source has, if any; old ones that are being ended are left out. */
export const heldSubscriptions = (db: Db): Promise<Subscription[]> =>
  db.selectFrom('subscriptions').where('state', '<>', 'leaving').selectAll().execute();

export const dueSubscriptions = (db: Db, now: Date, most: number): Promise<Subscription[]> =>
  db.selectFrom('subscriptions').where('due_at', '<=', now).orderBy('due_at').limit(most).selectAll().execute();

export const findSubscription = (db: Db, id: string): Promise<Subscription | undefined> =>
  db.selectFrom('subscriptions').where('id', '=', id).selectAll().executeTakeFirst();

export type NewSubscription = Pick<Subscription, 'id' | 'source_id' | 'hub' | 'topic' | 'callback' | 'secret'>;

/** Another process may have begun one for the source meanwhile; then that one stands. */
export async function addSubscription(db: Db, subscription: NewSubscription, now: Date): Promise<void> {
  await db
    .insertInto('subscriptions')
    .values({ ...subscription, state: 'asked', asked_at: now, due_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Changes a subscription that nobody else has touched since it was read; false when somebody has. */
export async function changeSubscription(
  db: Db,
  { id, due_at, state }: Subscription,
  change: Partial<Omit<Subscription, 'id' | 'source_id'>>,
): Promise<boolean> {
  const detail = change.detail ? { detail: storable(change.detail).slice(0, 500) } : {};
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .where('id', '=', id)
    .where('due_at', '=', due_at)
    .where('state', '=', state)
    .set({ ...change, ...detail })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

const HOUR_MS = 3_600_000;
/** How long a hub that kept silent is not relied upon; it may deliver all the same. */
const DOUBT_MS = 7 * 24 * HOUR_MS;

/**
 * A poll found entries that came out at `published` (epoch ms; null: unknown) and that the hub, though subscribed to,
 * has not told of within an hour: some feeds name a hub that nobody pings. Such a source goes back to its own pace.
 * Returns whether it does.
 */
export async function doubtHub(
  db: Db,
  source: string,
  published: readonly (number | null)[],
  now: Date,
): Promise<boolean> {
  const untold = published.flatMap((at) => (at !== null && at < now.getTime() - HOUR_MS ? [at] : []));
  if (untold.length === 0) return false;
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .where('source_id', '=', source)
    .where('state', '=', 'active')
    .where('begun_at', '<', new Date(Math.max(...untold)))
    .set({ state: 'failed', detail: 'the hub did not tell of entries that a poll found' })
    .set({ due_at: new Date(now.getTime() + DOUBT_MS) })
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function dropSubscription(db: Db, id: string): Promise<void> {
  await db.deleteFrom('subscriptions').where('id', '=', id).execute();
}

/** Forgets all of them: without a public address no hub can reach us. */
export async function dropSubscriptions(db: Db): Promise<void> {
  await db.deleteFrom('subscriptions').execute();
}
