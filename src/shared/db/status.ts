import { type Selectable, sql } from 'kysely';
import { isStale, Pace } from '../model/pace.js';
import type { ARTIFACTS } from '../model/stages.js';
import { loadArtifacts } from './articles.js';
import type { Db, SourceTable, SubscriptionTable } from './schema.js';

export interface Count {
  outcome: string;
  reason: string | null;
  count: number;
}

/** Entries by outcome and reason; with `pending` they add up to all entries ever seen. */
export async function ledgerCounts(db: Db): Promise<Count[]> {
  const { rows } = await sql<Count>`
    select outcome, reason, count(*)::int as count from ledger group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

/** Articles by the stage they wait for, and by outcome once they ended. */
export async function articleCounts(
  db: Db,
): Promise<{ stage: string | null; outcome: string | null; count: number }[]> {
  const { rows } = await sql<{ stage: string | null; outcome: string | null; count: number }>`
    select stage, outcome, count(*)::int as count from articles group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

export async function recordCounts(db: Db): Promise<{ type: string; count: number }[]> {
  const { rows } = await sql<{ type: string; count: number }>`
    select type, count(*)::int as count from records group by 1 order by 2 desc, 1`.execute(db);
  return rows;
}

export const SOURCE_STATES = ['ok', 'new', 'stale', 'failing', 'muted', 'off'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

export interface SourceStatus {
  id: string;
  url: string;
  outlet: string;
  country: string;
  language: string;
  origin: string;
  kind: string;
  enabled: boolean;
  /** `new`: not polled yet; `failing`: the last poll failed; `stale`: no entry for five times its usual gap. */
  state: SourceState;
  /** What an operator should know: why it fails or is muted, since when it is stale, where it moved to. */
  detail: string | null;
  /** Seconds, where the operator fixed them. */
  intervalSeconds: number | null;
  nextPollAt: string;
  lastPolledAt: string | null;
  lastOkAt: string | null;
  failures: number;
  lastFailure: string | null;
  entries: number;
  articles: number;
  records: number;
  /** Whether a hub tells of new entries; null where the feed names none, or nobody was asked. */
  subscription: SubscriptionStatus | null;
}

export interface SubscriptionStatus {
  hub: string;
  topic: string;
  /** `lapsed`: the lease ran out before the hub renewed it. */
  state: 'asked' | 'active' | 'failed' | 'denied' | 'lapsed';
  leaseUntil: string | null;
  detail: string | null;
}

/** Every source with what came of it. */
export async function sourceStatus(db: Db, nowMs: number, id?: string): Promise<SourceStatus[]> {
  const rows = await db
    .selectFrom('sources as s')
    .leftJoin('subscriptions as p', (join) => join.onRef('p.source_id', '=', 's.id').on('p.state', '<>', 'leaving'))
    .selectAll('s')
    .select(['p.hub', 'p.topic', 'p.state', 'p.lease_until', 'p.detail'])
    .select((eb) => [
      eb
        .selectFrom('entries')
        .whereRef('source_id', '=', 's.id')
        .select(sql<number>`count(*)::int`.as('n'))
        .as('entries'),
      eb
        .selectFrom('articles')
        .whereRef('source_id', '=', 's.id')
        .select(sql<number>`count(*)::int`.as('n'))
        .as('articles'),
      eb
        .selectFrom('records as r')
        .innerJoin('articles as a', 'a.id', 'r.article_id')
        .whereRef('a.source_id', '=', 's.id')
        .select(sql<number>`count(*)::int`.as('n'))
        .as('records'),
    ])
    .$if(id !== undefined, (query) => query.where('s.id', '=', id ?? ''))
    .orderBy('s.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    url: row.url,
    outlet: row.outlet,
    country: row.country,
    language: row.language,
    origin: row.origin,
    kind: row.kind,
    enabled: row.enabled,
    ...stateOf(row, nowMs),
    intervalSeconds: row.interval_s,
    nextPollAt: row.next_poll_at.toISOString(),
    lastPolledAt: row.last_polled_at?.toISOString() ?? null,
    lastOkAt: row.last_ok_at?.toISOString() ?? null,
    failures: row.failures,
    lastFailure: row.last_failure,
    entries: row.entries ?? 0,
    articles: row.articles ?? 0,
    records: row.records ?? 0,
    subscription: subscriptionOf(row, nowMs),
  }));
}

type Joined = { [Column in 'hub' | 'topic' | 'state' | 'lease_until' | 'detail']: SubscriptionTable[Column] | null };

