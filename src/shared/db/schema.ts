import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { Outcome } from '../model/settlement.js';

/**
 * The tables as Kysely sees them; src/shared/db/migrations.ts makes them. Times are timestamptz and come back as Date.
 * JSON columns are written as text and come back parsed, to be checked with the model's schemas.
 */
type Json = ColumnType<unknown, string | null, string | null>;

export interface SourceTable {
  id: string;
  url: string;
  outlet: string;
  country: string;
  language: string;
  origin: 'yaml' | 'cli';
  enabled: boolean;
  kind: 'feed' | 'sitemap' | 'page';
  links: Json;
  identity: string | null;
  conditional: boolean;
  /** The address that the operator gave; `url` is where the source has moved since. */
  listed_url: string;
  /** Seconds, when the operator fixed them; else the pace says. */
  interval_s: number | null;
  etag: string | null;
  last_modified: string | null;
  body_hash: string | null;
  last_polled_at: Date | null;
  last_ok_at: Date | null;
  /** When the source was last asked without validators. */
  full_at: Date | null;
  next_poll_at: Date;
  /** What was learned of its rhythm: src/shared/model/pace.ts. */
  pace: Json;
  /** What the feed said of itself the last time it was read. */
  said: Json;
  failures: Generated<number>;
  last_failure: string | null;
  /** Sum of the weights of the failures since the last success. */
  error_score: Generated<number>;
  /** Where a permanent redirect led, and how many polls in a row saw it. */
  moved_to: string | null;
  moved_seen: Generated<number>;
  /** Why it is asked no more until an operator says so. */
  muted: string | null;
  /** The last thing that an operator should know of it. */
  notice: string | null;
  problems: Json;
  created_at: Date;
}

export interface ArticleTable {
  id: string;
  /** The address to fetch, as the feed gave it. */
  url: string;
  source_id: string;
  title: string | null;
  published_at: string | null;
  /** The stage that has to run next; null once there is an outcome. */
  stage: string | null;
  /** Goes up with each re-ingestion and each revision; jobs of an older run do nothing. */
  run: number;
  /** Goes up when the publisher changed the entry. */
  revision: number;
  outcome: Outcome | null;
  reason: string | null;
  detail: string | null;
  duplicate_of: string | null;
  language: string | null;
  first_seen_at: Date;
  updated_at: Date;
}

/** Every canonical URL by which an article is known. */
export interface ArticleUrlTable {
  key: string;
  article_id: string;
}

/** MinHash signatures of the texts that are nobody's duplicate, and their bands to look them up by. */
export interface TextTable {
  article_id: string;
  signature: number[];
}
export interface TextBandTable {
  band: number;
  hash: number;
  article_id: string;
}

/** WebSub subscriptions of sources whose feed names a hub: one that is held, and old ones that are being ended. */
export interface SubscriptionTable {
  /** The last part of `callback`, which nobody can guess. */
  id: string;
  source_id: string;
  hub: string;
  topic: string;
  /** Where the hub was told to reach us. */
  callback: string;
  /** With it the hub signs what it delivers. */
  secret: string;
  state: 'asked' | 'active' | 'failed' | 'denied' | 'leaving';
  /** When the hub was last asked; at first when it was to be. */
  asked_at: Date;
  /** When the hub has to be asked next, to renew, to try again or to end it. */
  due_at: Date;
  /** Since when the hub has been relied upon. */
  begun_at: Date | null;
  lease_until: Date | null;
  /** What an operator should know: why it failed, or what the hub said when it refused. */
  detail: string | null;
}

/** Documents that hubs delivered and that wait to be read. */
export interface DeliveryTable {
  id: string;
  source_id: string;
  headers: Json;
  body: Buffer;
  /** Jobs that ended without having read it. */
  tries: Generated<number>;
  received_at: Date;
}

/** Every entry ever seen in a feed: the sightings of articles, and what was left out at once. */
export interface EntryTable {
  source_id: string;
  entry_key: string;
  article_id: string | null;
  /** The entry that brought its article; its outcome is the article's. */
  owner: boolean;
  url: string | null;
  title: string | null;
  published_at: string | null;
  content_hash: string;
  outcome: Outcome | null;
  reason: string | null;
  problems: Json;
  first_seen_at: Date;
  last_seen_at: Date;
}

/** What the stages made of an article in one run: the fetched page, the clean article, the verdict, the extraction. */
export interface ArtifactTable {
  article_id: string;
  name: string;
  run: number;
  version: string;
  body: Json;
  created_at: Date;
}

export interface RecordTable {
  id: string;
  article_id: string;
  type: string;
  status: string;
  headline: boolean;
  date_start: string | null;
  date_end: string | null;
  parties: string[];
  confidence: number;
  body: Json;
  search: string;
  revision: number;
  code_version: string;
  rules_version: string;
  created_at: Date;
  updated_at: Date;
}

/** What each run of an article changed in its records. */
export interface ChangeTable {
  seq: Generated<string>;
  article_id: string;
  run: number;
  record_id: string;
  change: 'created' | 'changed' | 'withdrawn';
  at: Date;
}

export interface OutboxTable {
  seq: Generated<string>;
  sink: string;
  event_id: string;
  article_id: string;
  envelope: Json;
  created_at: Date;
  delivered_at: Date | null;
}

export interface DeadLetterTable {
  article_id: string;
  stage: string;
  run: number;
  code: string;
  detail: string;
  attempts: number;
  at: Date;
}

/** Requests to the language model by day (UTC), and its answers by what was asked. */
export interface LlmDayTable {
  day: string;
  requests: number;
}
export interface LlmAnswerTable {
  key: string;
  answer: Json;
  created_at: Date;
}

export interface Tables {
  sources: SourceTable;
  subscriptions: SubscriptionTable;
  deliveries: DeliveryTable;
  articles: ArticleTable;
  article_urls: ArticleUrlTable;
  texts: TextTable;
  text_bands: TextBandTable;
  entries: EntryTable;
  artifacts: ArtifactTable;
  records: RecordTable;
  changes: ChangeTable;
  outbox: OutboxTable;
  dead_letters: DeadLetterTable;
  llm_days: LlmDayTable;
  llm_answers: LlmAnswerTable;
}

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;
