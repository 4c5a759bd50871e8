import { createHash } from 'node:crypto';
import { z } from 'zod';
import { urlKey } from '../../shared/canonical-url.js';
import { type FailureCode, StageFailure } from '../../shared/failures.js';
import type { HttpResponse } from '../../shared/http/client.js';
import { freshSeconds } from '../../shared/http/freshness.js';
import type { FeedItem } from '../../shared/model/feed.js';
import type { IdentityRule } from '../../shared/model/source.js';
import { DeliveredFeed, PollResult, PollSource, type Sighting } from '../../shared/model/stages.js';
import { defineStage } from '../stage.js';
import type { FeedTask } from '../thread-tasks.js';
import { entryHash, entryKey } from './identity.js';

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, ' +
  'text/xml;q=0.9, application/json;q=0.8, */*;q=0.1';

/** Asks a source for its feed and says which entries are in it. Feeds are subscribed to, so robots.txt is not asked. */
export const poll = defineStage({
  name: 'poll',
  input: z.object({ source: PollSource, delivered: DeliveredFeed.optional() }),
  makes: 'sightings',
  output: PollResult,
  async run({ source, delivered }, { http, threads, config, clock }, { stop, limitMs, member }) {
    const read = async (document: FeedTask) => {
      const { feed, items, problems } = await threads.feed(document, { limitMs, stop });
      return { unchanged: false, sightings: sightingsOf(items, source.identity), problems, said: feed };
    };
    // What a hub delivered says nothing of the feed's own server, and may be a part of the feed only.
    if (delivered) return { ...UNASKED, ...(await read({ ...delivered, url: source.url })) };
    const response = await http.get({
      url: source.url,
      member,
      accept: ACCEPT,
      maxBytes: config.poll.maxBytes,
      etag: source.etag,
      lastModified: source.lastModified,
      robots: false,
      limitMs,
      stop,
    });
    const found = {
      unchanged: true,
      sightings: [],
      problems: null,
      said: null,
      freshSeconds: freshSeconds(response.headers, clock.now()),
      movedTo: response.movedTo,
    };
    if (response.status === 304) {
      return { ...found, etag: source.etag, lastModified: source.lastModified, bodyHash: source.bodyHash };
    }
    failOnStatus(response);
    const validators = {
      etag: response.headers.get('etag'),
      lastModified: response.headers.get('last-modified'),
      bodyHash: createHash('sha256').update(response.body).digest('hex'),
    };
    if (validators.bodyHash === source.bodyHash) return { ...found, ...validators };
    const headers = Object.fromEntries(response.headers);
    return { ...found, ...(await read({ body: response.body, headers, url: response.url })), ...validators };
  },
});

const UNASKED = { etag: null, lastModified: null, bodyHash: null, freshSeconds: null, movedTo: null };

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
