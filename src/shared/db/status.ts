import { sql } from 'kysely';
import type { ARTIFACTS } from '../model/stages.js';
import { loadArtifacts } from './articles.js';
import type { Db } from './schema.js';

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

export interface SourceStatus {
  id: string;
  url: string;
  outlet: string;
  country: string;
  language: string;
  origin: string;
  enabled: boolean;
  intervalSeconds: number;
  lastPolledAt: string | null;
  lastOkAt: string | null;
  failures: number;
  lastFailure: string | null;
  entries: number;
  articles: number;
  records: number;
}

/** Every source with what came of it. */
export async function sourceStatus(db: Db, id?: string): Promise<SourceStatus[]> {
  const rows = await db
    .selectFrom('sources as s')
    .selectAll('s')
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
    enabled: row.enabled,
    intervalSeconds: row.interval_s,
    lastPolledAt: row.last_polled_at?.toISOString() ?? null,
    lastOkAt: row.last_ok_at?.toISOString() ?? null,
    failures: row.failures,
    lastFailure: row.last_failure,
    entries: row.entries ?? 0,
    articles: row.articles ?? 0,
    records: row.records ?? 0,
  }));
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
