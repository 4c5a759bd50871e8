import type { Db } from './schema.js';

export interface DeadLetter {
  article: string;
  url: string;
  source: string;
  stage: string;
  code: string;
  detail: string;
  attempts: number;
  at: string;
}

const deadRows = (db: Db) =>
  db
    .selectFrom('dead_letters as d')
    .innerJoin('articles as a', 'a.id', 'd.article_id')
    .select(['d.article_id', 'd.stage', 'd.code', 'd.detail', 'd.attempts', 'd.at', 'a.url', 'a.source_id']);

type Row = Awaited<ReturnType<ReturnType<typeof deadRows>['execute']>>[number];

const shown = (row: Row): DeadLetter => ({
  article: row.article_id,
  url: row.url,
  source: row.source_id,
  stage: row.stage,
  code: row.code,
  detail: row.detail,
  attempts: row.attempts,
  at: row.at.toISOString(),
});

/** What failed for good, newest first. */
export async function listDead(db: Db, limit: number): Promise<DeadLetter[]> {
  const rows = await deadRows(db).orderBy('d.at', 'desc').orderBy('d.article_id').limit(limit).execute();
  return rows.map(shown);
}

export async function findDead(db: Db, article: string): Promise<DeadLetter | undefined> {
  const row = await deadRows(db).where('d.article_id', '=', article).executeTakeFirst();
  return row && shown(row);
}

/** Takes letters off the list; the articles keep their outcome `failed`. Returns how many there were. */
export async function dropDead(db: Db, articles: readonly string[]): Promise<number> {
  const result = await db
    .deleteFrom('dead_letters')
    .where('article_id', 'in', [...articles])
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/**
 * Sets a failed article back to the stage it failed in, in the same run: someone retried its job in the dashboard.
 * False when it did not fail there.
 */
export async function reviveDead(db: Db, article: string, run: number, stage: string, now: Date): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('dead_letters')
      .where('article_id', '=', article)
      .where('run', '=', run)
      .where('stage', '=', stage)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) return false;
    await tx
      .updateTable('articles')
      .where('id', '=', article)
      .where('run', '=', run)
      .where('outcome', '=', 'failed')
      .set({ stage, outcome: null, reason: null, detail: null, updated_at: now })
      .execute();
    return true;
  });
}
