import { sql } from 'kysely';
import { urlKey } from '../canonical-url.js';
import { Outcome } from '../model/settlement.js';
import { articleId } from './articles.js';
import type { Db } from './schema.js';

/** Which articles to read again; all given conditions must hold, and one must be given. */
export interface Selection {
  article?: string | undefined;
  url?: string | undefined;
  source?: string | undefined;
  /** ISO dates; when the article was first seen. */
  since?: string | undefined;
  until?: string | undefined;
  outcome?: Outcome | undefined;
}

/** A selection that names something that is not there, or that asks for something impossible. */
export class BadSelection extends Error {
  override readonly name = 'BadSelection';
}

/** The article with that id, or known by that address. */
export async function resolveArticle(db: Db, idOrUrl: string): Promise<string | undefined> {
  if (!/^https?:/i.test(idOrUrl)) {
    const row = await db.selectFrom('articles').where('id', '=', idOrUrl).select('id').executeTakeFirst();
    return row?.id;
  }
  if (!URL.canParse(idOrUrl)) return undefined;
  const key = urlKey(idOrUrl);
  const known = await db.selectFrom('article_urls').where('key', '=', key).select('article_id').executeTakeFirst();
  return known?.article_id ?? (await resolveArticle(db, articleId(key)));
}

export interface Selected {
  id: string;
  /** Where the article will begin: the stage asked for, or the last before it that has what it needs. */
  from: string;
}

/** What an article needs to have kept from an earlier run to begin at a stage. */
const BEGINS_WITH: Readonly<Record<string, readonly string[]>> = {
  fetch: [],
  clean: ['page'],
  classify: ['clean'],
  extract: ['clean', 'verdict'],
};
export const REINGEST_STAGES = Object.keys(BEGINS_WITH);

/** The last stage up to the one asked for that has what it needs; an article that never was fetched begins there. */
function beginning(kept: readonly string[], from: string): string {
  const upTo = REINGEST_STAGES.slice(0, REINGEST_STAGES.indexOf(from) + 1);
  const able = upTo.findLast((stage) => (BEGINS_WITH[stage] ?? []).every((name) => kept.includes(name)));
  return able ?? 'fetch';
}

/** The articles of a selection, oldest first, each with the stage it can begin at. Throws `BadSelection`. */
export async function selectArticles(db: Db, selection: Selection, from: string): Promise<Selected[]> {
  if (!REINGEST_STAGES.includes(from))
    throw new BadSelection(`articles begin again at one of ${REINGEST_STAGES.join(', ')}, not "${from}"`);
  const { article, url, source, since, until, outcome } = selection;
  if (Object.values(selection).every((value) => value === undefined)) {
    throw new BadSelection('say which articles: by id, url, source, first seen since and until, or outcome');
  }
  const named = article ?? url;
  const id = named === undefined ? undefined : await resolveArticle(db, named);
  if (named !== undefined && id === undefined) throw new BadSelection(`there is no article "${named}"`);
  if (source !== undefined && !(await sourceExists(db, source)))
    throw new BadSelection(`there is no source "${source}"`);
  const rows = await db
    .selectFrom('articles as a')
    .select('a.id')
    .select(
      sql<string[]>`coalesce((select array_agg(distinct f.name) from artifacts f where f.article_id = a.id), '{}')`.as(
        'kept',
      ),
    )
    .$if(id !== undefined, (query) => query.where('a.id', '=', id ?? ''))
    .$if(source !== undefined, (query) => query.where('a.source_id', '=', source ?? ''))
    .$if(since !== undefined, (query) => query.where(sql<boolean>`a.first_seen_at >= ${since}::timestamptz`))
    .$if(until !== undefined, (query) =>
      query.where(sql<boolean>`a.first_seen_at < ${until}::timestamptz + interval '1 day'`),
    )
    .$if(outcome !== undefined, (query) => query.where('a.outcome', '=', Outcome.parse(outcome)))
    .orderBy('a.first_seen_at')
    .orderBy('a.id')
    .execute();
  return rows.map((row) => ({ id: row.id, from: beginning(row.kept, from) }));
}

const sourceExists = async (db: Db, id: string): Promise<boolean> =>
  (await db.selectFrom('sources').where('id', '=', id).select('id').executeTakeFirst()) !== undefined;

/** Sets articles back to a stage under a new run, which makes every job of an older run void. */
export async function restart(
  db: Db,
  selected: readonly Selected[],
  now: Date,
): Promise<(Selected & { run: number; source: string })[]> {
  const { rows } = await sql<{ id: string; run: number; stage: string; source: string }>`
    update articles a
    set stage = t.stage, run = a.run + 1, outcome = null, reason = null, detail = null, duplicate_of = null,
      updated_at = ${now}
    from unnest(${selected.map((one) => one.id)}::text[], ${selected.map((one) => one.from)}::text[]) as t(id, stage)
    where a.id = t.id
    returning a.id, a.run, a.stage, a.source_id as source`.execute(db);
  return rows.map(({ id, run, stage, source }) => ({ id, run, source, from: stage }));
}

export interface Progress {
  ended: number;
  outcomes: Record<string, number>;
  created: number;
  changed: number;
  withdrawn: number;
}

/** How far those runs have come, and what they changed in the records. A run that a newer one replaced counts as ended. */
export async function progressOf(db: Db, runs: readonly { id: string; run: number }[]): Promise<Progress> {
  const given = sql`unnest(${runs.map((one) => one.id)}::text[], ${runs.map((one) => one.run)}::int[]) as t(id, run)`;
  const ends = await sql<{ outcome: string; count: number }>`
    select coalesce(a.outcome, 'superseded') as outcome, count(*)::int as count
    from ${given} join articles a on a.id = t.id where a.outcome is not null or a.run > t.run group by 1`.execute(db);
  const changes = await sql<{ change: 'created' | 'changed' | 'withdrawn'; count: number }>`
    select c.change, count(*)::int as count from ${given}
    join changes c on c.article_id = t.id and c.run = t.run group by 1`.execute(db);
  const progress: Progress = { ended: 0, outcomes: {}, created: 0, changed: 0, withdrawn: 0 };
  for (const { outcome, count } of ends.rows) {
    progress.outcomes[outcome] = count;
    progress.ended += count;
  }
  for (const { change, count } of changes.rows) progress[change] = count;
  return progress;
}
