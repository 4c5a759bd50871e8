import { z } from 'zod';

const text = z.string();
const isoDate = z.iso.datetime({ offset: true });

/** A file attached to an entry (RSS enclosure, Atom link rel=enclosure, JSON Feed attachment). */
export const Enclosure = z.object({
  url: text,
  type: text.optional(),
  /** Bytes, as the feed states them (a string in every format but JSON Feed). */
  length: text.optional(),
});

/** What one entry of a feed says, in one shape for every format. Dates are ISO 8601 UTC or null. */
export const FeedItem = z.object({
  id: text.optional(),
  title: text.optional(),
  link: text.optional(),
  published: isoDate.nullable(),
  updated: isoDate.nullable(),
  author: text.optional(),
  authorName: text.optional(),
  authorEmail: text.optional(),
  summary: text.optional(),
  content: text.optional(),
  categories: z.array(text),
  enclosures: z.array(Enclosure),
  /** What was wrong with the entry, in words for an operator ("published: 'soon' is not a date"). */
  problems: z.array(text),
});

/** What the feed says of itself. */
export const FeedHead = z.object({
  title: text.optional(),
  link: text.optional(),
  description: text.optional(),
  language: text.optional(),
  /** 'rss2.0', 'rss1.0', 'rss0.9x', 'atom1.0', 'atom0.3', 'cdf', 'json1.1' ... */
  format: text,
  /** Minutes, from RSS ttl or sy:updatePeriod and sy:updateFrequency. */
  ttlMinutes: z.number().optional(),
  /** Hours (0 to 23, GMT) and days (in lower case) at which RSS says nobody need ask. */
  skipHours: z.array(z.number().int().min(0).max(23)).optional(),
  skipDays: z.array(text).optional(),
  /** Addresses of WebSub hubs, and the feed's own address as it states it. */
  hubs: z.array(text),
  self: text.optional(),
});

export const Feed = z.object({
  feed: FeedHead,
  items: z.array(FeedItem),
  /** What had to be repaired or left out, in words for an operator. */
  problems: z.array(text),
});

export type Enclosure = z.infer<typeof Enclosure>;
export type FeedItem = z.infer<typeof FeedItem>;
export type FeedHead = z.infer<typeof FeedHead>;
export type Feed = z.infer<typeof Feed>;
