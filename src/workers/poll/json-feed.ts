import { StageFailure } from '../../shared/failures.js';
import type { Enclosure, Feed, FeedHead, FeedItem } from '../../shared/model/feed.js';
import { readDate } from './dates.js';
import { escapeText } from './entities.js';
import { oneLine, withAbsoluteAddresses } from './field.js';
import { linkProblem } from './links.js';
import { entryOr } from './mapper.js';
import { REPAIR_LIMITS } from './repair.js';
import { resolveAddress } from './scope.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads JSON Feed 1.0 and 1.1 (jsonfeed.org). `now` in epoch ms. Throws `poll/unreadable` when the text is not JSON,
 * `poll/not-a-feed` when it is no JSON Feed.
 */
export function readJsonFeed(text: string, base: string | null, now: number): Feed {
  const document = parse(text);
  const items = document.items;
  const version = string(document.version) ?? '';
  if (!Array.isArray(items)) {
    throw new StageFailure(
      'poll/not-a-feed',
      version === '' ? 'it is JSON without items' : 'it is JSON Feed without items',
    );
  }
  if (items.length > REPAIR_LIMITS.entries) {
    throw new StageFailure('poll/too-large', `more than ${REPAIR_LIMITS.entries} entries`);
  }
  const feedAuthor = authorOf(document);
  const problems: string[] = version.includes('jsonfeed.org') ? [] : ['the JSON does not say that it is JSON Feed'];
  const read = items.flatMap((item: unknown, index) => {
    if (isObject(item)) return [entryOr(() => itemOf(item, feedAuthor, base, now))];
    problems.push(`entry ${index + 1} is not an object`);
    return [];
  });
  return { feed: headOf(document, version, base), items: read, problems };
}

function parse(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StageFailure('poll/unreadable', 'it begins like JSON but is not', { cause });
  }
  if (!isObject(value)) throw new StageFailure('poll/not-a-feed', 'it is JSON but not an object');
  return value;
}

function headOf(document: Json, version: string, base: string | null): FeedHead {
  // The other type that the format names, rssCloud, is asked in another way.
  const websub = list(document.hubs).filter((hub) => /^websub$/i.test(string(hub.type) ?? 'WebSub'));
  const hubs = websub.flatMap((hub) => string(hub.url) ?? []);
  return {
    format: `json${/(\d\.\d)\D*$/.exec(version)?.[1] ?? '1.0'}`,
    hubs: hubs.map((hub) => resolveAddress(hub, base)),
    ...optional('title', line(document.title)),
    ...optional('link', address(document.home_page_url, base)),
    ...optional('description', string(document.description)),
    ...optional('language', string(document.language)?.replaceAll('_', '-')),
    ...optional('self', address(document.feed_url, base)),
  };
}

function itemOf(item: Json, feedAuthor: Author, base: string | null, now: number): FeedItem {
  const problems: string[] = [];
  const html = string(item.content_html);
  const content = html === undefined ? escaped(string(item.content_text)) : withAbsoluteAddresses(html, base);
  const link = address(item.url, base) ?? address(item.external_url, base);
  const noArticle = linkProblem(link);
  if (noArticle !== undefined) problems.push(noArticle);
  const own = authorOf(item);
  return {
    ...optional('id', typeof item.id === 'number' ? String(item.id) : string(item.id)),
    ...optional('title', line(item.title)),
    ...optional('link', link),
    ...optional('summary', escaped(string(item.summary))),
    ...optional('content', content),
    ...(own.author === undefined ? feedAuthor : own),
    published: dateOf(item.date_published, 'published', now, problems),
    updated: dateOf(item.date_modified, 'updated', now, problems),
    categories: Array.isArray(item.tags) ? item.tags.flatMap((tag: unknown) => line(tag) ?? []) : [],
    enclosures: list(item.attachments).flatMap((attachment) => enclosureOf(attachment, base)),
    problems,
  };
}

interface Author {
  author?: string;
  authorName?: string;
}

/** Version 1.1 has a list of authors, 1.0 had one. */
function authorOf(of: Json): Author {
  const one = list(of.authors)[0] ?? (isObject(of.author) ? of.author : undefined);
  const name = line(one?.name);
  return name === undefined ? {} : { author: name, authorName: name };
}

function enclosureOf(attachment: Json, base: string | null): Enclosure[] {
  const url = address(attachment.url, base);
  if (url === undefined) return [];
  const size = attachment.size_in_bytes;
  const length = typeof size === 'number' || typeof size === 'string' ? String(size) : undefined;
  return [{ url, ...optional('type', string(attachment.mime_type)), ...optional('length', length) }];
}

function dateOf(value: unknown, what: string, now: number, problems: string[]): string | null {
  const written = string(value);
  if (written === undefined) return null;
  const { iso, flag } = readDate(written, now);
  const shown = `${what}: '${written.slice(0, 60)}'`;
  if (flag === 'unreadable') problems.push(`${shown} is not a date`);
  else if (flag !== null) problems.push(`${shown} ${flag === 'future' ? 'lies in the future' : 'lies before 1990'}`);
  return iso;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function line(value: unknown): string | undefined {
  const text = string(value);
  return text === undefined ? undefined : oneLine(text);
}

function escaped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeText(text);
}

function address(value: unknown, base: string | null): string | undefined {
  const text = string(value);
  return text === undefined ? undefined : resolveAddress(text, base);
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string };
function optional(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}
