import { systemClock } from '../../shared/clock.js';
import type { Config } from '../../shared/config.js';
import { asFailure, type StageFailure } from '../../shared/failures.js';
import { createHttpClient, type HttpClient, type HttpResponse, userAgentOf } from '../../shared/http/client.js';
import type { HostGate } from '../../shared/http/gate.js';
import { memoryRobots } from '../../shared/http/robots.js';
import type { Source } from '../../shared/model/source.js';
import { PollResult } from '../../shared/model/stages.js';
import { poll } from '../../workers/poll/index.js';
import { createThreads, type Threads } from '../../workers/threads.js';

/** What of a source says how it is asked and read. */
export type Address = Pick<Source, 'url' | 'kind' | 'links' | 'identity'>;

/** What the poll stage makes of an address. */
export interface Visited {
  address: Address;
  result: PollResult | null;
  failure: StageFailure | null;
  /** Where redirects led. */
  answeredAt: string | null;
}

const LIMIT_MS = 60_000;

/** Asks for addresses as the service does, but stores nothing. */
export interface Visitor {
  visit(address: Address): Promise<Visited>;
  get(url: string): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** With `remembers` no address is asked twice; without, nothing is kept of what many sources answer. */
export function openVisitor(config: Config, gate: HostGate, { remembers }: { remembers: boolean }): Visitor {
  const http = createHttpClient(
    { ...config.fetch, userAgent: userAgentOf(config.fetch) },
    { gate, robots: memoryRobots(), clock: systemClock },
  );
  const threads = createThreads(config.threads);
  const waiting = patient(http);
  const asking = remembers ? remembering(waiting) : waiting;
  return {
    visit: (address) => visit(address, { config, threads, http: asking }),
    get: (url) =>
      asking.get({
        url,
        member: memberOf(url),
        accept: '*/*',
        maxBytes: config.poll.maxBytes,
        robots: false,
        limitMs: LIMIT_MS,
      }),
    async close() {
      await Promise.all([http.close(), threads.close()]);
    },
  };
}

const memberOf = (url: string): string => `command/${process.pid}/${url}`;

/** A person waits, so each request waits for its slot at the host. */
const patient = (http: HttpClient): HttpClient => ({
  ...http,
  get: (request) => http.get({ ...request, continues: true }),
});

function remembering(http: HttpClient): HttpClient {
  const answers = new Map<string, Promise<HttpResponse>>();
  return {
    ...http,
    get(request) {
      const known = answers.get(request.url);
      if (known) return known;
      const answer = http.get(request);
      answers.set(request.url, answer);
      return answer;
    },
  };
}

async function visit(address: Address, deps: { config: Config; threads: Threads; http: HttpClient }): Promise<Visited> {
  const never = { etag: null, lastModified: null, bodyHash: null, lastOkAt: null };
  let answeredAt: string | null = null;
  const http: HttpClient = {
    ...deps.http,
    async get(request) {
      const response = await deps.http.get(request);
      answeredAt ??= response.url;
      return response;
    },
  };
  const context = { stop: new AbortController().signal, limitMs: LIMIT_MS, member: memberOf(address.url) };
  try {
    const made = await poll.run(
      { source: { id: 'visit', ...address, ...never } },
      { ...deps, http, clock: systemClock, llm: null },
      context,
    );
    return { address, result: PollResult.parse(made), failure: null, answeredAt };
  } catch (error) {
    return { address, result: null, failure: asFailure(error), answeredAt };
  }
}

/** Entries that can become articles. */
export const usableOf = ({ sightings }: PollResult) =>
  sightings.filter(({ skip }) => skip === null || skip === 'entry/before-first-poll');

/** The dates of the entries, oldest first. */
export const datesOf = ({ sightings }: PollResult): string[] =>
  sightings.flatMap(({ publishedAt }) => (publishedAt === null ? [] : [publishedAt])).sort();
