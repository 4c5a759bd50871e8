import { type Insertable, sql } from 'kysely';
import { recordEvent } from '../model/event.js';
import type { ExtractedRecord } from '../model/record.js';
import type { IdentifiedRecord, Settlement } from '../model/settlement.js';
import { codeVersion } from '../version.js';
import { storable, toJson } from './json.js';
import type { ChangeTable, Db, OutboxTable, RecordTable, Tx } from './schema.js';

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

interface LiveArticle {
  id: string;
  run: number;
  stage: string | null;
  url: string;
  source_id: string;
  title: string | null;
  published_at: string | null;
}

interface OldRecord {
  id: string;
  article_id: string;
  body: unknown;
  revision: number;
  rules_version: string;
}

/** All rows that a batch writes, gathered first so that each table is written once. */
interface Plan {
  ended: Ending[];
  upserts: Insertable<RecordTable>[];
  withdrawn: string[];
  changes: Insertable<ChangeTable>[];
  events: Insertable<OutboxTable>[];
}

const newPlan = (): Plan => ({ ended: [], upserts: [], withdrawn: [], changes: [], events: [] });

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

function replaceRecords(
  plan: Plan,
  item: Ending,
  article: LiveArticle,
  old: readonly OldRecord[],
  options: SettleOptions,
): Omit<Settled, 'done'> {
  const counts = { created: 0, changed: 0, withdrawn: 0 };
  if (!item.records) return counts;
  const { rules, list } = item.records;
  const tell = (change: ChangeTable['change'], id: string, revision: number, record: unknown) => {
    counts[change]++;
    plan.changes.push({ article_id: item.articleId, run: item.run, record_id: id, change, at: options.now });
    const event = recordEvent({
      change,
      recordId: id,
      revision,
      run: item.run,
      source: options.eventSource,
      time: options.now,
      article: articleOf(item, article),
      record,
      codeVersion,
      rulesVersion: rules,
    });
    const envelope = toJson(event);
    for (const sink of options.sinks) {
      plan.events.push({
        sink,
        event_id: event.id,
        article_id: item.articleId,
        envelope,
        created_at: options.now,
        delivered_at: null,
      });
    }
  };
  const gone = new Map(old.map((row) => [row.id, row]));
  for (const record of list) {
    const { id, ...body } = record;
    const known = gone.get(id);
    gone.delete(id);
    const same = known !== undefined && toJson(comparable(known.body)) === toJson(comparable(body));
    const revision = known === undefined ? 1 : same ? known.revision : known.revision + 1;
    if (!same) tell(known === undefined ? 'created' : 'changed', id, revision, record);
    if (!same || known.rules_version !== rules)
      plan.upserts.push(recordRow(item, record, revision, rules, options.now));
  }
  for (const [id, row] of gone) {
    tell('withdrawn', id, row.revision + 1, null);
    plan.withdrawn.push(id);
  }
  return counts;
}

const articleOf = (item: Ending, article: LiveArticle) => ({
  id: item.articleId,
  url: article.url,
  source: article.source_id,
  title: item.facts?.title ?? article.title,
  publishedAt: item.facts?.publishedAt ?? article.published_at,
});

/** Key order differs between what was extracted and what jsonb gives back, so both are compared in one order. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, comparable(inner)]),
  );
}

function recordRow(
  item: Ending,
  { id, ...body }: IdentifiedRecord,
  revision: number,
  rules: string,
  now: Date,
): Insertable<RecordTable> {
  return {
    id,
    article_id: item.articleId,
    type: body.type,
    status: body.status,
    headline: body.headline,
    date_start: body.date.start,
    date_end: body.date.end,
    parties: body.parties.map((party) => party.code),
    confidence: body.confidence,
    body: toJson(body),
    search: storable(searchText(body, item.facts?.title ?? null)),
    revision,
    code_version: codeVersion,
    rules_version: rules,
    created_at: now,
    updated_at: now,
  };
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

/** What the full-text filter of the API searches: the passage, and the names in it. */
const searchText = (record: ExtractedRecord, title: string | null): string =>
  [
    title ?? '',
    ...record.evidence.map((span) => span.quote),
    ...record.parties.map((party) => party.name),
    ...record.people.map((person) => person.name),
    ...record.organizations,
    ...record.programmes.map((programme) => programme.name),
    ...record.equipment.map((item) => item.name),
    record.exercise ?? '',
  ].join('\n');
