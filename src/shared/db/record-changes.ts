import type { Insertable } from 'kysely';
import { recordEvent } from '../model/event.js';
import type { ExtractedRecord } from '../model/record.js';
import type { IdentifiedRecord } from '../model/settlement.js';
import { codeVersion } from '../version.js';
import { storable, toJson } from './json.js';
import type { ChangeTable, OutboxTable, RecordTable } from './schema.js';
import type { Ending, Settled, SettleOptions } from './settle.js';

export interface LiveArticle {
  id: string;
  run: number;
  stage: string | null;
  url: string;
  source_id: string;
  title: string | null;
  published_at: string | null;
}

export interface OldRecord {
  id: string;
  article_id: string;
  body: unknown;
  revision: number;
  rules_version: string;
}

/** All rows that a batch writes, gathered first so that each table is written once. */
export interface Plan {
  ended: Ending[];
  upserts: Insertable<RecordTable>[];
  withdrawn: string[];
  changes: Insertable<ChangeTable>[];
  events: Insertable<OutboxTable>[];
}

export const newPlan = (): Plan => ({ ended: [], upserts: [], withdrawn: [], changes: [], events: [] });

/** Adds to the plan what a run changes in the records of its article, and the events that tell it. */
export function replaceRecords(
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
