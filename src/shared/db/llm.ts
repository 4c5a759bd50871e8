import { sql } from 'kysely';
import { toJson } from './json.js';
import type { Db } from './schema.js';

/** The day's requests and the answers, shared by all processes and kept over restarts: both have cost money or time. */
export function llmStore(db: Db, now: () => Date) {
  return {
    /** Counts one request of that day; false when `limit` of them were made. */
    async spend(day: string, limit: number): Promise<boolean> {
      if (limit < 1) return false;
      const { rows } = await sql`
        insert into llm_days (day, requests) values (${day}, 1)
        on conflict (day) do update set requests = llm_days.requests + 1 where llm_days.requests < ${limit}
        returning requests`.execute(db);
      return rows.length > 0;
    },
    async recall(key: string): Promise<unknown> {
      const row = await db.selectFrom('llm_answers').where('key', '=', key).select('answer').executeTakeFirst();
      return row?.answer;
    },
    async remember(key: string, answer: unknown): Promise<void> {
      await db
        .insertInto('llm_answers')
        .values({ key, answer: toJson(answer), created_at: now() })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },
  };
}
