import RssParser from 'rss-parser';
import { decodeBytes } from '../../shared/encoding.js';
import { StageFailure } from '../../shared/failures.js';
import type { Feed, FeedHead } from '../../shared/model/feed.js';
import type { Field } from './field.js';
import { readJsonFeed } from './json-feed.js';
import { headerLinks } from './links.js';
import { type FieldsOfFeed, mapFeed } from './mapper.js';
import { repairFeed } from './repair.js';
import { resolveAddress } from './scope.js';

export const LONGEST_FEED_BYTES = 16 * 1024 * 1024;

/**
 * Reads a feed of any format from what a server sent; `headers` by name in any case, `url` where it came from. Titles
 * are plain text, summaries and contents HTML. `now` (epoch ms) only marks dates that lie ahead.
 * Throws StageFailure `poll/not-a-feed`, `poll/unreadable` or `poll/too-large`.
 */
export async function readFeed(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  url: string | null,
  now: number = Date.now(),
): Promise<Feed> {
  if (bytes.length > LONGEST_FEED_BYTES) {
    throw new StageFailure('poll/too-large', `${bytes.length} bytes, at most ${LONGEST_FEED_BYTES}`);
  }
  const header = headerReader(headers);
  const base = documentBase(header('content-location'), url);
  const { text, encoding } = decodeBytes(bytes, { contentType: header('content-type'), kind: 'xml' });
  const feed = /^\s*\{/.test(text) ? readJsonFeed(text, base, now) : await readXmlFeed(text, base, now);
  if (encoding !== 'utf-8') feed.problems.push(`read as ${encoding}`);
  addHeaders(feed.feed, header, url);
  return feed;
}

async function readXmlFeed(text: string, base: string | null, now: number): Promise<Feed> {
  const repaired = repairFeed(text, base);
  const feed = mapFeed(await parse(repaired.xml, base), repaired.format, now);
  if (repaired.language !== undefined) feed.feed.language ??= repaired.language.replaceAll('_', '-');
  feed.problems.push(...repaired.problems);
  return feed;
}

/**
 * rss-parser reads the repaired document only, and only by `parseString`. The fields go through it as they are: its own
 * reading of dates throws and its snippets take quadratic time, so it is shown neither.
 */
const parser = new RssParser<{ head?: unknown }, { fields?: unknown }>({
  customFields: { feed: ['head'], item: [['f', 'fields', { keepArray: true }]] },
  xml2js: { attrValueProcessors: [flat] },
});

/**
 * The XML parser grows attributes letter by letter, each a node of some 30 bytes in V8's memory; whoever reads a letter
 * makes V8 lay them side by side.
 */
function flat(value: string): string {
  return Number.isNaN(value.charCodeAt(0)) ? '' : value;
}

async function parse(xml: string, base: string | null): Promise<FieldsOfFeed> {
  try {
    const { head, items } = await parser.parseString(xml);
    const fields = typeof head === 'object' && head !== null && 'f' in head ? head.f : [];
    return { head: fieldsOf(fields, base), entries: items.map((item) => fieldsOf(item.fields, base)) };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n', 1)[0] : undefined;
    throw new StageFailure('poll/unreadable', detail, { cause });
  }
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function fieldsOf(parsed: unknown, base: string | null): Field[] {
  if (!Array.isArray(parsed)) return [];
  const fields: Field[] = [];
  for (const element of parsed) {
    if (typeof element !== 'object' || element === null || !('$' in element)) continue;
    let name = '';
    let own = base;
    let attributes: Map<string, string> | null = null;
    for (const [key, value] of Object.entries(element.$)) {
      if (typeof value !== 'string') continue;
      if (key === 'n') name = value;
      else if (key === 'base') own = value;
      else {
        attributes ??= new Map();
        attributes.set(key, value);
      }
    }
    const text = typeof element._ === 'string' ? element._ : '';
    fields.push({ name, text, base: own, attributes: attributes ?? NO_ATTRIBUTES });
  }
  return fields;
}

type HeaderReader = (name: string) => string | undefined;

function headerReader(headers: Readonly<Record<string, string>>): HeaderReader {
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) byName.set(name.toLowerCase(), value);
  return (name) => byName.get(name);
}

/** What relative addresses are relative to: Content-Location where it is an http(s) address, else the feed's own. */
function documentBase(contentLocation: string | undefined, url: string | null): string | null {
  const located = contentLocation === undefined ? null : resolveAddress(contentLocation.trim(), url);
  return located !== null && /^https?:\/\//i.test(located) && URL.canParse(located) ? located : url;
}

/** Adds what only the HTTP headers say; hubs and self of the Link header win (WebSub, section 4). */
function addHeaders(head: FeedHead, header: HeaderReader, url: string | null): void {
  const link = header('link');
  if (link !== undefined) {
    head.hubs = [...new Set([...headerLinks(link, 'hub', url), ...head.hubs])];
    const self = headerLinks(link, 'self', url)[0];
    if (self !== undefined) head.self = self;
  }
  const language = header('content-language')?.split(',', 1)[0]?.trim();
  if (language) head.language ??= language;
}
