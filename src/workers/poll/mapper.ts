import type { Feed, FeedHead, FeedItem } from '../../shared/model/feed.js';
import { readDate } from './dates.js';
import { type Field, htmlOf, lineOf, oneLine, trimmed } from './field.js';
import { enclosuresOf, entryId, entryLink, linkProblem, linksWithRel, mainLink } from './links.js';
import { type Author, authorOf } from './people.js';

/** The fields of a repaired document, in the order of the feed. */
export interface FieldsOfFeed {
  head: Field[];
  entries: Field[][];
}

/** The fields of the head or of one entry, in order and by name. */
interface Fields {
  all: readonly Field[];
  named: ReadonlyMap<string, readonly Field[]>;
}

const AUTHORS = ['author', 'atom:author', 'dc:creator', 'dc:author', 'itunes:author'];
const TITLES = ['title', 'atom:title', 'dc:title', 'itunes:title', 'media:title'];
const PUBLISHED = [
  'published atom:published pubdate issued dcterms:issued created dcterms:created',
  // Dublin Core says "a date in the life of the resource", and feeds that have no other mean the first.
  'dc:date',
].flatMap((names) => names.split(' '));
const UPDATED = ['updated', 'atom:updated', 'modified', 'dcterms:modified', 'dc:date', 'lastmod', 'lastbuilddate'];
const CONTENTS = ['content', 'content:encoded', 'atom:content', 'xhtml:body', 'body', 'fullitem', 'xhtml:div', 'div'];
const OTHER_SUMMARIES = [
  'atom:summary abstract dc:description dcterms:abstract itunes:summary media:description subtitle itunes:subtitle',
].flatMap((names) => names.split(' '));
const DESCRIPTIONS = [
  'description subtitle tagline abstract atom:subtitle summary dc:description dcterms:abstract',
  'itunes:summary itunes:subtitle',
].flatMap((names) => names.split(' '));
const LANGUAGES = ['language', 'dc:language'];
/** Of one entry: whoever has not understood after ten will not after a thousand. */
const PROBLEMS_TOLD = 10;
const MINUTES_OF_PERIOD: ReadonlyMap<string, number> = new Map([
  ['hourly', 60],
  ['daily', 1440],
  ['weekly', 10_080],
  ['monthly', 43_200],
  ['yearly', 525_600],
]);

/** Turns fields into the feed's one shape for all formats. `now` (epoch ms) only decides which dates lie ahead. */
export function mapFeed(fields: FieldsOfFeed, format: string, now: number): Feed {
  const isAtom = format.startsWith('atom');
  const head = byName(fields.head);
  const feedAuthor = isAtom ? first(head, ['author'], authorOf) : undefined;
  return {
    feed: mapHead(head, format, isAtom),
    items: fields.entries.map((entry) => entryOr(() => mapEntry(byName(entry), isAtom, feedAuthor, now))),
    problems: (head.named.get('problem') ?? []).map((field) => field.text),
  };
}

/** What `read` makes of one entry; should it fail, an entry that says so, and the others live. */
export function entryOr(read: () => FeedItem): FeedItem {
  try {
    return read();
  } catch (error) {
    const problems = [`the entry could not be read: ${error instanceof Error ? error.message : String(error)}`];
    return { published: null, updated: null, categories: [], enclosures: [], problems };
  }
}

function byName(all: readonly Field[]): Fields {
  const named = new Map<string, Field[]>();
  for (const field of all) {
    const same = named.get(field.name);
    if (same === undefined) named.set(field.name, [field]);
    else same.push(field);
  }
  return { all, named };
}

function mapHead(fields: Fields, format: string, isAtom: boolean): FeedHead {
  const head: FeedHead = { format, hubs: linksWithRel(fields.all, 'hub') };
  put(
    head,
    'title',
    first(fields, TITLES, (field) => lineOf(field, isAtom)),
  );
  put(head, 'link', mainLink(fields.all));
  put(
    head,
    'description',
    first(fields, DESCRIPTIONS, (field) => htmlOf(field, isAtom)),
  );
  put(head, 'language', first(fields, LANGUAGES, trimmed)?.replaceAll('_', '-'));
  put(head, 'self', linksWithRel(fields.all, 'self')[0]);
  put(head, 'ttlMinutes', ttlOf(fields));
  put(head, 'skipHours', skipHoursOf(fields));
  put(head, 'skipDays', skipDaysOf(fields));
  return head;
}

