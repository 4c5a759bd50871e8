import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import type { Db } from './schema.js';

const statements = (...texts: string[]): Migration => ({
  async up(db: Kysely<unknown>) {
    for (const text of texts) await sql.raw(text).execute(db);
  },
});

/** In order of their names. One that has been released is never edited; what changes comes as the next one. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-first': statements(
    `create table sources (
       id text primary key, url text not null, outlet text not null, country text not null, language text not null,
       origin text not null, enabled boolean not null, interval_s integer not null,
       etag text, last_modified text, body_hash text,
       last_polled_at timestamptz, last_ok_at timestamptz, next_poll_at timestamptz,
       failures integer not null default 0, last_failure text, problems jsonb, created_at timestamptz not null)`,
    `create table articles (
       id text primary key, url text not null, source_id text not null, title text, published_at text,
       stage text, run integer not null, revision integer not null,
       outcome text, reason text, detail text, duplicate_of text, language text,
       first_seen_at timestamptz not null, updated_at timestamptz not null,
       check ((stage is null) <> (outcome is null)))`,
    `create index articles_unfinished on articles (updated_at) where outcome is null`,
    `create index articles_by_source on articles (source_id, first_seen_at)`,
    `create index articles_by_outcome on articles (outcome, reason)`,
    `create table article_urls (key text primary key, article_id text not null references articles on delete cascade)`,
    `create index article_urls_by_article on article_urls (article_id)`,
    `create table texts (
       article_id text primary key references articles on delete cascade, signature integer[] not null)`,
    `create table text_bands (
       band integer not null, hash integer not null, article_id text not null references articles on delete cascade,
       primary key (band, hash, article_id))`,
    `create index text_bands_by_article on text_bands (article_id)`,
    `create table entries (
       source_id text not null, entry_key text not null, article_id text references articles on delete cascade,
       owner boolean not null, url text, title text, published_at text, content_hash text not null,
       outcome text, reason text, problems jsonb, first_seen_at timestamptz not null, last_seen_at timestamptz not null,
       primary key (source_id, entry_key),
       check (owner = (outcome is null)))`,
    `create index entries_by_article on entries (article_id)`,
    `create view ledger as
       select e.source_id, e.entry_key, e.article_id, e.first_seen_at,
              coalesce(e.outcome, a.outcome, 'pending') as outcome, coalesce(e.reason, a.reason) as reason
       from entries e left join articles a on a.id = e.article_id`,
    `create table artifacts (
       article_id text not null references articles on delete cascade, name text not null, run integer not null,
       version text not null, body jsonb not null, created_at timestamptz not null,
       primary key (article_id, name, run))`,
    `create table records (
       id text primary key, article_id text not null references articles on delete cascade,
       type text not null, status text not null, headline boolean not null, date_start text, date_end text,
       parties text[] not null, confidence real not null, body jsonb not null, search text not null,
       revision integer not null, code_version text not null, rules_version text not null,
       created_at timestamptz not null, updated_at timestamptz not null)`,
    `create index records_by_article on records (article_id)`,
    `create index records_by_date on records (date_start)`,
    `create index records_by_party on records using gin (parties)`,
    `create index records_by_text on records using gin (to_tsvector('simple', search))`,
    `create index records_by_page on records (created_at, id)`,
    `create table changes (
       seq bigserial primary key, article_id text not null references articles on delete cascade, run integer not null,
       record_id text not null, change text not null, at timestamptz not null)`,
    `create index changes_by_article on changes (article_id, run)`,
    `create table outbox (
       seq bigserial primary key, sink text not null, event_id text not null, article_id text not null,
       envelope jsonb not null, created_at timestamptz not null, delivered_at timestamptz)`,
    `create index outbox_undelivered on outbox (sink, seq) where delivered_at is null`,
    `create index outbox_delivered on outbox (delivered_at) where delivered_at is not null`,
    `create table dead_letters (
       article_id text primary key references articles on delete cascade, stage text not null, run integer not null,
       code text not null, detail text not null, attempts integer not null, at timestamptz not null)`,
  ),
  '0002-pace': statements(
    `alter table sources
       alter column interval_s drop not null,
       add column kind text not null default 'feed', add column links jsonb, add column identity text,
       add column conditional boolean not null default true, add column listed_url text,
       add column pace jsonb, add column said jsonb, add column full_at timestamptz,
       add column error_score real not null default 0,
       add column moved_to text, add column moved_seen integer not null default 0,
       add column muted text, add column notice text`,
    // Until now every source had an interval, nearly always the one for all.
    `update sources set listed_url = url, interval_s = null, next_poll_at = coalesce(last_polled_at, created_at)`,
    `alter table sources alter column listed_url set not null, alter column next_poll_at set not null`,
    `create index sources_due on sources (next_poll_at) where enabled and muted is null`,
  ),
  '0003-websub': statements(
    `create table subscriptions (
       id text primary key, source_id text not null references sources on delete cascade,
       hub text not null, topic text not null, callback text not null, secret text not null, state text not null,
       asked_at timestamptz not null, begun_at timestamptz, due_at timestamptz not null,
       lease_until timestamptz, detail text)`,
    `create unique index subscriptions_held on subscriptions (source_id) where state <> 'leaving'`,
    `create index subscriptions_due on subscriptions (due_at)`,
    `create table deliveries (
       id text primary key, source_id text not null references sources on delete cascade, headers jsonb not null,
       body bytea not null, tries integer not null default 0, received_at timestamptz not null)`,
    `create index deliveries_by_source on deliveries (source_id)`,
  ),
  '0004-language-model': statements(
    `create table llm_days (day text primary key, requests integer not null)`,
    `create table llm_answers (key text primary key, answer jsonb not null, created_at timestamptz not null)`,
  ),
};

/** Brings the schema up to date. Kysely's migrator holds a PostgreSQL advisory lock meanwhile, so many may start at once. */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