function subscriptionOf({ hub, topic, state, lease_until, detail }: Joined, nowMs: number): SubscriptionStatus | null {
  if (hub === null || topic === null || state === null || state === 'leaving') return null;
  const lapsed = state === 'active' && lease_until !== null && lease_until.getTime() <= nowMs;
  return { hub, topic, state: lapsed ? 'lapsed' : state, leaseUntil: lease_until?.toISOString() ?? null, detail };
}

/** How many sources are in each state. */
export async function sourceStateCounts(db: Db, nowMs: number): Promise<Map<SourceState, number>> {
  const rows = await db
    .selectFrom('sources')
    .select(['enabled', 'muted', 'failures', 'last_failure', 'last_polled_at', 'pace', 'notice'])
    .execute();
  const counts = new Map<SourceState, number>(SOURCE_STATES.map((state) => [state, 0]));
  for (const row of rows) {
    const { state } = stateOf(row, nowMs);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

type StateRow = Pick<
  Selectable<SourceTable>,
  'enabled' | 'muted' | 'failures' | 'last_failure' | 'last_polled_at' | 'pace' | 'notice'
>;

function stateOf(row: StateRow, nowMs: number): { state: SourceState; detail: string | null } {
  if (!row.enabled) return { state: 'off', detail: row.notice };
  if (row.muted !== null) return { state: 'muted', detail: row.muted };
  if (row.last_failure !== null) return { state: 'failing', detail: `${row.failures}x ${row.last_failure}` };
  if (row.last_polled_at === null) return { state: 'new', detail: null };
  const pace = Pace.safeParse(row.pace).data;
  if (pace?.newestAt && isStale(pace, nowMs)) {
    const since = `nothing since ${new Date(pace.newestAt).toISOString().slice(0, 10)}`;
    return { state: 'stale', detail: [since, row.notice].filter(Boolean).join('; ') };
  }
  return { state: 'ok', detail: row.notice };
}

/** Everything that is known of one article: where it is, why it ended so, who told of it, what was made of it. */
export async function showArticle(db: Db, id: string) {
  const row = await db.selectFrom('articles').where('id', '=', id).selectAll().executeTakeFirst();
  if (!row) return undefined;
  const [sightings, urls, made, records, changes, deadLetter] = await Promise.all([
    db
      .selectFrom('entries')
      .where('article_id', '=', id)
      .orderBy('first_seen_at')
      .select(['source_id', 'entry_key', 'url', 'owner', 'first_seen_at', 'last_seen_at'])
      .execute(),
    db.selectFrom('article_urls').where('article_id', '=', id).orderBy('key').select('key').execute(),
    loadArtifacts(db, id, row.run, ['clean', 'verdict'] satisfies (keyof typeof ARTIFACTS)[]),
    db.selectFrom('records').where('article_id', '=', id).orderBy('id').select('id').execute(),
    db
      .selectFrom('changes')
      .where('article_id', '=', id)
      .orderBy('seq')
      .select(['run', 'record_id', 'change', 'at'])
      .execute(),
    db.selectFrom('dead_letters').where('article_id', '=', id).selectAll().executeTakeFirst(),
  ]);
  const { clean, verdict } = made;
  return {
    id: row.id,
    url: row.url,
    source: row.source_id,
    title: row.title,
    publishedAt: row.published_at,
    language: row.language,
    stage: row.stage,
    outcome: row.outcome,
    reason: row.reason,
    detail: row.detail,
    duplicateOf: row.duplicate_of,
    run: row.run,
    revision: row.revision,
    firstSeenAt: row.first_seen_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    knownAs: urls.map(({ key }) => key),
    sightings: sightings.map((one) => ({
      source: one.source_id,
      entry: one.entry_key,
      url: one.url,
      owner: one.owner,
      firstSeenAt: one.first_seen_at.toISOString(),
      lastSeenAt: one.last_seen_at.toISOString(),
    })),
    clean: clean ?? null,
    verdict: verdict ?? null,
    records: records.map((record) => record.id),
    changes: changes.map((one) => ({
      run: one.run,
      record: one.record_id,
      change: one.change,
      at: one.at.toISOString(),
    })),
    deadLetter: deadLetter ? { code: deadLetter.code, detail: deadLetter.detail, attempts: deadLetter.attempts } : null,
  };
}
export type ShownArticle = NonNullable<Awaited<ReturnType<typeof showArticle>>>;
