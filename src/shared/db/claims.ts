import { createHash } from 'node:crypto';
import { canonicalUrl, sameRegistrableDomain } from '../canonical-url.js';
import type { FailureCode } from '../failures.js';
import type { CleanArticle } from '../model/article.js';
import type { ArticleRef } from '../model/stages.js';
import type { Db, Tx } from './schema.js';

export interface Duplicate {
  of: string;
  reason: Extract<FailureCode, 'article/duplicate-url' | 'article/duplicate-text'>;
}

/** Shorter texts (photo pages, "subscribe to read") are alike without being the same story. */
const LEAST_WORDS = 40;

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * An article that has been read claims its canonical address and its text. When another article has either already, it
 * is that one's duplicate. The first claim wins; a unique key decides between two that come at once.
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
  const key = canonicalUrl(named);
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
  return same ? { of: holder.id, reason: 'article/duplicate-url' } : null;
}

async function claimText(tx: Tx, article: ArticleRef, clean: CleanArticle): Promise<Duplicate | null> {
  if (clean.wordCount < LEAST_WORDS) return null;
  const hash = createHash('sha256').update(fold(clean.text)).digest('hex');
  await tx.deleteFrom('text_claims').where('article_id', '=', article.id).where('text_hash', '<>', hash).execute();
  await tx
    .insertInto('text_claims')
    .values({ text_hash: hash, article_id: article.id })
    .onConflict((conflict) => conflict.column('text_hash').doNothing())
    .execute();
  const holder = await tx
    .selectFrom('text_claims')
    .where('text_hash', '=', hash)
    .select('article_id')
    .executeTakeFirst();
  return holder && holder.article_id !== article.id
    ? { of: holder.article_id, reason: 'article/duplicate-text' }
    : null;
}
