import type { Sighting } from '../model/stages.js';
import { articleId } from './articles.js';
import { storable, toJson } from './json.js';
import type { Db, Tx } from './schema.js';

export interface Seen {
  /** Articles that have to be fetched: new ones, and those whose entry the publisher changed. */
  toFetch: { id: string; run: number }[];
  entries: number;
  created: number;
  revised: number;
  duplicates: number;
  skipped: number;
  /** When the entries came out that the source never had before (epoch ms), null where the feed does not say. */
  published: (number | null)[];
}

/**
 * Writes down every entry of a polled feed, in one transaction: new addresses become articles, known ones sightings of
 * theirs, and a changed entry makes a new revision of its article. Doing it twice changes nothing.
 */
export async function recordSightings(
  db: Db,
  sourceId: string,
  sightings: readonly Sighting[],
  now: Date,
): Promise<Seen> {
  const byKey = new Map(sightings.map((sighting) => [sighting.key, sighting]));
  return db.transaction().execute(async (tx) => {
    const known = await knownEntries(tx, sourceId, [...byKey.keys()]);
    const seen: Seen = {
      toFetch: [],
      entries: byKey.size,
      created: 0,
      revised: 0,
      duplicates: 0,
      skipped: 0,
      published: [],
    };
    for (const sighting of inLockOrder(byKey)) {
      const before = known.get(sighting.key);
      if (before === undefined) await addEntry(tx, sourceId, sighting, now, seen);
      else if (before.content_hash !== sighting.contentHash)
        await reviseEntry(tx, sourceId, sighting, before, now, seen);
    }
    if (known.size > 0) {
      await tx
        .updateTable('entries')
        .where('source_id', '=', sourceId)
        .where('entry_key', 'in', [...known.keys()])
        .set({ last_seen_at: now })
        .execute();
    }
    return seen;
  });
}

/**
 * Two sources of one site may bring the same articles at once, in different orders: each would wait for a row that the
 * other one holds. In the order of the addresses one waits for the other.
 */
const inLockOrder = (sightings: ReadonlyMap<string, Sighting>): Sighting[] =>
  [...sightings.values()].sort((a, b) => compare(a.urlKey ?? '', b.urlKey ?? '') || compare(a.key, b.key));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface KnownEntry {
  entry_key: string;
  article_id: string | null;
  owner: boolean;
  content_hash: string;
}

async function knownEntries(tx: Tx, sourceId: string, keys: string[]): Promise<Map<string, KnownEntry>> {
  if (keys.length === 0) return new Map();
  const rows = await tx
    .selectFrom('entries')
    .where('source_id', '=', sourceId)
    .where('entry_key', 'in', keys)
    .select(['entry_key', 'article_id', 'owner', 'content_hash'])
    .execute();
  return new Map(rows.map((row) => [row.entry_key, row]));
}

const orNull = (text: string | null): string | null => (text === null ? null : storable(text));

async function addEntry(tx: Tx, sourceId: string, sighting: Sighting, now: Date, seen: Seen): Promise<void> {
  const article = sighting.skip === null ? await claimArticle(tx, sourceId, sighting, now) : undefined;
  if (article?.isNew) {
    seen.created++;
    seen.toFetch.push({ id: article.id, run: 1 });
  } else if (article) seen.duplicates++;
  else seen.skipped++;
  // An identifier that changes with each poll brings no news, and must not set the pace.
  const isNews = !article || article.isNew || !(await wasSeen(tx, sourceId, article.id));
  const inserted = await tx
    .insertInto('entries')
    .values({
      source_id: sourceId,
      entry_key: sighting.key,
      article_id: article?.id ?? null,
      owner: article?.isNew ?? false,
      url: orNull(sighting.url),
      title: orNull(sighting.title),
      published_at: sighting.publishedAt,
      content_hash: sighting.contentHash,
      outcome: article ? (article.isNew ? null : 'duplicate') : 'skipped',
      reason: article ? (article.isNew ? null : 'entry/same-article') : (sighting.skip ?? 'entry/no-link'),
      problems: toJson(sighting.problems),
      first_seen_at: now,
      last_seen_at: now,
    })
    .onConflict((conflict) => conflict.columns(['source_id', 'entry_key']).doNothing())
    .executeTakeFirst();
  const at = Date.parse(sighting.publishedAt ?? '');
  if (isNews) seen.published.push(Number.isNaN(at) ? null : at);
  if (inserted.numInsertedOrUpdatedRows === 0n && article?.isNew) {
    throw new Error(`entry ${sighting.key} of ${sourceId} was written by another poll at the same moment`);
  }
}

