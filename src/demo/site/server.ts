import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Article, type FeedFormat, type Outlet, readLibrary } from './library.js';
import { type Answer, type Place, routesOf } from './outlet.js';

export type SampleOutlet = {
  id: string;
  name: string;
  country: string;
  language: string;
  feedUrl: string;
  format: FeedFormat;
  siteUrl: string;
};

/** The running site. `publishUpdate` changes the articles under updates/ and their feeds; calling it twice is calling it once. */
export type SampleSite = { outlets: SampleOutlet[]; publishUpdate(): void; close(): Promise<void> };

/** One outlet's server: its routes change with an update, what has failed once stays remembered. */
type Station = {
  outlet: Outlet;
  server: Server;
  routes: Map<string, Answer>;
  failed: Set<string>;
  stop: AbortController;
};

const NOT_FOUND =
  '<!DOCTYPE html><html><head><title>Page not found</title></head><body><h1>404</h1><p>The page you are looking for does not exist.</p></body></html>\n';

function unchanged(request: IncomingMessage, found: Answer): boolean {
  const tags = request.headers['if-none-match'];
  // RFC 9110, 13.2.2: If-Modified-Since counts only where there is no If-None-Match.
  if (tags !== undefined)
    return tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === found.etag || tag.trim() === '*');
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return Math.floor(found.lastModified.getTime() / 1000) * 1000 <= since;
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  body?: Buffer | string,
): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** The path asked for, without its query; null where it is not one. */
function pathAsked(request: IncomingMessage): string | null {
  const asked = request.url ?? '';
  return URL.canParse(asked, 'http://sample') ? new URL(asked, 'http://sample').pathname : null;
}

async function respond(station: Station, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { Allow: 'GET, HEAD' });
  const path = pathAsked(request);
  const found = path === null ? undefined : station.routes.get(path);
  if (path === null || !found) return send(response, 404, { 'Content-Type': 'text/html; charset=utf-8' }, NOT_FOUND);
  if (found.failFirst !== undefined && !station.failed.has(path)) {
    station.failed.add(path);
    return send(response, found.failFirst, { 'Content-Type': 'text/plain', 'Retry-After': 1 }, 'Service unavailable\n');
  }
  if (found.delayMs > 0) await delay(found.delayMs, undefined, { signal: station.stop.signal });
  const validators = {
    ETag: found.etag,
    'Last-Modified': found.lastModified.toUTCString(),
    'Cache-Control': 'no-cache',
  };
  if (unchanged(request, found)) return send(response, 304, validators);
  const headers = { ...validators, 'Content-Type': found.type, 'Content-Length': found.body.length };
  send(response, 200, headers, request.method === 'HEAD' ? undefined : found.body);
}

async function bind(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function portTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}

/** Opens the outlet's server on its own port, or on any free one where that is taken. */
async function open(outlet: Outlet): Promise<Station> {
  const station: Station = {
    outlet,
    server: createServer(),
    routes: new Map(),
    failed: new Set(),
    stop: new AbortController(),
  };
  station.server.on('request', (request, response) => {
    // The only way to fail here is a stop during a slow answer: the connection goes with it.
    respond(station, request, response).catch(() => response.destroy());
  });
  try {
    await bind(station.server, outlet.port);
  } catch (error) {
    if (!portTaken(error)) throw error;
    await bind(station.server, 0);
  }
  return station;
}

function placeOf({ outlet, server }: Station): Place {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`the sample outlet ${outlet.id} has no port`);
  const siteUrl = `http://127.0.0.1:${address.port}/`;
  return { outlet, siteUrl, feedUrl: new URL(outlet.feed.path, siteUrl).href };
}

async function close({ server, stop }: Station): Promise<void> {
  stop.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/**
 * Serves the outlets of `sampleDir` on 127.0.0.1, one port each. `clock` dates the feeds (start and update), not the articles.
 * Throws with the file's name where outlets.yaml or an article cannot be read.
 */
export async function startSampleSite(options: { sampleDir: string; clock?: () => Date }): Promise<SampleSite> {
  const clock = options.clock ?? (() => new Date());
  const { outlets, articles, updates } = await readLibrary(options.sampleDir);
  const stations: Station[] = [];
  for (const outlet of outlets) stations.push(await open(outlet));
  const places = stations.map(placeOf);
  const publish = (all: Article[], changed: (outlet: Outlet) => boolean) => {
    const builtAt = clock();
    for (const [at, station] of stations.entries()) {
      const place = places[at];
      if (place && changed(station.outlet)) station.routes = routesOf(place, places, all, builtAt);
    }
  };
  publish(articles, () => true);
  let updated = false;
  return {
    outlets: places.map(({ outlet, siteUrl, feedUrl }) => ({
      id: outlet.id,
      name: outlet.name,
      country: outlet.country,
      language: outlet.language,
      feedUrl,
      format: outlet.feed.format,
      siteUrl,
    })),
    publishUpdate() {
      if (updated) return;
      updated = true;
      const now = articles.map((article) => updates.find(({ key }) => key === article.key) ?? article);
      const touched = (outlet: Outlet, key: string) =>
        key.startsWith(`${outlet.id}/`) || outlet.feed.carries.some(({ article }) => article === key);
      publish(now, (outlet) => updates.some(({ key }) => touched(outlet, key)));
    },
    async close() {
      await Promise.all(stations.map(close));
    },
  };
}
