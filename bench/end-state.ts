import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { loadConfig, projectDir } from '../src/shared/config.js';
import type { Db } from '../src/shared/db/schema.js';
import { createLog } from '../src/shared/log.js';
import { CloudEvent } from '../src/shared/model/event.js';
import { ExtractedRecord } from '../src/shared/model/record.js';
import { openStores } from '../src/shared/stores.js';
import type { ServiceProcess } from './service.js';

/** What of an article must not depend on what happened on the way. */
export interface ArticleEnd {
  id: string;
  stage: string | null;
  outcome: string | null;
  reason: string | null;
  duplicateOf: string | null;
  title: string | null;
  publishedAt: string | null;
  language: string | null;
  run: number;
  /** Of the cleaned text; null when none was made. */
  textHash: string | null;
}

export interface RecordEnd {
  id: string;
  article: string;
  revision: number;
  body: z.infer<typeof ExtractedRecord>;
}

export interface EndState {
  articles: ArticleEnd[];
  records: RecordEnd[];
  /** Entries by outcome and reason. */
  ledger: { outcome: string; reason: string | null; count: number }[];
  /** How often each record was said to be created, changed or withdrawn, in the database. */
  changes: Map<string, string[]>;
  /** Ids of the records whose event stands in the JSONL file. */
  delivered: Set<string>;
}

const Exported = ExtractedRecord.extend({
  id: z.string(),
  revision: z.number(),
  article: z.object({ id: z.string() }),
});

/** Reads the end state of a drained service, beside it while it runs. Waits until every event is delivered. */
export async function readEndState(service: ServiceProcess): Promise<EndState> {
  const config = loadConfig({ env: {}, cwd: projectDir, set: [`dataDir=${service.dataDir}`] });
  const stores = await openStores(config, createLog('silent'));
  try {
    await untilDelivered(stores.db);
    const exported = (await service.cli('records', 'export', '--format', 'jsonl')).split('\n').filter(Boolean);
    return {
      articles: await articleEnds(stores.db),
      records: exported.map((line) => {
        const { id, revision, article, ...body } = Exported.parse(JSON.parse(line));
        return { id, article: article.id, revision, body };
      }),
      ledger: (
        await sql<{ outcome: string; reason: string | null; count: number }>`
          select outcome, reason, count(*)::int as count from ledger group by 1, 2 order by 1, 2`.execute(stores.db)
      ).rows,
      changes: await changesOf(stores.db),
      delivered: deliveredTo(join(service.dataDir, 'records.jsonl')),
    };
  } finally {
    await stores.close();
  }
}

async function untilDelivered(db: Db): Promise<void> {
  const left = () => db.selectFrom('outbox').where('delivered_at', 'is', null).select('seq').limit(1).execute();
  for (const giveUp = Date.now() + 20_000; (await left()).length > 0; await delay(200)) {
    if (Date.now() > giveUp) throw new Error('there are events that were not delivered within 20 s');
  }
}

async function articleEnds(db: Db): Promise<ArticleEnd[]> {
  const rows = await db
    .selectFrom('articles as a')
    .leftJoin('artifacts as t', (join) =>
      join.onRef('t.article_id', '=', 'a.id').onRef('t.run', '=', 'a.run').on('t.name', '=', 'clean'),
    )
    .select(['a.id', 'a.stage', 'a.outcome', 'a.reason', 'a.duplicate_of', 'a.title', 'a.published_at', 'a.language'])
    .select(['a.run', sql<string | null>`t.body->>'text'`.as('text')])
    .orderBy('a.id')
    .execute();
  return rows.map(({ duplicate_of, published_at, text, ...row }) => ({
    ...row,
    duplicateOf: duplicate_of,
    publishedAt: published_at,
    textHash: text === null ? null : createHash('sha256').update(text).digest('hex').slice(0, 16),
  }));
}

async function changesOf(db: Db): Promise<Map<string, string[]>> {
  const changes = new Map<string, string[]>();
  for (const { record_id, change } of await db.selectFrom('changes').orderBy('seq').selectAll().execute()) {
    changes.set(record_id, [...(changes.get(record_id) ?? []), change]);
  }
  return changes;
}

function deliveredTo(file: string): Set<string> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return new Set(lines.map((line) => CloudEvent.parse(JSON.parse(line)).subject));
}

