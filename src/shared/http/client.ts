import { Agent, type Dispatcher, fetch, type Headers } from 'undici';
import type { Clock } from '../clock.js';
import { type FailureCode, StageFailure } from '../failures.js';
import { addressRule, checkedConnector } from './addresses.js';
import type { HostGate } from './gate.js';
import { type RobotsCache, robotsOf, UNREACHABLE_SECONDS } from './robots.js';

export interface HttpSettings {
  /** Product and contact as sent in User-Agent. */
  userAgent: string;
  allowAddresses: readonly string[];
  maxRedirects: number;
  deadlineMs: number;
  hostGapMs: number;
  maxPauseSeconds: number;
}

export interface HttpRequest {
  url: string;
  /** Who asks, for the gate: a job's id, the same when it comes back. */
  member: string;
  accept: string;
  maxBytes: number;
  etag?: string | null;
  lastModified?: string | null;
  /** Obey robots.txt. */
  robots: boolean;
  /** Goes on with what `member` has begun, so it waits for its slot at the host instead of coming back later. */
  continues?: boolean;
  /** Milliseconds for this one, where it is less than the client's deadline. */
  limitMs?: number;
  stop?: AbortSignal;
}

/** A form that is sent, and waits for its turn at the host. It goes where a redirect says only when told so: 307, 308. */
export interface FormRequest extends Pick<HttpRequest, 'url' | 'member' | 'maxBytes' | 'limitMs' | 'stop'> {
  form: URLSearchParams;
}

export interface HttpResponse {
  /** Address after redirects. */
  url: string;
  status: number;
  headers: Headers;
  /** The body after content decoding (gzip, br), before charset decoding. */
  body: Uint8Array;
  /** Every hop with a permanent redirect, 301 or 308, from the first on. */
  movedTo: string | null;
}

