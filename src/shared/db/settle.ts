import { sql } from 'kysely';
import type { Settlement } from '../model/settlement.js';
import { codeVersion } from '../version.js';
import { storable, toJson } from './json.js';
import { type LiveArticle, newPlan, type OldRecord, type Plan, replaceRecords } from './record-changes.js';
import type { Db, RecordTable, Tx } from './schema.js';

/** The end of an article's way, and from where: nothing happens when it is not waiting for that stage in that run. */
export interface Ending extends Settlement {
  articleId: string;
  run: number;
  stage: string;
  /** The failure goes to the dead letters after this many attempts. */
  deadLetter: { attempts: number } | null;
  /** What the last stage made, where it ended the article without handing on. */
  artifact: { name: string; body: unknown } | null;
}

export interface SettleOptions {
  sinks: readonly string[];
  /** CloudEvents `source`. */
  eventSource: string;
  now: Date;
}

export interface Settled {
  /** False when a newer run or another worker had settled it already. */
  done: boolean;
  created: number;
  changed: number;
  withdrawn: number;
}

/** Ends articles, many in one transaction: outcome, records, what changed in them and the events that tell it. */
export async function settle(db: Db, items: readonly Ending[], options: SettleOptions): Promise<Settled[]> {
  return db.transaction().execute(async (tx) => {
    const live = await lockLive(tx, items);
    const before = await recordsBefore(tx, [...live.keys()]);
    const plan = newPlan();
    const results = items.map((item) => {
      const article = live.get(item.articleId);
      if (!article || article.run !== item.run || article.stage !== item.stage) return NOT_DONE;
      live.delete(item.articleId);
      plan.ended.push(item);
      return { done: true, ...replaceRecords(plan, item, article, before.get(item.articleId) ?? [], options) };
    });
    await carryOut(tx, plan, options.now);
    return results;
  });
}

const NOT_DONE: Settled = { done: false, created: 0, changed: 0, withdrawn: 0 };

async function lockLive(tx: Tx, items: readonly Ending[]): Promise<Map<string, LiveArticle>> {
  const rows = await tx
    .selectFrom('articles')
    .where(
      'id',
      'in',
      items.map((item) => item.articleId),
    )
    .select(['id', 'run', 'stage', 'url', 'source_id', 'title', 'published_at'])
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function recordsBefore(tx: Tx, ids: string[]): Promise<Map<string, OldRecord[]>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('records')
    .where('article_id', 'in', ids)
    .select(['id', 'article_id', 'body', 'revision', 'rules_version'])
    .execute();
  const byArticle = new Map<string, OldRecord[]>();
  for (const row of rows) byArticle.set(row.article_id, [...(byArticle.get(row.article_id) ?? []), row]);
  return byArticle;
}

async function carryOut(tx: Tx, plan: Plan, now: Date): Promise<void> {
  if (plan.ended.length === 0) return;
  if (plan.withdrawn.length > 0) await tx.deleteFrom('records').where('id', 'in', plan.withdrawn).execute();
  if (plan.upserts.length > 0) {
    await tx
      .insertInto('records')
      .values(plan.upserts)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => {
          const given = <Column extends keyof RecordTable>(column: Column) => eb.ref(`excluded.${column}`);
          return {
            status: given('status'),
            headline: given('headline'),
            date_start: given('date_start'),
            date_end: given('date_end'),
            parties: given('parties'),
            confidence: given('confidence'),
            body: sql<string>`excluded.body`,
            search: given('search'),
            revision: given('revision'),
            code_version: given('code_version'),
            rules_version: given('rules_version'),
            updated_at: given('updated_at'),
          };
        }),
      )
      .execute();
  }
  if (plan.changes.length > 0) await tx.insertInto('changes').values(plan.changes).execute();
  if (plan.events.length > 0) await tx.insertInto('outbox').values(plan.events).execute();
  await endArticles(tx, plan.ended, now);
}

async function endArticles(tx: Tx, ended: readonly Ending[], now: Date): Promise<void> {
  const ids = ended.map((item) => item.articleId);
  const text = (value: string | null | undefined) => (value ? storable(value.slice(0, 2000)) : null);
  await sql`
    update articles a set stage = null, outcome = t.outcome, reason = t.reason, detail = t.detail,
      duplicate_of = t.duplicate_of, title = coalesce(t.title, a.title),
      published_at = coalesce(t.published_at, a.published_at), language = coalesce(t.language, a.language),
      updated_at = ${now}
    from unnest(
      ${ids}::text[], ${ended.map((item) => item.outcome)}::text[], ${ended.map((item) => item.reason)}::text[],
      ${ended.map((item) => text(item.detail))}::text[], ${ended.map((item) => item.duplicateOf)}::text[],
      ${ended.map((item) => text(item.facts?.title))}::text[], ${ended.map((item) => item.facts?.publishedAt ?? null)}::text[],
      ${ended.map((item) => item.facts?.language ?? null)}::text[]
    ) as t(id, outcome, reason, detail, duplicate_of, title, published_at, language)
    where a.id = t.id`.execute(tx);
  await tx.deleteFrom('dead_letters').where('article_id', 'in', ids).execute();
  const dead = ended.flatMap((item) =>
    item.deadLetter
      ? [
          {
            article_id: item.articleId,
            stage: item.stage,
            run: item.run,
            code: item.reason,
            detail: text(item.detail) ?? '',
            attempts: item.deadLetter.attempts,
            at: now,
          },
        ]
      : [],
  );
  if (dead.length > 0) await tx.insertInto('dead_letters').values(dead).execute();
  const artifacts = ended.flatMap(({ articleId, run, artifact }) =>
    artifact
      ? [
          {
            article_id: articleId,
            name: artifact.name,
            run,
            version: codeVersion,
            body: toJson(artifact.body),
            created_at: now,
          },
        ]
      : [],
  );
  if (artifacts.length > 0) {
    await tx
      .insertInto('artifacts')
      .values(artifacts)
      .onConflict((conflict) =>
        conflict.columns(['article_id', 'name', 'run']).doUpdateSet({ body: sql<string>`excluded.body` }),
      )
      .execute();
  }
  // What earlier runs made has served its purpose, except where this run began later and built on it.
  await sql`
    delete from artifacts a using artifacts b
    where a.article_id = any(${ids}) and b.article_id = a.article_id and b.name = a.name and b.run > a.run`.execute(tx);
}
