import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { ARTIFACTS, type ArticleRef, type ArtifactName, type Artifacts } from '../model/stages.js';
import { codeVersion } from '../version.js';
import { toJson } from './json.js';
import type { Db } from './schema.js';

/** The same address gives the same article, whoever sees it first. Never all digits, holds no ":" (job ids). */
export const articleId = (urlKey: string): string =>
  `a${createHash('sha256').update(urlKey).digest('hex').slice(0, 20)}`;

/** An article as a stage needs it, with the stage it is waiting for; undefined when there is none. */
export async function loadArticle(db: Db, id: string): Promise<(ArticleRef & { stage: string | null }) | undefined> {
  const row = await db
    .selectFrom('articles as a')
    .innerJoin('sources as s', 's.id', 'a.source_id')
    .where('a.id', '=', id)
    .select(['a.id', 'a.run', 'a.url', 'a.source_id', 'a.title', 'a.published_at', 'a.stage'])
    .select(['s.outlet', 's.country', 's.language'])
    .executeTakeFirst();
  if (!row) return undefined;
  const { source_id, published_at, ...rest } = row;
  return { ...rest, sourceId: source_id, publishedAt: published_at };
}

/** The newest artifacts of those names made up to `run`: a re-run starts from what an earlier run made. */
export async function loadArtifacts(
  db: Db,
  id: string,
  run: number,
  names: readonly ArtifactName[],
): Promise<{ [Name in ArtifactName]?: Artifacts[Name] | undefined }> {
  if (names.length === 0) return {};
  const rows = await db
    .selectFrom('artifacts')
    .distinctOn('name')
    .where('article_id', '=', id)
    .where('name', 'in', [...names])
    .where('run', '<=', run)
    .orderBy('name')
    .orderBy('run', 'desc')
    .select(['name', 'body'])
    .execute();
  const found: { [Name in ArtifactName]?: Artifacts[Name] | undefined } = {};
  for (const { name, body } of rows) {
    // One that an older version of the code made and that fits no more counts as not there.
    if (name === 'page') found.page = ARTIFACTS.page.safeParse(body).data;
    else if (name === 'clean') found.clean = ARTIFACTS.clean.safeParse(body).data;
    else if (name === 'verdict') found.verdict = ARTIFACTS.verdict.safeParse(body).data;
    else if (name === 'extraction') found.extraction = ARTIFACTS.extraction.safeParse(body).data;
  }
  return found;
}

export interface Advance {
  articleId: string;
  run: number;
  from: string;
  to: string;
  artifact: { name: ArtifactName; body: unknown };
}

/**
 * Moves articles on by one stage and keeps what the stage made, many in one transaction. False for those that were not
 * at `from` in that run any more: another worker was faster, or a newer run began.
 */
export async function advance(db: Db, items: readonly Advance[], now: Date): Promise<boolean[]> {
  const rows = items.map((item) => ({
    id: item.articleId,
    run: item.run,
    from_stage: item.from,
    to_stage: item.to,
    name: item.artifact.name,
    body: toJson(item.artifact.body),
  }));
  const moved = await sql<{ id: string; run: number }>`
    with given as (
      select * from unnest(
        ${rows.map((r) => r.id)}::text[], ${rows.map((r) => r.run)}::int[], ${rows.map((r) => r.from_stage)}::text[],
        ${rows.map((r) => r.to_stage)}::text[], ${rows.map((r) => r.name)}::text[], ${rows.map((r) => r.body)}::text[]
      ) as t(id, run, from_stage, to_stage, name, body)),
    locked as (
      select g.* from articles a join given g on a.id = g.id and a.run = g.run and a.stage = g.from_stage
      order by a.id for update of a),
    moved as (
      update articles a set stage = l.to_stage, updated_at = ${now}
      from locked l where l.id = a.id returning a.id, a.run),
    kept as (
      insert into artifacts (article_id, name, run, version, body, created_at)
      select id, name, run, ${codeVersion}, body::jsonb, ${now} from locked
      on conflict (article_id, name, run) do update set body = excluded.body, created_at = excluded.created_at)
    select id, run from moved`.execute(db);
  const done = new Set(moved.rows.map((row) => `${row.id}/${row.run}`));
  return items.map((item) => done.has(`${item.articleId}/${item.run}`));
}