export interface HttpClient {
  /** Any status comes back, but 429 and 503 with Retry-After, which are the failure to wait. */
  get(request: HttpRequest): Promise<HttpResponse>;
  post(request: FormRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** `Communique/0.1 (+https://example.org/contact)`: who asks and where they can be reached. */
export const userAgentOf = ({ product, contact }: { product: string; contact: string | null }): string =>
  contact ? `${product} (+${contact})` : product;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Those that ask for the same request again; after the others a POST would have to become a GET (RFC 9110). */
const SAME_AGAIN = new Set([307, 308]);

/** undici behind an address check, a gate per host, robots.txt, a total deadline and a cap on decoded bytes. */
export function createHttpClient(
  settings: HttpSettings,
  { gate, robots, clock }: { gate: HostGate; robots: RobotsCache; clock: Clock },
): HttpClient {
  const agent = new Agent({
    connect: checkedConnector(addressRule(settings.allowAddresses), settings.deadlineMs),
    connections: 2,
    keepAliveTimeout: 4_000,
    maxHeaderSize: 65_536,
  });
  return {
    get: (request) => new Exchange(request, settings, { gate, robots, clock, agent }).run(),
    post: ({ form, ...request }) => {
      const asked = { ...request, accept: '*/*', robots: false };
      return new Exchange(asked, settings, { gate, robots, clock, agent }, form).run();
    },
    close: () => agent.close(),
  };
}

/** One request with its redirects. */
class Exchange {
  private readonly deadline: number;
  private readonly signal: AbortSignal;

  constructor(
    private readonly request: HttpRequest,
    private readonly settings: HttpSettings,
    private readonly edge: { gate: HostGate; robots: RobotsCache; clock: Clock; agent: Dispatcher },
    private readonly form?: URLSearchParams,
  ) {
    const limitMs = Math.min(settings.deadlineMs, request.limitMs ?? Number.POSITIVE_INFINITY);
    this.deadline = edge.clock.now() + limitMs;
    const limit = AbortSignal.timeout(limitMs);
    this.signal = request.stop ? AbortSignal.any([limit, request.stop]) : limit;
  }

  async run(): Promise<HttpResponse> {
    let url = parseUrl(this.request.url);
    let movedTo: string | null = null;
    let permanent = true;
    for (let hops = 0; ; hops++) {
      const isRedirect = hops > 0;
      const waits = isRedirect || this.form !== undefined || this.request.continues === true;
      if (this.request.robots) await this.obeyRobots(url, waits);
      const response = await this.atHost(url, waits, () => this.hop(url, isRedirect));
      if (!(response instanceof URL)) return { ...response, movedTo };
      if (hops >= this.settings.maxRedirects) {
        throw new StageFailure('http/too-many-redirects', `${this.request.url} → … → ${url.href}`);
      }
      permanent &&= this.lastStatus === 301 || this.lastStatus === 308;
      if (permanent) movedTo = response.href;
      url = response;
    }
  }

  private lastStatus = 0;

  /** Runs `work` while holding the host. A first request comes back later; one that goes on with another, or a form, waits. */
  private async atHost<T>(url: URL, wait: boolean, work: () => Promise<T>): Promise<T> {
    const { gate, clock } = this.edge;
    for (;;) {
      const { hostGapMs, deadlineMs } = this.settings;
      const at = await gate.enter(url.host, this.request.member, hostGapMs, deadlineMs + 5_000, wait);
      if (at === 0) break;
      if (!wait || at >= this.deadline) throw new StageFailure('http/host-busy', url.host, { retryAtMs: at });
      await clock.sleep(Math.max(at - clock.now(), 1), this.signal).catch(() => {
        throw new StageFailure('http/host-busy', url.host, { retryAtMs: at });
      });
    }
    try {
      return await work();
    } finally {
      await gate.leave(url.host, this.request.member);
    }
  }

  private async obeyRobots(url: URL, waits: boolean): Promise<void> {
    const { robots } = this.edge;
    let rules = await robots.read(url.origin);
    if (rules === null) {
      const address = new URL('/robots.txt', url);
      rules = await this.atHost(url, waits, async () => robotsOf(await this.readRobots(address)));
      await robots.write(url.origin, rules);
    }
    const verdict = robots.judge(url, rules, this.settings.userAgent);
    if (verdict === 'unreachable') {
      const retryAtMs = this.edge.clock.now() + UNREACHABLE_SECONDS * 1000;
      throw new StageFailure('fetch/robots-unreachable', url.origin, { retryAtMs });
    }
    if (verdict === 'forbidden') throw new StageFailure('fetch/robots', url.href);
  }

  /** robots.txt with its redirects followed inside the same visit: RFC 9309 asks for at least five hops. */
  private async readRobots(first: URL): Promise<{ status: number; body: Uint8Array }> {
    let url = first;
    for (let hops = 0; hops <= 5; hops++) {
      const response = await this.send(url, 'text/plain', {}, 512_000, true);
      if (!(response instanceof URL)) return response;
      // A robots.txt elsewhere would have to pass that host's gate too; it speaks for this host, so it is not asked.
      if (response.host !== first.host) break;
      url = response;
    }
    return { status: 404, body: new Uint8Array() };
  }

  private hop(url: URL, isRedirect: boolean): Promise<Omit<HttpResponse, 'movedTo'> | URL> {
    const { etag, lastModified, accept, maxBytes } = this.request;
    // Validators belong to the address that gave them.
    const conditional = {
      ...(etag && !isRedirect ? { 'if-none-match': etag } : {}),
      ...(lastModified && !isRedirect ? { 'if-modified-since': lastModified } : {}),
    };
    return this.send(url, accept, conditional, maxBytes, false);
  }

  private async send(
    url: URL,
    accept: string,
    headers: Record<string, string>,
    maxBytes: number,
    cut: boolean,
  ): Promise<Omit<HttpResponse, 'movedTo'> | URL> {
    const response = await fetch(url, {
      dispatcher: this.edge.agent,
      redirect: 'manual',
      signal: this.signal,
      ...(this.form ? { method: 'POST', body: this.form } : {}),
      headers: { ...headers, accept, 'user-agent': this.settings.userAgent, 'accept-language': 'en,*;q=0.5' },
    }).catch((error: unknown) => {
      throw failureOf(error, url, this.signal);
    });
    this.lastStatus = response.status;
    const location = response.headers.get('location');
    if ((this.form ? SAME_AGAIN : REDIRECTS).has(response.status) && location !== null) {
      await response.body?.cancel();
      return parseUrl(location, url);
    }
    const later = this.retryAfter(response.status, response.headers);
    if (later !== undefined) {
      await response.body?.cancel();
      await this.edge.gate.pause(url.host, later);
      throw new StageFailure('fetch/status-429', `${url.host} answered ${response.status}`, { retryAtMs: later });
    }
    const body = await this.readBody(response.body, url, maxBytes, cut);
    return { url: url.href, status: response.status, headers: response.headers, body };
  }

  /** When to come back (epoch ms), for 429 always and for 503 when the server says: seconds or an HTTP date (RFC 9110). */
  private retryAfter(status: number, headers: Headers): number | undefined {
    const said = headers.get('retry-after');
    if (status !== 429 && !(status === 503 && said !== null)) return undefined;
    const now = this.edge.clock.now();
    const seconds = said !== null && /^\d+$/.test(said.trim()) ? Number(said) : undefined;
    const date = said !== null && seconds === undefined ? Date.parse(said) : Number.NaN;
    const waitMs = seconds !== undefined ? seconds * 1000 : Number.isNaN(date) ? 60_000 : date - now;
    return now + Math.min(Math.max(waitMs, 1_000), this.settings.maxPauseSeconds * 1000);
  }

  private async readBody(
    stream: AsyncIterable<Uint8Array> | null,
    url: URL,
    maxBytes: number,
    cut: boolean,
  ): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of stream ?? []) {
        chunks.push(chunk);
        length += chunk.byteLength;
        if (length <= maxBytes) continue;
        if (cut) break;
        throw new StageFailure('http/too-large', `${url.href} has more than ${maxBytes} bytes`);
      }
    } catch (error) {
      throw failureOf(error, url, this.signal);
    }
    return Buffer.concat(chunks);
  }
}

function parseUrl(raw: string, base?: URL): URL {
  if (!URL.canParse(raw, base?.href)) throw new StageFailure('http/bad-url', raw.slice(0, 200));
  const url = new URL(raw, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new StageFailure('http/bad-url', url.href.slice(0, 200));
  return url;
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const NO_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL']);

/** What undici threw, as a failure of the table; the reason stands in a chain of causes. */
function failureOf(error: unknown, url: URL, signal: AbortSignal): StageFailure {
  let detail = '';
  let code: FailureCode = 'http/connection';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof StageFailure) return at;
    const name = 'code' in at ? String(at.code) : '';
    if (TIMEOUTS.has(name)) code = 'http/timeout';
    else if (NO_NAME.has(name)) code = 'http/dns';
    else if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(name)) code = 'http/tls';
    detail = name || at.message;
  }
  if (signal.aborted) code = 'http/timeout';
  return new StageFailure(code, `${url.host}: ${detail}`, { cause: error });
}
