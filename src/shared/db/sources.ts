import type { PollSource } from '../model/stages.js';
import type { Db } from './schema.js';

export interface SourceRow {
  id: string;
  url: string;
  outlet: string;
  country: string;
  language: string;
  enabled: boolean;
  intervalSeconds: number;
}

/**
 * Makes the table say what the YAML says. Rows that were added by command stay; rows that left the YAML are disabled,
 * not deleted, since their articles refer to them.
 */
export async function syncSources(db: Db, rows: readonly SourceRow[], now: Date): Promise<void> {
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

/** Adds a source or brings it up to date. A new address forgets the validators of the old one. */
export async function saveSource(db: Db, row: SourceRow, origin: 'yaml' | 'cli', now: Date): Promise<void> {
  const { intervalSeconds, ...rest } = row;
  const before = await db.selectFrom('sources').where('id', '=', row.id).select('url').executeTakeFirst();
  const moved = before && before.url !== row.url ? { etag: null, last_modified: null, body_hash: null } : {};
  await db
    .insertInto('sources')
    .values({ ...rest, interval_s: intervalSeconds, origin, created_at: now })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ ...rest, interval_s: intervalSeconds, origin, ...moved }),
    )
    .execute();
}

/** A source as the poll stage needs it; undefined when there is none, or when it is switched off. */
export async function loadPollSource(db: Db, id: string): Promise<PollSource | undefined> {
  return db
    .selectFrom('sources')
    .where('id', '=', id)
    .where('enabled', '=', true)
    .select(['id', 'url', 'etag', 'last_modified as lastModified', 'body_hash as bodyHash'])
    .executeTakeFirst();
}

/** What a poll came to, for the next poll and for the operator. */
export async function notePoll(
  db: Db,
  id: string,
  note:
    | { ok: true; etag: string | null; lastModified: string | null; bodyHash: string | null; problems: string[] }
    | { ok: false; failure: string },
  now: Date,
): Promise<void> {
  if (note.ok) {
    await db
      .updateTable('sources')
      .where('id', '=', id)
      .set({ etag: note.etag, last_modified: note.lastModified, body_hash: note.bodyHash })
      .set({ problems: JSON.stringify(note.problems), last_polled_at: now, last_ok_at: now })
      .set({ failures: 0, last_failure: null })
      .execute();
    return;
  }
  await db
    .updateTable('sources')
    .where('id', '=', id)
    .set((eb) => ({ failures: eb('failures', '+', 1), last_failure: note.failure, last_polled_at: now }))
    .execute();
}
