import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FeedSource } from './service.js';

const SUFFIX = '.html.gz';
const PER_FEED = 60;
const MOST_HOSTS = 10;

export interface PageSite {
  sources: FeedSource[];
  /** Entries in all feeds together. */
  entries: number;
  close(): Promise<void>;
}

interface Entry {
  id: string;
  title: string;
  published: Date;
}

interface Feed {
  host: number;
  path: string;
  write: (origin: string, entries: readonly Entry[]) => string;
  type: string;
  entries: Entry[];
}

/**
 * Serves `count` pages of a directory of *.html.gz on loopback, spread evenly over its sorted names: up to ten hosts
 * (a port each), feeds of sixty entries, RSS and Atom in turn. The pages go out as they lie there, without a charset.
 */
export async function startPageSite(dir: string, count: number): Promise<PageSite> {
  const names = readdirSync(dir)
    .filter((name) => name.endsWith(SUFFIX))
    .sort();
  if (names.length === 0) throw new Error(`there is no *${SUFFIX} in ${dir}`);
  const wanted = Math.min(count, names.length);
  const entries = Array.from({ length: wanted }, (_, at) => {
    const name = names[Math.floor((at * names.length) / wanted)] ?? '';
    const published = new Date(Date.UTC(2026, 0, 15, 12, 0, 0) - at * 1000);
    return { id: name.slice(0, -SUFFIX.length), title: titleOf(join(dir, name)), published };
  });
  const feeds = feedsOf(entries);
  const servers: Server[] = [];
  for (let host = 0; host < Math.min(MOST_HOSTS, feeds.length); host++) {
    servers.push(
      await serve(
        dir,
        feeds.filter((feed) => feed.host === host),
      ),
    );
  }
  return {
    sources: feeds.map(({ host, path }, at) => ({
      id: `feed-${at + 1}`,
      url: `${originOf(servers[host])}${path}`,
      outlet: `Outlet ${host + 1}`,
      country: 'INT',
      language: 'en',
      intervalSeconds: 86_400,
    })),
    entries: wanted,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function feedsOf(entries: readonly Entry[]): Feed[] {
  const number = Math.ceil(entries.length / PER_FEED);
  return Array.from({ length: number }, (_, at) => ({
    host: at % MOST_HOSTS,
    path: `/feeds/${at + 1}.xml`,
    ...(at % 2 === 0
      ? { write: rss, type: 'application/rss+xml; charset=utf-8' }
      : { write: atom, type: 'application/atom+xml; charset=utf-8' }),
    entries: entries.slice(at * PER_FEED, (at + 1) * PER_FEED),
  }));
}

function originOf(server: Server | undefined): string {
  const address = server?.address();
  if (typeof address !== 'object' || address === null) throw new Error('a host of the site has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function serve(dir: string, feeds: readonly Feed[]): Promise<Server> {
  const pages = new Set(feeds.flatMap((feed) => feed.entries.map((entry) => `/${entry.id}`)));
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const feed = feeds.find((one) => one.path === path);
    if (feed) {
      response.writeHead(200, { 'content-type': feed.type }).end(feed.write(originOf(server), feed.entries));
    } else if (pages.has(path)) {
      const packed = readFileSync(join(dir, `${path.slice(1)}${SUFFIX}`));
      const asIs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      const headers = { 'content-type': 'text/html', ...(asIs ? { 'content-encoding': 'gzip' } : {}) };
      response.writeHead(200, headers).end(asIs ? packed : gunzipSync(packed));
    } else response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** What the page says in <title>, fit for XML; the file's name where it says nothing. A feed's title is no more exact. */
function titleOf(file: string): string {
  const [, raw = ''] = /<title[^>]*>([^<]{1,500})/i.exec(gunzipSync(readFileSync(file)).toString('utf8')) ?? [];
  const text = raw
    .replace(/&#?\w+;/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\uFFFD-\uFFFF&>"]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text || (file.split('/').at(-1) ?? file);
}

const rss = (origin: string, entries: readonly Entry[]): string => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Pages</title><link>${origin}/</link><description>Pages</description>
${entries
  .map(
    ({ id, title, published }) =>
      `<item><title>${title}</title><link>${origin}/${id}</link><guid isPermaLink="false">${id}</guid><pubDate>${published.toUTCString()}</pubDate></item>`,
  )
  .join('\n')}
</channel></rss>
`;

const atom = (origin: string, entries: readonly Entry[]): string => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${origin}/</id><title>Pages</title><updated>2026-01-15T12:00:00Z</updated>
${entries
  .map(
    ({ id, title, published }) =>
      `<entry><id>urn:page:${id}</id><title>${title}</title><link href="${origin}/${id}"/><updated>${published.toISOString()}</updated></entry>`,
  )
  .join('\n')}
</feed>
`;
