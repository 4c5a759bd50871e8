/**
 * The one table of failures. Every code that can end or delay an article or a poll stands here with its fate.
 * `retry`: may pass next time. `wait`: told to come later. `reject`: will never pass. `skip`: right to leave out.
 */
export const FAILURES = {
  'poll/status-403': ['retry', 'the server refuses to show the feed'],
  'poll/status-404': ['retry', 'there is no feed at this address'],
  'poll/status-4xx': ['retry', 'the server refused the request for the feed, or answered with no feed'],
  'poll/status-5xx': ['retry', 'the server failed'],
  'poll/gone': ['reject', 'the feed answered 410 Gone'],
  'poll/not-a-feed': ['reject', 'the document is not a feed'],
  'poll/not-a-sitemap': ['reject', 'the document is not a sitemap'],
  'poll/no-links': ['reject', 'no link of the page is one to an article'],
  'poll/unreadable': ['reject', 'the feed cannot be read even after repair'],
  'poll/too-large': ['reject', 'the feed is larger than the cap'],
  'poll/timeout': ['retry', 'reading the feed took too long'],
  'websub/refused': ['retry', 'the hub did not take the request'],
  'entry/no-link': ['skip', 'the entry has no link to an article'],
  'entry/bad-link': ['skip', 'the entry links to something that is not an http(s) address'],
  'entry/before-first-poll': ['skip', 'the sitemap had it when it was first read, and does not say how old it is'],
  'entry/same-article': ['skip', 'the article was already seen through another entry'],
  'http/blocked-address': ['reject', 'the address is not public and not listed in fetch.allowAddresses'],
  'http/bad-url': ['reject', 'the address is not a valid http(s) URL'],
  'http/too-many-redirects': ['reject', 'more redirects than allowed'],
  'http/too-large': ['reject', 'the decoded body is larger than the cap'],
  'http/timeout': ['retry', 'the total deadline passed'],
  'http/connection': ['retry', 'the connection failed'],
  'http/tls': ['retry', 'the TLS handshake failed'],
  'http/dns': ['retry', 'the host name does not resolve'],
  'http/host-busy': ['wait', 'the host is being asked by another job, or its pause has not passed'],
  'fetch/status-429': ['wait', 'the server asked to come later'],
  'fetch/status-4xx': ['reject', 'the server refused the request'],
  'fetch/status-404': ['reject', 'the page does not exist'],
  'fetch/status-410': ['reject', 'the page is gone'],
  'fetch/status-5xx': ['retry', 'the server failed'],
  'fetch/robots': ['reject', 'robots.txt forbids the page'],
  'fetch/robots-unreachable': ['wait', 'robots.txt answered with a server error, so the site counts as closed for now'],
  'fetch/not-html': ['skip', 'the page is not HTML'],
  'fetch/empty': ['reject', 'the server sent an empty body'],
  'clean/no-text': ['skip', 'no article text was found on the page'],
  'clean/timeout': ['retry', 'cleaning took longer than the limit'],
  'classify/irrelevant': ['skip', 'the article is not about defence cooperation'],
  'classify/language': ['skip', 'the language of the article is not one that the rules read'],
  'classify/timeout': ['retry', 'classifying took longer than the limit'],
  'article/duplicate-url': ['skip', 'the page names an address as canonical that another article already has'],
  'article/duplicate-text': ['skip', 'another article has the same text'],
  'extract/timeout': ['retry', 'extracting took longer than the limit'],
  'threads/out-of-memory': ['reject', 'the thread that did the work ran out of memory'],
  'database/unavailable': ['wait', 'the database did not answer'],
  'stage/bad-output': ['reject', 'a stage produced something its schema does not allow'],
  'service/stopping': ['wait', 'the service stopped before the work was done'],
  'stage/missing-input': ['reject', 'something that an earlier stage made is not there any more'],
  'internal/stalled': ['reject', 'the process died several times while it worked on the article'],
  'internal/unexpected': ['retry', 'an error that no rule foresaw'],
} as const satisfies Record<string, readonly [Fate, string]>;

export type Fate = 'retry' | 'wait' | 'reject' | 'skip';
export type FailureCode = keyof typeof FAILURES;

export const fateOf = (code: FailureCode): Fate => FAILURES[code][0];
export const meaningOf = (code: FailureCode): string => FAILURES[code][1];
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code);

/** A failure with a code from the table. `retryAtMs` (epoch) goes with fate `wait`. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure';
  readonly code: FailureCode;
  /** What the message says beyond the code's meaning. */
  readonly detail: string | undefined;
  readonly retryAtMs: number | undefined;
  /** What the stage made all the same, to be kept: the verdict that found an article irrelevant. */
  readonly made: unknown;
  /** The article that this one repeats. */
  readonly duplicateOf: string | undefined;

  constructor(
    code: FailureCode,
    detail?: string,
    options: { retryAtMs?: number; made?: unknown; duplicateOf?: string; cause?: unknown } = {},
  ) {
    super(detail ? `${meaningOf(code)}: ${detail}` : meaningOf(code), { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.retryAtMs = options.retryAtMs;
    this.made = options.made;
    this.duplicateOf = options.duplicateOf;
  }

  get fate(): Fate {
    return fateOf(this.code);
  }
}

/** Whatever was thrown, as a failure of the table. */
export function asFailure(error: unknown): StageFailure {
  if (error instanceof StageFailure) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new StageFailure('internal/unexpected', detail, { cause: error });
}
