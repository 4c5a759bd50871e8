import { z } from 'zod';
import { CleanArticle } from './article.js';
import { FeedHead, FeedItem } from './feed.js';
import { Extraction, Verdict } from './record.js';
import { Source } from './source.js';

/** A source as the poll stage needs it. */
export const PollSource = z.object({
  id: z.string(),
  url: z.string(),
  kind: Source.shape.kind.unwrap(),
  links: Source.shape.links.unwrap(),
  identity: Source.shape.identity.unwrap(),
  /** Validators to send; null when it is to be asked unconditionally. */
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  bodyHash: z.string().nullable(),
  /** When it was last read well. */
  lastOkAt: z.date().nullable(),
});

/** A feed as a hub delivered it, with the headers that say how to read it. */
export const DeliveredFeed = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes'),
});

/** An entry of a feed, keyed and judged fit or unfit to become an article. */
export const Sighting = z.object({
  key: z.string(),
  url: z.string().nullable(),
  urlKey: z.string().nullable(),
  title: z.string().nullable(),
  publishedAt: z.string().nullable(),
  contentHash: z.string(),
  skip: z.enum(['entry/no-link', 'entry/bad-link', 'entry/before-first-poll']).nullable(),
  problems: FeedItem.shape.problems,
});

/** What a poll found: the entries, unless the feed did not change, and what the next poll has to know. */
export const PollResult = z.object({
  unchanged: z.boolean(),
  sightings: z.array(Sighting),
  /** What was wrong with the document; null when it was not read. */
  problems: z.array(z.string()).nullable(),
  /** What the feed says of itself; null when it was not read. */
  said: FeedHead.nullable(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  bodyHash: z.string().nullable(),
  /** Seconds for which the server says that its answer stays good (Cache-Control, Expires: RFC 9111). */
  freshSeconds: z.number().nullable(),
  /** Where permanent redirects led. */
  movedTo: z.string().nullable(),
});

/** What every article stage knows of the article it works on. */
export const ArticleRef = z.object({
  id: z.string(),
  run: z.number().int(),
  url: z.string(),
  sourceId: z.string(),
  /** Title and date as the feed gave them; the page's own win. */
  title: z.string().nullable(),
  publishedAt: z.string().nullable(),
  outlet: z.string(),
  country: z.string(),
  language: z.string(),
});

/** A page as it came: bytes after content decoding, gzipped for storage, base64; decoded and read in the clean stage. */
export const FetchedPage = z.object({
  /** Address after redirects. */
  url: z.string(),
  status: z.number().int(),
  contentType: z.string().nullable(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** The body was not sent again because it had not changed. */
  notModified: z.boolean(),
  gzip: z.base64(),
});

/** What the stages hand on, by name. A stage says which of these it needs and which one it makes. */
export const ARTIFACTS = { page: FetchedPage, clean: CleanArticle, verdict: Verdict, extraction: Extraction } as const;
export type ArtifactName = keyof typeof ARTIFACTS;
export type Artifacts = { [Name in ArtifactName]: z.infer<(typeof ARTIFACTS)[Name]> };

export type PollSource = z.infer<typeof PollSource>;
export type DeliveredFeed = z.infer<typeof DeliveredFeed>;
export type Sighting = z.infer<typeof Sighting>;
export type PollResult = z.infer<typeof PollResult>;
export type ArticleRef = z.infer<typeof ArticleRef>;
export type FetchedPage = z.infer<typeof FetchedPage>;
