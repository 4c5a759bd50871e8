import { sql } from 'kysely';
import { sameRegistrableDomain, urlKey } from '../canonical-url.js';
import type { FailureCode } from '../failures.js';
import { bandsOf, signatureOf, similarityOf } from '../minhash.js';
import type { CleanArticle } from '../model/article.js';
import type { ArticleRef } from '../model/stages.js';
import type { Db, Tx } from './schema.js';

export interface Duplicate {
  of: string;
  reason: Extract<FailureCode, 'article/duplicate-url' | 'article/duplicate-text'>;
  /** Estimated share of common five-word runs, 0 to 1; null when the address told it. */
  similarity: number | null;
}

/** Shorter texts (photo pages, "subscribe to read") are alike without being the same story. */
const LEAST_WORDS = 40;
/** Syndicated copies differ in datelines, cuts and notes; two reports of one event share far fewer runs than this. */
const LEAST_SIMILARITY = 0.75;

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * An article that has been read claims its canonical address and its text. When another article has the address, or a
 * nearly identical text, it is that one's duplicate. The first claim wins, also between two that come at once.
 */
export async function claimIdentity(db: Db, article: ArticleRef, clean: CleanArticle): Promise<Duplicate | null> {
  return db
    .transaction()
    .execute(async (tx) => (await claimUrl(tx, article, clean)) ?? (await claimText(tx, article, clean)));
}

async function claimUrl(tx: Tx, article: ArticleRef, clean: CleanArticle): Promise<Duplicate | null> {
  const named = clean.canonicalUrl;
  if (named === null || !sameRegistrableDomain(named, article.url)) return null;
  // Sites that name their front page as canonical on every page would make all articles one.
  if (new URL(named).pathname === '/') return null;
  const key = urlKey(named);
  await tx
    .insertInto('article_urls')
    .values({ key, article_id: article.id })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const holder = await tx
    .selectFrom('article_urls as u')
    .innerJoin('articles as a', 'a.id', 'u.article_id')
    .where('u.key', '=', key)
    .select(['a.id', 'a.title'])
    .executeTakeFirst();
  if (!holder || holder.id === article.id) return null;
  // A section page named as canonical is a mistake of the site; the same headline makes it the same article.
  const same = fold(holder.title ?? '') === fold(clean.title ?? article.title ?? '');
  return same ? { of: holder.id, reason: 'article/duplicate-url', similarity: null } : null;
}

async function claimText(tx: Tx, article: ArticleRef, clean: CleanArticle): Promise<Duplicate | null> {
  if (clean.wordCount < LEAST_WORDS) return null;
  const signature = signatureOf(clean.text);
  // One at a time: two copies that come at once would not see each other's rows.
  await sql`select pg_advisory_xact_lock(hashtext('communique texts'))`.execute(tx);
  await tx.deleteFrom('texts').where('article_id', '=', article.id).execute();
  await tx.deleteFrom('text_bands').where('article_id', '=', article.id).execute();
  const bands = bandsOf(signature);
  const alike = await sql<{ article_id: string; signature: number[] }>`
    select t.article_id, t.signature from texts t where t.article_id in (
      select b.article_id from unnest(${bands.map((one) => one.band)}::int[], ${bands.map((one) => one.hash)}::int[])
        as g(band, hash) join text_bands b on b.band = g.band and b.hash = g.hash)
    order by t.article_id`.execute(tx);
  for (const other of alike.rows) {
    const similarity = similarityOf(signature, other.signature);
    if (similarity >= LEAST_SIMILARITY) return { of: other.article_id, reason: 'article/duplicate-text', similarity };
  }
  await tx.insertInto('texts').values({ article_id: article.id, signature }).execute();
  await tx
    .insertInto('text_bands')
    .values(bands.map((one) => ({ ...one, article_id: article.id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return null;
}
