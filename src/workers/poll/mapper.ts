import type { Feed, FeedHead, FeedItem } from '../../shared/model/feed.js';
import { readDate } from './dates.js';
import { type Field, htmlOf, lineOf, oneLine, trimmed } from './field.js';
import { enclosuresOf, entryId, entryLink, linksWithRel, mainLink } from './links.js';
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
const PUBLISHED = ['published', 'atom:published', 'pubdate', 'issued', 'dcterms:issued', 'created', 'dcterms:created'];
const UPDATED = ['updated', 'atom:updated', 'modified', 'dcterms:modified', 'dc:date', 'lastmod', 'lastbuilddate'];
const CONTENTS = ['content', 'content:encoded', 'atom:content', 'xhtml:body', 'body', 'fullitem', 'xhtml:div', 'div'];
const SUMMARIES = ['description', 'summary'];
const OTHER_SUMMARIES = [
  'atom:summary abstract dc:description dcterms:abstract itunes:summary media:description subtitle itunes:subtitle',
].flatMap((names) => names.split(' '));
const DESCRIPTIONS = ['description', 'subtitle', 'tagline', 'abstract', 'atom:subtitle', 'summary', 'dc:description'];
const OTHER_DESCRIPTIONS = ['dcterms:abstract', 'itunes:summary', 'itunes:subtitle'];
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
    items: fields.entries.map((entry) => mapEntry(byName(entry), isAtom, feedAuthor, now)),
    problems: [],
  };
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
  const ttl = ttlOf(fields);
  return {
    format,
    hubs: linksWithRel(fields.all, 'hub'),
    ...defined({
      title: first(fields, TITLES, (field) => lineOf(field, isAtom)),
      link: mainLink(fields.all),
      description: first(fields, [...DESCRIPTIONS, ...OTHER_DESCRIPTIONS], (field) => htmlOf(field, isAtom)),
      language: first(fields, ['language', 'dc:language'], trimmed)?.replaceAll('_', '-'),
      self: linksWithRel(fields.all, 'self')[0],
    }),
    ...(ttl === undefined ? {} : { ttlMinutes: ttl }),
    ...skips(fields),
  };
}

function mapEntry(fields: Fields, isAtom: boolean, feedAuthor: Author | undefined, now: number): FeedItem {
  const problems = (fields.named.get('problem') ?? []).map((field) => field.text);
  const author = first(fields, AUTHORS, authorOf) ?? feedAuthor;
  const link = entryLink(fields.all);
  if (link === undefined) problems.push('the entry has no link');
  return {
    ...defined({
      id: entryId(fields.all),
      title: first(fields, TITLES, (field) => lineOf(field, isAtom)),
      link,
      ...textsOf(fields, isAtom),
    }),
    ...author,
    published: dateOf(fields, PUBLISHED, 'published', now, problems),
    updated: dateOf(fields, UPDATED, 'updated', now, problems),
    categories: categoriesOf(fields.all),
    enclosures: enclosuresOf(fields.all),
    problems,
  };
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
function textsOf(fields: Fields, isAtom: boolean): { summary?: string; content?: string } {
  const read = (field: Field): string | undefined => htmlOf(field, isAtom);
  const own = fields.all.flatMap((field) => (SUMMARIES.includes(field.name) ? (read(field) ?? []) : []));
  const summary = own[0] ?? first(fields, OTHER_SUMMARIES, read);
  const content = first(fields, CONTENTS, read) ?? own.find((text) => text !== summary);
  return defined({ summary, content });
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
      return [oneLine(field.attributes.get('term') ?? lineOf(field, false) ?? '')];
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

/** RSS skipHours (0 to 23, GMT; some count 1 to 24) and skipDays. */
function skips(fields: Fields): Pick<FeedHead, 'skipHours' | 'skipDays'> {
  const hours = (fields.named.get('hour') ?? []).flatMap((field) =>
    /^\s*\d{1,2}\s*$/.test(field.text) ? [Number(field.text) % 24] : [],
  );
  const days = (fields.named.get('day') ?? []).flatMap((field) => trimmed(field)?.toLowerCase() ?? []);
  return {
    ...(hours.length > 0 ? { skipHours: [...new Set(hours)] } : {}),
    ...(days.length > 0 ? { skipDays: [...new Set(days)] } : {}),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without the keys whose value is undefined. */
function defined<T extends Record<string, string | undefined>>(values: T): Defined<T>;
function defined(values: Record<string, string | undefined>): Record<string, string | undefined> {
  for (const key in values) if (values[key] === undefined) delete values[key];
  return values;
}
