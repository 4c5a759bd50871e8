import { createHash } from 'node:crypto';
import { z } from 'zod';
import { urlKey } from '../../shared/canonical-url.js';
import { type FailureCode, StageFailure } from '../../shared/failures.js';
import type { HttpResponse } from '../../shared/http/client.js';
import { freshSeconds } from '../../shared/http/freshness.js';
import type { Feed, FeedItem } from '../../shared/model/feed.js';
import type { IdentityRule } from '../../shared/model/source.js';
import { DeliveredFeed, PollResult, PollSource, type Sighting } from '../../shared/model/stages.js';
import { defineStage, type StageContext, type StageDeps } from '../stage.js';
import { entryHash, entryKey } from './identity.js';
import { gatherSitemaps } from './sitemaps.js';

const ACCEPT: Readonly<Record<PollSource['kind'], string>> = {
  feed:
    'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, ' +
    'text/xml;q=0.9, application/json;q=0.8, */*;q=0.1',
  sitemap: 'application/xml, text/xml, application/gzip;q=0.9, */*;q=0.1',
  page: 'text/html, application/xhtml+xml, */*;q=0.1',
};

/**
 * Asks a source for what it publishes and says which entries are in it. Feeds are subscribed to and sitemaps are made
 * for machines, so robots.txt is not asked for them; a listing page is a page like any other.
 */
export const poll = defineStage({
  name: 'poll',
  input: z.object({ source: PollSource, delivered: DeliveredFeed.optional() }),
  makes: 'sightings',
  output: PollResult,
  async run({ source, delivered }, deps, context) {
    if (delivered) return { ...UNASKED, ...(await readDelivered(delivered, source, deps, context)) };
    const asking = { ...requestOf(source, deps, context), etag: source.etag, lastModified: source.lastModified };
    const response = await deps.http.get(asking);
    const found = {
      unchanged: true,
      sightings: [],
      problems: null,
      said: null,
      freshSeconds: freshSeconds(response.headers, deps.clock.now()),
      movedTo: response.movedTo,
    };
    // To a request without validators 304 is no answer: such a server would never show anything.
    if (response.status === 304 && (source.etag !== null || source.lastModified !== null)) {
      return { ...found, etag: source.etag, lastModified: source.lastModified, bodyHash: source.bodyHash };
    }
    failOnStatus(response);
    const validators = {
      etag: response.headers.get('etag'),
      lastModified: response.headers.get('last-modified'),
      bodyHash: createHash('sha256').update(response.body).digest('hex'),
    };
    if (validators.bodyHash === source.bodyHash) return { ...found, ...validators };
    const { feed, items, problems, digest } = await read(response, source, deps, context);
    // An index of sitemaps stays the same while they change, so it is always asked for and hashed with what it names.
    if (digest !== null) Object.assign(validators, { etag: null, lastModified: null, bodyHash: digest });
    if (validators.bodyHash === source.bodyHash) return { ...found, ...validators };
    const sightings = sightingsOf(items, source.identity).map((sighting) => firstSeen(sighting, source));
    return { ...found, unchanged: false, sightings, problems, said: feed, ...validators };
  },
});

const UNASKED = { etag: null, lastModified: null, bodyHash: null, freshSeconds: null, movedTo: null };

/** What a hub delivered says nothing of the feed's own server, and may be a part of the feed only. */
async function readDelivered(
  delivered: DeliveredFeed,
  source: PollSource,
  { threads }: StageDeps,
  context: StageContext,
): Promise<Pick<PollResult, 'unchanged' | 'sightings' | 'problems' | 'said'>> {
  const { feed, items, problems } = await threads.feed({ ...delivered, url: source.url }, context);
  return { unchanged: false, sightings: sightingsOf(items, source.identity), problems, said: feed };
}

const requestOf = ({ url, kind }: PollSource, { config }: StageDeps, { limitMs, member, stop }: StageContext) => ({
  url,
  member,
  accept: ACCEPT[kind],
  maxBytes: config.poll.maxBytes,
  robots: kind === 'page' && config.fetch.robots,
  limitMs,
  stop,
});

/** The document as a feed, read in a thread by the reader for its kind. */
async function read(
  first: HttpResponse,
  source: PollSource,
  deps: StageDeps,
  context: StageContext,
): Promise<Feed & { digest: string | null }> {
  const { threads, http, clock } = deps;
  const now = clock.now();
  const endsAt = now + context.limitMs;
  const { links } = source;
  const task = ({ body, headers, url }: HttpResponse) => ({ body, headers: Object.fromEntries(headers), url });
  switch (source.kind) {
    case 'feed':
      return { ...(await threads.feed(task(first), context)), digest: null };
    case 'page':
      return { ...(await threads.listing({ ...task(first), options: { links, now } }, context)), digest: null };
    case 'sitemap':
      return gatherSitemaps(first, {
        async get(url) {
          // One attempt has one limit, however many documents it takes.
          const limitMs = endsAt - clock.now();
          if (limitMs <= 0) throw new StageFailure('http/timeout', url);
          const response = await http.get({ ...requestOf(source, deps, context), url, limitMs, continues: true });
          // A sitemap that is gone does not end the index that names it.
          failOnStatus(response.status === 410 ? { ...response, status: 404 } : response);
          return response;
        },
        read: (response) => threads.sitemap({ ...task(response), options: { pattern: links?.pattern, now } }, context),
        lastOkAt: source.lastOkAt,
        nowMs: now,
      });
  }
}

/** What a sitemap holds without a date when it is first read may be years old; from then on it tells what is new. */
function firstSeen(sighting: Sighting, { kind, lastOkAt }: PollSource): Sighting {
  const { skip, title, publishedAt } = sighting;
  const isOld = kind === 'sitemap' && lastOkAt === null && skip === null && title === null && publishedAt === null;
  return isOld ? { ...sighting, skip: 'entry/before-first-poll' } : sighting;
}

const STATUSES: Record<number, FailureCode> = {
  403: 'poll/status-403',
  404: 'poll/status-404',
  410: 'poll/gone',
};

function failOnStatus({ status, url }: HttpResponse): void {
  if (status === 200) return;
  const code = STATUSES[status] ?? (status >= 500 ? 'poll/status-5xx' : 'poll/status-4xx');
  throw new StageFailure(code, `${status} from ${url}`);
}

/** Entries as the ledger keeps them: each with its key, and with a reason where it cannot become an article. */
export function sightingsOf(items: readonly FeedItem[], identity: IdentityRule | null): Sighting[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of items) {
    if (id === undefined) continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return items.map((item) => {
    const link = item.link?.trim() || null;
    const usable = link !== null && URL.canParse(link) && /^https?:/i.test(link);
    return {
      key: entryKey(item, repeated, identity),
      url: usable ? link : null,
      urlKey: usable ? urlKey(link) : null,
      title: item.title ?? null,
      publishedAt: item.published ?? item.updated,
      contentHash: entryHash(item),
      skip: usable ? null : link === null ? ('entry/no-link' as const) : ('entry/bad-link' as const),
      problems: item.problems,
    };
  });
}
