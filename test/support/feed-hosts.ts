import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/shared/clock.js';

const DAY = 86_400_000;

/** How a host answers, beside publishing. */
export const MANNERS = [
  'etag',
  'last-modified',
  'no validators',
  'slow',
  'sometimes 429',
  'sometimes 500',
  'moved for good',
  'moved for now',
  'gone',
  'not found',
  'dead',
  'cut off',
] as const;
export type Manner = (typeof MANNERS)[number];

export interface HostedFeed {
  id: string;
  url: string;
  manner: Manner;
  /** When its entries come out, in order. */
  published: number[];
  /** When its document, or that it has not changed, was answered: what was out by then has been shown. */
  shown: number[];
}

/** What a host saw: starts of requests and 429s in simulated time, and whether two were ever inside at once. */
export interface HostLog {
  starts: number[];
  overlaps: number;
  pauses: { from: number; until: number }[];
}

export interface FeedHosts {
  feeds: HostedFeed[];
  logs: HostLog[];
  close(): Promise<void>;
}

/** Entries that a feed shows. */
export const SHOWN = 12;

/** A number from 0 to 1 that depends on its arguments only. */
export function chance(...parts: number[]): number {
  let hash = 2_166_136_261;
  for (const part of parts) hash = Math.imul(hash ^ (part & 0xffff) ^ (part / 65_536), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

/** Many hosts on loopback, each a port of its own, with a few feeds each that publish over the given span. */
export async function startFeedHosts(
  clock: Clock,
  { hosts, feedsPerHost, fromMs, toMs }: { hosts: number; feedsPerHost: number; fromMs: number; toMs: number },
): Promise<FeedHosts> {
  const servers: Server[] = [];
  const dead: Server[] = [];
  const feeds: HostedFeed[] = [];
  const logs: HostLog[] = [];
  for (let host = 0; host < hosts; host++) {
    const log: HostLog = { starts: [], overlaps: 0, pauses: [] };
    const manner = MANNERS[host % MANNERS.length] ?? 'etag';
    const server = createServer((request, response) => {
      void answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const mine = Array.from({ length: feedsPerHost }, (_, n): HostedFeed => {
      const perDay = 0.2 + 2.5 * chance(host, n) ** 2;
      return {
        id: `h${host}-f${n}`,
        url: `${base}/f${n}`,
        manner,
        published: publishing(host, n, perDay, fromMs, toMs),
        shown: [],
      };
    });
    let inside = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const nowMs = clock.now();
      log.starts.push(nowMs);
      if (++inside > 1) log.overlaps++;
      try {
        const feed = mine[Number(/^\/(?:new\/)?f(\d+)/.exec(request.url ?? '')?.[1] ?? -1)];
        await respond(request, response, {
          feed,
          manner,
          base,
          nowMs,
          dice: chance(host, log.starts.length),
          log,
          clock,
        });
      } finally {
        inside--;
      }
    };
    (manner === 'dead' ? dead : servers).push(server);
    feeds.push(...mine);
    logs.push(log);
  }
  // Only now: a port that is given back earlier is given to the next host.
  await Promise.all(dead.map((server) => new Promise((resolve) => server.close(resolve))));
  return {
    feeds,
    logs,
    async close() {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}

function publishing(host: number, feed: number, perDay: number, fromMs: number, toMs: number): number[] {
  const times: number[] = [];
  // Three weeks of entries stand in the feed when it is first asked.
  for (let at = fromMs - 21 * DAY, n = 0; ; n++) {
    at += (-Math.log(1 - chance(host, feed, n)) / perDay) * DAY;
    if (at > toMs) return times;
    times.push(Math.floor(at / 1000) * 1000);
  }
}

interface Call {
  feed: HostedFeed | undefined;
  manner: Manner;
  base: string;
  nowMs: number;
  dice: number;
  log: HostLog;
  clock: Clock;
}

async function respond(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void> {
  const { feed, manner, base, nowMs, dice, log, clock } = call;
  const end = (status: number, headers: Record<string, string> = {}, body = ''): void => {
    response.writeHead(status, headers).end(body);
  };
  if (!feed || manner === 'not found') return end(404);
  if (manner === 'gone') return end(410);
  if (manner === 'sometimes 500' && dice < 0.2) return end(500);
  if (manner === 'sometimes 429' && dice < 0.2) {
    const seconds = 60 + Math.floor(dice * 20_000);
    const asDate = dice < 0.1;
    // A date has no milliseconds.
    const until = asDate ? Math.floor(nowMs / 1000 + seconds) * 1000 : nowMs + seconds * 1000;
    log.pauses.push({ from: nowMs, until });
    return end(429, { 'retry-after': asDate ? new Date(until).toUTCString() : String(seconds) });
  }
  if (manner.startsWith('moved') && !request.url?.startsWith('/new/')) {
    return end(manner === 'moved for good' ? 301 : 302, { location: `${base}/new${request.url}` });
  }
  if (manner === 'slow') await clock.sleep(3_000 + 20_000 * dice);
  feed.shown.push(nowMs);
  const shown = feed.published.filter((at) => at <= nowMs).slice(-SHOWN);
  const last = shown.at(-1) ?? 0;
  const etag = `"${last}"`;
  const modified = new Date(last).toUTCString();
  if (manner !== 'no validators' && manner !== 'last-modified' && request.headers['if-none-match'] === etag)
    return end(304, { etag });
  if (manner === 'last-modified' && request.headers['if-modified-since'] === modified) return end(304);
  const validators: Record<string, string> =
    manner === 'no validators' ? {} : manner === 'last-modified' ? { 'last-modified': modified } : { etag };
  const body = rss(feed, base, shown);
  // The last entry is whole, what closes the document is lost.
  const sent = manner === 'cut off' ? body.slice(0, -'</channel></rss>'.length) : body;
  end(200, { 'content-type': 'application/rss+xml', ...validators }, sent);
}

const rss = (feed: HostedFeed, base: string, shown: number[]): string =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>${feed.id}</title>${[...shown]
    .reverse()
    .map((at) => {
      const link = `${base}/a/${feed.id}/${at}`;
      return `<item><title>Entry ${at}</title><link>${link}</link><guid>${link}</guid><pubDate>${new Date(at).toUTCString()}</pubDate></item>`;
    })
    .join('')}</channel></rss>`;
