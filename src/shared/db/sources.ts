import type { Updateable } from 'kysely';
import { z } from 'zod';
import { FeedHead } from '../model/feed.js';
import { Pace } from '../model/pace.js';
import { Source, type SourceInput } from '../model/source.js';
import type { PollSource } from '../model/stages.js';
import { toJson } from './json.js';
import type { Db, SourceTable } from './schema.js';

/**
 * Makes the table say what the YAML says. Rows that were added by command stay; rows that left the YAML are disabled,
 * not deleted, since their articles refer to them.
 */
export async function syncSources(db: Db, rows: readonly SourceInput[], now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('sources')
      .set({ enabled: false })
      .where('origin', '=', 'yaml')
      .$if(rows.length > 0, (query) =>
        query.where(
          'id',
          'not in',
          rows.map((row) => row.id),
        ),
      )
      .execute();
    for (const row of rows) await saveSource(tx, row, 'yaml', now);
  });
}

/**
 * Adds a source or brings it up to date; a new one is due at once. The address that it has moved to stays as long as the
 * operator still states the old one; a newly stated one, or one that is to be read in another way, forgets what was
 * known of the old, else a document that did not change would never be read by the new rules.
 */
export async function saveSource(db: Db, input: SourceInput, origin: 'yaml' | 'cli', now: Date): Promise<void> {
  const { intervalSeconds, links, url, ...rest } = Source.parse(input);
  const before = await db.selectFrom('sources').where('id', '=', rest.id).selectAll().executeTakeFirst();
  const stated = { ...rest, links: toJson(links), interval_s: intervalSeconds, origin };
  if (!before) {
    await db
      .insertInto('sources')
      .values({ ...stated, url, listed_url: url, next_poll_at: now, created_at: now })
      // Another process may have added it since.
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    return;
  }
  const moved = before.listed_url !== url;
  const anew = moved || readingOf(Kept.parse(before)) !== readingOf({ ...rest, links });
  const back = rest.enabled && (!before.enabled || anew);
  await db
    .updateTable('sources')
    .where('id', '=', rest.id)
    .set(stated)
    .$if(moved, (query) => query.set({ url, listed_url: url }))
    .$if(anew, (query) => query.set(FORGOTTEN))
    .$if(back, (query) => query.set({ ...FORGIVEN, next_poll_at: now }))
    .$if(intervalSeconds !== before.interval_s && !back, (query) =>
      query.set({ next_poll_at: dueAfterChange(before, intervalSeconds, now) }),
    )
    .execute();
}

const FORGOTTEN = { etag: null, last_modified: null, body_hash: null, full_at: null, last_ok_at: null, said: null };
const FORGIVEN = {
  muted: null,
  notice: null,
  failures: 0,
  last_failure: null,
  error_score: 0,
  moved_to: null,
  moved_seen: 0,
};

/** An interval that was fixed counts from the last poll; one that was given up ends with the poll that is planned. */
function dueAfterChange(
  before: { last_polled_at: Date | null; next_poll_at: Date },
  seconds: number | null,
  now: Date,
) {
  if (seconds === null || before.last_polled_at === null) return before.next_poll_at;
  return new Date(Math.max(before.last_polled_at.getTime() + seconds * 1000, now.getTime()));
}

/** What of a source stands in JSON or as free text in its row. */
const Kept = z.object({ kind: Source.shape.kind, links: Source.shape.links, identity: Source.shape.identity });

/** How a document is read, as one text to compare. */
export const readingOf = ({ kind, links, identity }: z.infer<typeof Kept>): string =>
  JSON.stringify([kind, links?.selector, links?.pattern, identity]);

/** Every source as an operator would state it now, at the address that it has moved to. */
export async function listSources(db: Db): Promise<Source[]> {
  const rows = await db.selectFrom('sources').orderBy('id').selectAll().execute();
  return rows.map((row) => {
    const { id, url, outlet, country, language, enabled, conditional, interval_s: intervalSeconds } = row;
    const kept = Kept.parse(row);
    return { id, url, outlet, country, language, enabled, conditional, intervalSeconds, ...kept };
  });
}

/** How long a server may go on saying that nothing changed before it is asked without validators. */
const UNCONDITIONAL_AFTER_MS = 8 * 86_400_000;

/** What is known of a source from one poll to the next. */
export interface Standing {
  url: string;
  /** Seconds, where the operator fixed them. */
  intervalSeconds: number | null;
  pace: Pace | null;
  /** What the feed said of itself the last time it was read. */
  said: FeedHead | null;
  failures: number;
  errorScore: number;
  movedTo: string | null;
  movedSeen: number;
  /** A hub tells of new entries (WebSub). */
  pushed: boolean;
}

export interface DueSource {
  /** As the poll stage needs it. */
  source: PollSource;
  /** It is to be asked without validators. */
  full: boolean;
  nextPollAt: Date;
  muted: boolean;
  standing: Standing;
}

/** A source that is to be polled; undefined when there is none, or when it is switched off. */
export async function loadDueSource(db: Db, id: string, now: Date): Promise<DueSource | undefined> {
  const row = await db
    .selectFrom('sources as s')
    .leftJoin('subscriptions as p', (join) =>
      join.onRef('p.source_id', '=', 's.id').on('p.state', '=', 'active').on('p.lease_until', '>', now),
    )
    .where('s.id', '=', id)
    .where('s.enabled', '=', true)
    .selectAll('s')
    .select('p.hub')
    .executeTakeFirst();
  if (!row) return undefined;
  const { kind, links, identity } = Kept.parse(row);
  const full =
    !row.conditional || row.full_at === null || now.getTime() - row.full_at.getTime() > UNCONDITIONAL_AFTER_MS;
  return {
    full,
    nextPollAt: row.next_poll_at,
    muted: row.muted !== null,
    source: {
      id,
      url: row.url,
      kind,
      links,
      identity,
      etag: full ? null : row.etag,
      lastModified: full ? null : row.last_modified,
      bodyHash: row.body_hash,
      lastOkAt: row.last_ok_at,
    },
    standing: {
      url: row.url,
      intervalSeconds: row.interval_s,
      // Of an older shape: learned anew.
      pace: Pace.safeParse(row.pace).data ?? null,
      said: FeedHead.safeParse(row.said).data ?? null,
      failures: row.failures,
      errorScore: row.error_score,
      movedTo: row.moved_to,
      movedSeen: row.moved_seen,
      pushed: row.hub !== null,
    },
  };
}

export type SourceUpdate = Updateable<SourceTable>;

/** Writes down what a poll changed about its source. */
export async function noteSource(db: Db, id: string, change: SourceUpdate): Promise<void> {
  await db.updateTable('sources').where('id', '=', id).set(change).execute();
}

/** Every source that is polled, with the time at which it is due. */
export async function plannedSources(db: Db): Promise<PlannedPoll[]> {
  const rows = await db
    .selectFrom('sources')
    .where('enabled', '=', true)
    .where('muted', 'is', null)
    .select(['id', 'next_poll_at'])
    .execute();
  return rows.map((row) => ({ source: row.id, atMs: row.next_poll_at.getTime() }));
}

export interface PlannedPoll {
  source: string;
  /** Epoch milliseconds. */
  atMs: number;
}
