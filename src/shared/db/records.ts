import { type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import { ExtractedRecord, RecordType } from '../model/record.js';
import type { Db, Tables } from './schema.js';

/** PostgreSQL takes no NUL. */
const asked = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(/^[^\0]*$/, 'NUL is not allowed');

/** What can be asked of the records; all given filters must hold. */
export const RecordFilter = z.object({
  type: RecordType.optional().describe('One of the thirteen record types'),
  party: asked(2, 40).optional().describe('Code of a party: ISO 3166-1 alpha-3, or NATO, EU ...'),
  since: z.iso.date().optional().describe('Acts that began on this day or later'),
  until: z.iso.date().optional().describe('Acts that began on this day or earlier'),
  source: asked(1, 80).optional().describe('Id of the source that brought the article'),
  article: asked(1, 80).optional().describe('Id of the article'),
  q: asked(1, 200).optional().describe('Full text: words of the passage and of names'),
});
export type RecordFilter = z.infer<typeof RecordFilter>;

/** A record as it is shown: the act, where it comes from and what made it. */
export const ShownRecord = ExtractedRecord.extend({
  id: z.string(),
  revision: z.number().int(),
  codeVersion: z.string(),
  rulesVersion: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  article: z.object({
    id: z.string(),
    url: z.string(),
    title: z.string().nullable(),
    publishedAt: z.string().nullable(),
    source: z.string(),
    outlet: z.string(),
  }),
});
export type ShownRecord = z.infer<typeof ShownRecord>;

export interface Page {
  limit: number;
  cursor?: string | undefined;
}

const Cursor = z.tuple([z.iso.datetime(), asked(1, 80)]);

/** A cursor that was not given out by this API. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new BadCursor(`"${cursor.slice(0, 80)}" is not a cursor of this API; take nextCursor of the page before`);
  }
}

const recordRows = (db: Db) =>
  db
    .selectFrom('records as r')
    .innerJoin('articles as a', 'a.id', 'r.article_id')
    .innerJoin('sources as s', 's.id', 'a.source_id')
    .select(['r.id', 'r.body', 'r.revision', 'r.code_version', 'r.rules_version', 'r.created_at', 'r.updated_at'])
    .select(['a.id as article_id', 'a.url', 'a.title', 'a.published_at', 'a.source_id', 's.outlet']);

type Rows = ReturnType<typeof recordRows>;
type Row = Awaited<ReturnType<Rows['execute']>>[number];

function shown(row: Row): ShownRecord {
  return {
    ...ExtractedRecord.parse(row.body),
    id: row.id,
    revision: row.revision,
    codeVersion: row.code_version,
    rulesVersion: row.rules_version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    article: {
      id: row.article_id,
      url: row.url,
      title: row.title,
      publishedAt: row.published_at,
      source: row.source_id,
      outlet: row.outlet,
    },
  };
}

type Filtered<Output> = SelectQueryBuilder<
  Tables & { r: Tables['records']; a: Tables['articles']; s: Tables['sources'] },
  'r' | 'a' | 's',
  Output
>;

/** ISO dates of any precision compare as text. A month or year matches `since` with its last day, `until` with its first. */
function narrowed<Output>(query: Filtered<Output>, filter: RecordFilter): Filtered<Output> {
  const { type, party, since, until, source, article, q } = filter;
  return query
    .$if(type !== undefined, (rows) => rows.where('r.type', '=', type ?? ''))
    .$if(party !== undefined, (rows) => rows.where(sql<boolean>`r.parties @> array[${party}]::text[]`))
    .$if(since !== undefined, (rows) =>
      rows.where(sql<boolean>`r.date_start || substr('-12-31', length(r.date_start) - 3) >= ${since}`),
    )
    .$if(until !== undefined, (rows) => rows.where('r.date_start', '<=', until ?? ''))
    .$if(source !== undefined, (rows) => rows.where('a.source_id', '=', source ?? ''))
    .$if(article !== undefined, (rows) => rows.where('r.article_id', '=', article ?? ''))
    .$if(q !== undefined, (rows) =>
      rows.where(sql<boolean>`to_tsvector('simple', r.search) @@ websearch_to_tsquery('simple', ${q})`),
    );
}

/** A page of records, newest first, and the cursor of the next one. Throws `BadCursor`. */
export async function listRecords(
  db: Db,
  filter: RecordFilter,
  page: Page,
): Promise<{ records: ShownRecord[]; nextCursor: string | null }> {
  const from = page.cursor === undefined ? undefined : readCursor(page.cursor);
  const rows = await narrowed(recordRows(db), filter)
    .$if(from !== undefined, (query) =>
      query.where(sql<boolean>`(r.created_at, r.id) < (${from?.[0]}::timestamptz, ${from?.[1]})`),
    )
    .orderBy('r.created_at', 'desc')
    .orderBy('r.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    records: kept.map(shown),
    nextCursor: more
      ? Buffer.from(JSON.stringify([last.created_at.toISOString(), last.id])).toString('base64url')
      : null,
  };
}

/** All records that match, page after page, so that an export of any size runs in little memory. */
export async function* everyRecord(db: Db, filter: RecordFilter): AsyncGenerator<ShownRecord> {
  let cursor: string | undefined;
  do {
    const page = await listRecords(db, filter, { limit: 500, cursor });
    yield* page.records;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

export async function findRecord(db: Db, id: string): Promise<ShownRecord | undefined> {
  const row = await recordRows(db).where('r.id', '=', id).executeTakeFirst();
  return row && shown(row);
}