/** What is wrong with an end state by itself; nothing when it is sound. For feeds that were read in one state only. */
export function faults({ articles, records, ledger, changes, delivered }: EndState): string[] {
  const found: string[] = [];
  for (const { id, stage, outcome } of articles) {
    if (stage !== null || outcome === null) found.push(`article ${id} has no outcome and waits for ${stage}`);
  }
  for (const { outcome, count } of ledger) if (outcome === 'pending') found.push(`${count} entries are pending`);
  const ids = new Set(records.map((record) => record.id));
  if (ids.size !== records.length) found.push(`${records.length - ids.size} records are there twice`);
  for (const id of ids) {
    const told = changes.get(id) ?? [];
    if (told.join() !== 'created')
      found.push(`record ${id} was told as ${told.join(', ') || 'nothing'}, not as created`);
    if (!delivered.has(id)) found.push(`record ${id} is not in the JSONL file`);
  }
  for (const id of changes.keys()) if (!ids.has(id)) found.push(`record ${id} was told but is not there`);
  return found;
}

export interface Comparison {
  differences: string[];
  /** Groups of twins in which another one came first this time. */
  swapped: number;
}

/**
 * Compares two end states. Of pages that tell the same the first one read is kept and the others are its duplicates; which
 * one that is depends on who came first. Within such a group the roles may be dealt out anew, as long as the group as a
 * whole has the same outcomes and the same acts; their passages may stand elsewhere, since twins may differ in a dateline.
 */
export function compare(expected: EndState, actual: EndState): Comparison {
  const differences: string[] = [];
  const before = byId(expected.articles);
  const after = byId(actual.articles);
  for (const id of before.keys()) if (!after.has(id)) differences.push(`article ${id} is missing`);
  for (const id of after.keys()) if (!before.has(id)) differences.push(`article ${id} was not there before`);
  let swapped = 0;
  const records = { before: recordsOf(expected), after: recordsOf(actual) };
  for (const group of twins([...expected.articles, ...actual.articles])) {
    for (const id of group) differences.push(...changed(`article ${id}`, read(before.get(id)), read(after.get(id))));
    const roles = group.flatMap((id) => [
      ...changed(`article ${id}`, ended(before.get(id)), ended(after.get(id))),
      ...changed(`records of ${id}`, records.before.get(id), records.after.get(id)),
    ]);
    if (roles.length === 0) continue;
    const together = (articles: Map<string, ArticleEnd>, made: Map<string, RecordEnd[]>) =>
      JSON.stringify([
        group.map((id) => `${articles.get(id)?.outcome} ${articles.get(id)?.reason}`).sort(),
        group.flatMap((id) => (made.get(id) ?? []).map(act)).sort(),
      ]);
    if (group.length > 1 && together(before, records.before) === together(after, records.after)) swapped++;
    else differences.push(...roles);
  }
  differences.push(...changed('the ledger of entries', expected.ledger, actual.ledger));
  return { differences, swapped };
}

/** What was read of an article, whatever its role among its twins. */
function read(article: ArticleEnd | undefined): unknown {
  if (!article) return undefined;
  const { stage: _stage, outcome: _outcome, reason: _reason, duplicateOf: _of, ...facts } = article;
  return facts;
}

const ended = (article: ArticleEnd | undefined): unknown =>
  article && [article.stage, article.outcome, article.reason, article.duplicateOf];

const act = ({ body: { type, status, date, parties } }: RecordEnd): string =>
  JSON.stringify([type, status, date, parties.map((party) => [party.code, party.role])]);

function changed(what: string, before: unknown, after: unknown): string[] {
  const [was, is] = [JSON.stringify(before ?? null), JSON.stringify(after ?? null)];
  return was === is ? [] : [`${what}: ${was} became ${is}`];
}

const byId = (articles: readonly ArticleEnd[]): Map<string, ArticleEnd> =>
  new Map(articles.map((article) => [article.id, article]));

function recordsOf({ records }: EndState): Map<string, RecordEnd[]> {
  const groups = new Map<string, RecordEnd[]>();
  for (const record of [...records].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    groups.set(record.article, [...(groups.get(record.article) ?? []), record]);
  }
  return groups;
}

/** Articles that are each other's duplicates in any of the states, each article in exactly one group. */
function twins(articles: readonly ArticleEnd[]): string[][] {
  const leader = new Map<string, string>();
  const find = (id: string): string => {
    const up = leader.get(id) ?? id;
    return up === id ? id : find(up);
  };
  for (const { id, duplicateOf } of articles) leader.set(find(id), find(duplicateOf ?? id));
  const groups = new Map<string, Set<string>>();
  for (const { id } of articles) groups.set(find(id), (groups.get(find(id)) ?? new Set()).add(id));
  return [...groups.values()].map((group) => [...group]);
}