async function wasSeen(tx: Tx, sourceId: string, article: string): Promise<boolean> {
  const entry = await tx
    .selectFrom('entries')
    .where('article_id', '=', article)
    .where('source_id', '=', sourceId)
    .select('entry_key')
    .limit(1)
    .executeTakeFirst();
  return entry !== undefined;
}

/** The article at that address: the one that is known by it, or a new one that waits to be fetched. */
async function claimArticle(
  tx: Tx,
  sourceId: string,
  sighting: Sighting,
  now: Date,
): Promise<{ id: string; isNew: boolean } | undefined> {
  const { url, urlKey } = sighting;
  if (url === null || urlKey === null) return undefined;
  const known = await tx.selectFrom('article_urls').where('key', '=', urlKey).select('article_id').executeTakeFirst();
  if (known) return { id: known.article_id, isNew: false };
  const id = articleId(urlKey);
  const made = await tx
    .insertInto('articles')
    .values({
      id,
      url: storable(url),
      source_id: sourceId,
      title: orNull(sighting.title),
      published_at: sighting.publishedAt,
      stage: 'fetch',
      run: 1,
      revision: 1,
      first_seen_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  await tx
    .insertInto('article_urls')
    .values({ key: urlKey, article_id: id })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return { id, isNew: made.numInsertedOrUpdatedRows === 1n };
}

/** The publisher changed an entry: its article, when this entry brought it, is read anew. */
async function reviseEntry(
  tx: Tx,
  sourceId: string,
  sighting: Sighting,
  before: KnownEntry,
  now: Date,
  seen: Seen,
): Promise<void> {
  await tx
    .updateTable('entries')
    .where('source_id', '=', sourceId)
    .where('entry_key', '=', sighting.key)
    .set({ content_hash: sighting.contentHash, title: orNull(sighting.title), published_at: sighting.publishedAt })
    .set({ problems: toJson(sighting.problems) })
    .execute();
  if (before.article_id === null && sighting.skip === null) return adoptEntry(tx, sourceId, sighting, now, seen);
  if (!before.owner || before.article_id === null) return;
  const article = await tx
    .updateTable('articles')
    .where('id', '=', before.article_id)
    .set((eb) => ({ run: eb('run', '+', 1), revision: eb('revision', '+', 1) }))
    .set({ stage: 'fetch', outcome: null, reason: null, detail: null, duplicate_of: null, updated_at: now })
    .set({ title: orNull(sighting.title) })
    .returning(['id', 'run'])
    .executeTakeFirst();
  if (!article) return;
  seen.revised++;
  seen.toFetch.push(article);
}

/** An entry that had no usable link has one now: it brings its article after all. */
async function adoptEntry(tx: Tx, sourceId: string, sighting: Sighting, now: Date, seen: Seen): Promise<void> {
  const article = await claimArticle(tx, sourceId, sighting, now);
  if (!article) return;
  if (article.isNew) {
    seen.created++;
    seen.toFetch.push({ id: article.id, run: 1 });
  } else seen.duplicates++;
  await tx
    .updateTable('entries')
    .where('source_id', '=', sourceId)
    .where('entry_key', '=', sighting.key)
    .set({ article_id: article.id, owner: article.isNew, url: orNull(sighting.url) })
    .set({ outcome: article.isNew ? null : 'duplicate', reason: article.isNew ? null : 'entry/same-article' })
    .execute();
}