function mapEntry(fields: Fields, isAtom: boolean, feedAuthor: Author | undefined, now: number): FeedItem {
  const problems = (fields.named.get('problem') ?? []).map((field) => field.text);
  const link = entryLink(fields.all);
  const noArticle = linkProblem(link);
  if (noArticle !== undefined) problems.push(noArticle);
  const item: FeedItem = {
    published: dateOf(fields, PUBLISHED, 'published', now, problems),
    updated: dateOf(fields, UPDATED, 'updated', now, problems),
    categories: categoriesOf(fields.all),
    enclosures: enclosuresOf(fields.all),
    problems,
  };
  problems.splice(PROBLEMS_TOLD);
  put(item, 'id', entryId(fields.all));
  put(
    item,
    'title',
    first(fields, TITLES, (field) => lineOf(field, isAtom)),
  );
  put(item, 'link', link);
  putTexts(item, fields, isAtom);
  return Object.assign(item, first(fields, AUTHORS, authorOf) ?? feedAuthor);
}

/** What is not there leaves no key behind. */
function put<T, K extends keyof T>(on: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) on[key] = value;
}

/** The first non-empty reading of the fields, the names in order of preference. */
function first<T>(fields: Fields, names: readonly string[], read: (field: Field) => T | undefined): T | undefined {
  for (const name of names) {
    for (const field of fields.named.get(name) ?? []) {
      const value = read(field);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}

/** Some feeds give a description and a summary and mean the longer text by either: the first counts as the summary. */
function putTexts(item: FeedItem, fields: Fields, isAtom: boolean): void {
  const read = (field: Field): string | undefined => htmlOf(field, isAtom);
  let summary: string | undefined;
  let other: string | undefined;
  for (const field of fields.all) {
    if (field.name !== 'description' && field.name !== 'summary') continue;
    const text = read(field);
    summary ??= text;
    if (text !== summary) other ??= text;
  }
  put(item, 'summary', summary ?? first(fields, OTHER_SUMMARIES, read));
  put(item, 'content', first(fields, CONTENTS, read) ?? other);
}

/** Among fields of one name the last that can be read counts, as in a document that was added to. */
function dateOf(
  fields: Fields,
  names: readonly string[],
  what: string,
  now: number,
  problems: string[],
): string | null {
  for (const name of names) {
    let found: string | null = null;
    let problem: string | null = null;
    for (const field of fields.named.get(name) ?? []) {
      const written = oneLine(field.text);
      if (written === '') continue;
      const { iso, flag } = readDate(written, now);
      found = iso ?? found;
      const shown = `${what}: '${written.slice(0, 60)}'`;
      if (flag === 'unreadable') problems.push(`${shown} is not a date`);
      else problem = flag === null ? null : `${shown} ${flag === 'future' ? 'lies in the future' : 'lies before 1990'}`;
    }
    if (problem !== null) problems.push(problem);
    if (found !== null) return found;
  }
  return null;
}

function categoriesOf(fields: readonly Field[]): string[] {
  const found = new Set<string>();
  for (const field of fields) for (const category of categoriesIn(field)) if (category !== '') found.add(category);
  return [...found];
}

function categoriesIn(field: Field): string[] {
  switch (field.name) {
    case 'category':
    case 'atom:category':
    case 'dc:subject':
    case 'media:category':
      return [oneLine(field.attributes.get('term') || lineOf(field, false) || field.attributes.get('label') || '')];
    case 'itunes:category':
      return [oneLine(field.attributes.get('text') ?? '')];
    case 'tags':
    case 'itunes:keywords':
    case 'media:keywords':
      return field.text.split(',').map(oneLine);
    default:
      return [];
  }
}

/** RSS says how long a copy may live, the syndication module how often new things come. */
function ttlOf(fields: Fields): number | undefined {
  const ttl = Number(first(fields, ['ttl'], trimmed) ?? Number.NaN);
  if (Number.isFinite(ttl) && ttl > 0) return ttl;
  const period = MINUTES_OF_PERIOD.get(first(fields, ['sy:updateperiod'], trimmed)?.toLowerCase() ?? '');
  if (period === undefined) return undefined;
  const frequency = Number(first(fields, ['sy:updatefrequency'], trimmed) ?? 1);
  return period / (Number.isFinite(frequency) && frequency >= 1 ? frequency : 1);
}

/** RSS skipHours: 0 to 23, GMT; some count 1 to 24. */
function skipHoursOf(fields: Fields): number[] | undefined {
  const hours = fields.named
    .get('hour')
    ?.flatMap(({ text }) => (/^\s*\d{1,2}\s*$/.test(text) ? [Number(text) % 24] : []));
  return hours?.length ? [...new Set(hours)] : undefined;
}

function skipDaysOf(fields: Fields): string[] | undefined {
  const days = fields.named.get('day')?.flatMap((field) => trimmed(field)?.toLowerCase() ?? []);
  return days?.length ? [...new Set(days)] : undefined;
}
