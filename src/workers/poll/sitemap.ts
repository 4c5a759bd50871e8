import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import { decodeBytes } from '../../shared/encoding.js';
import { StageFailure } from '../../shared/failures.js';
import type { Feed, FeedItem } from '../../shared/model/feed.js';
import { readDate } from './dates.js';
import { resolveAddress } from './scope.js';

/** The protocol allows 50 MB, unpacked, and 50,000 addresses in a sitemap or an index. */
const LONGEST_SITEMAP_BYTES = 52_428_800;
const MOST_ADDRESSES = 50_000;
/** A news sitemap has at most so many entries; of any other sitemap no more are news at one time. */
const MOST_ENTRIES = 1_000;
/** A sitemap lists a whole site, years of it: news is what was changed in the last days. */
const NEWS_DAYS = 7;
const LONGEST_TEXT = 4_000;
const DEEPEST = 500;
const DAY_MS = 86_400_000;

/** A sitemap that an index names. */
export interface ChildSitemap {
  url: string;
  /** Epoch ms; where the index gives a day, the end of it. Null where it gives nothing that can be read. */
  changedAt: number | null;
}

/** A sitemap as a feed; of an index no entries but `children`. */
export interface Sitemap extends Feed {
  children: ChildSitemap[];
}

export interface SitemapOptions {
  /** Only addresses that this regular expression finds something in. */
  pattern?: string | null | undefined;
  /** Epoch ms. */
  now: number;
}

/**
 * Reads a sitemap or an index of sitemaps (sitemaps.org, with Google's news and image extensions), gzipped or not. Of a
 * sitemap without news elements only what was changed in the last days becomes an entry, and what has no date at all as
 * long as there is little of it. Throws `poll/not-a-sitemap` or `poll/too-large`.
 */
export function readSitemap(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  url: string | null,
  { pattern, now }: SitemapOptions,
): Sitemap {
  const { text } = decodeBytes(unpacked(bytes), { contentType: headers['content-type'], kind: 'xml' });
  const document = new SitemapDocument();
  const parser = new Parser(document, { xmlMode: true });
  document.onfull = () => parser.pause();
  parser.write(text);
  parser.end();
  if (document.root !== 'urlset' && document.root !== 'sitemapindex') {
    throw new StageFailure('poll/not-a-sitemap', whatItIs(document.root));
  }
  const { blocks } = document;
  const problems = document.problems();
  const children = blocks
    .filter(({ kind }) => kind === 'sitemap')
    .flatMap((block): ChildSitemap[] => {
      const address = addressOf(block, url);
      return address === null ? [] : [{ url: address, changedAt: endOf(block.texts.get('lastmod'), now) }];
    });
  const wanted = pattern ? new RegExp(pattern, 'u') : null;
  const listed = blocks
    .filter(({ kind }) => kind === 'url')
    .map((block) => itemOf(block, url, now))
    .filter(({ link }) => wanted === null || (link !== undefined && wanted.test(link)));
  const isNews = blocks.some(({ texts }) => texts.has('news:title') || texts.has('news:publication_date'));
  return {
    feed: { ...headOf(blocks), format: formatOf(document.root, isNews), hubs: [] },
    items: newsOf(listed, now, problems),
    problems,
    children,
  };
}

function unpacked(bytes: Uint8Array): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) {
    if (bytes.length > LONGEST_SITEMAP_BYTES) throw tooLarge(`${bytes.length} bytes`);
    return bytes;
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: LONGEST_SITEMAP_BYTES });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge('unpacked');
    throw new StageFailure('poll/not-a-sitemap', 'its gzip is broken', { cause });
  }
}

const tooLarge = (what: string): StageFailure =>
  new StageFailure('poll/too-large', `${what}, at most ${LONGEST_SITEMAP_BYTES} bytes`);

function whatItIs(root: string): string {
  if (root === '') return 'no element was found in it';
  if (root === 'html') return 'it is an HTML page';
  return /^(?:rss|feed|rdf)$/.test(root) ? `it is a feed (<${root}>)` : `its first element is <${root.slice(0, 60)}>`;
}

const formatOf = (root: string, isNews: boolean): string =>
  root === 'sitemapindex' ? 'sitemap-index' : isNews ? 'sitemap-news' : 'sitemap';

/** What a `url` or a `sitemap` element says: its texts, by the names of `PATHS`. */
interface Block {
  kind: 'url' | 'sitemap';
  texts: Map<string, string>;
}

/** The elements that are read, by their place below `url` or `sitemap`, whatever prefixes the document uses. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ['loc', 'loc'],
  ['lastmod', 'lastmod'],
  ['news/title', 'news:title'],
  ['news/publication_date', 'news:publication_date'],
  ['news/keywords', 'news:keywords'],
  ['news/publication/name', 'news:name'],
  ['news/publication/language', 'news:language'],
  ['image/loc', 'image:loc'],
]);
const DEEPEST_PATH = 3;

/** Sorts the elements of a sitemap into blocks. What a broken document left open is closed where the next begins. */
class SitemapDocument {
  root = '';
  readonly blocks: Block[] = [];
  /** Called when no more is to be read. */
  onfull: () => void = () => {};
  private block: Block | null = null;
  private path: string[] = [];
  private text = '';
  private depth = 0;
  private isFull = false;
  private closedRoot = false;

  onopentagname(written: string): void {
    const name = localName(written);
    this.depth += 1;
    if (this.depth > DEEPEST) throw new StageFailure('poll/unreadable', `more than ${DEEPEST} elements in one another`);
    if (this.root === '') {
      this.root = name;
      return;
    }
    if (name === 'url' || name === 'sitemap') {
      this.flush();
      this.block = { kind: name, texts: new Map() };
      this.path = [];
    } else if (this.block) this.path.push(name);
    this.text = '';
  }

  ontext(text: string): void {
    if (this.block && this.path.length > 0 && this.path.length <= DEEPEST_PATH && this.text.length < LONGEST_TEXT) {
      this.text += text.slice(0, LONGEST_TEXT);
    }
  }

  onclosetag(written: string, implied: boolean): void {
    const name = localName(written);
    this.depth -= 1;
    if (name === this.root && !implied) this.closedRoot = true;
    if (!this.block) return;
    if (name === this.block.kind) {
      if (implied) this.block = null;
      else this.flush();
      return;
    }
    const kept = this.path.length <= DEEPEST_PATH && !implied ? PATHS.get(this.path.join('/')) : undefined;
    const value = this.text.replace(/\s+/g, ' ').trim();
    if (kept !== undefined && value !== '' && !this.block.texts.has(kept)) this.block.texts.set(kept, value);
    this.path.pop();
    this.text = '';
  }

  problems(): string[] {
    if (this.isFull) return [`addresses beyond ${MOST_ADDRESSES} were left out`];
    return this.closedRoot || this.root === '' ? [] : ['the document ends before the sitemap does'];
  }

  private flush(): void {
    if (this.block && this.blocks.length >= MOST_ADDRESSES) {
      this.isFull = true;
      this.onfull();
    } else if (this.block) this.blocks.push(this.block);
    this.block = null;
  }
}

const localName = (written: string): string => written.slice(written.indexOf(':') + 1).toLowerCase();

function addressOf({ texts }: Block, base: string | null): string | null {
  const written = texts.get('loc');
  const address = written === undefined ? '' : resolveAddress(written, base);
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : null;
}

/** "2026-01-05" may be any time of that day, so it counts until its end. */
function endOf(written: string | undefined, now: number): number | null {
  const { iso } = readDate(written ?? '', now);
  if (iso === null) return null;
  return Date.parse(iso) + (/[T:]/.test(written ?? '') ? 0 : DAY_MS);
}

function itemOf(block: Block, base: string | null, now: number): FeedItem {
  const { texts } = block;
  const problems: string[] = [];
  const dated = (name: 'news:publication_date' | 'lastmod'): string | null => {
    const written = texts.get(name);
    if (written === undefined) return null;
    const { iso, flag } = readDate(written, now);
    const words = flag === 'unreadable' ? 'is not a date' : flag === 'future' ? 'lies ahead' : 'is before 1990';
    if (flag !== null) problems.push(`${name}: '${written.slice(0, 60)}' ${words}`);
    return iso;
  };
  const image = texts.get('image:loc');
  const title = texts.get('news:title');
  const link = addressOf(block, base) ?? texts.get('loc');
  return {
    ...(link === undefined ? {} : { link }),
    ...(title === undefined ? {} : { title }),
    published: dated('news:publication_date'),
    updated: dated('lastmod'),
    categories: (texts.get('news:keywords') ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    enclosures: image === undefined ? [] : [{ url: resolveAddress(image, base) }],
    problems,
  };
}

function headOf(blocks: readonly Block[]): { title?: string; language?: string } {
  const said = blocks.find(({ texts }) => texts.has('news:name'))?.texts;
  const title = said?.get('news:name');
  const language = said?.get('news:language');
  return { ...(title === undefined ? {} : { title }), ...(language === undefined ? {} : { language }) };
}

/** The entries that may be news, newest first; what is left out is told. */
function newsOf(listed: readonly FeedItem[], now: number, problems: string[]): FeedItem[] {
  const isNews = (item: FeedItem): boolean => item.title !== undefined || item.published !== null;
  const timeOf = (item: FeedItem): number | null => {
    const date = item.published ?? item.updated;
    return date === null ? null : Date.parse(date);
  };
  const undated = listed.filter((item) => !isNews(item) && timeOf(item) === null);
  const dated = listed.filter((item) => isNews(item) || timeOf(item) !== null);
  const recent = dated.filter((item) => isNews(item) || (timeOf(item) ?? 0) >= now - NEWS_DAYS * DAY_MS);
  if (recent.length < dated.length) {
    problems.push(`${dated.length - recent.length} addresses were not changed in the last ${NEWS_DAYS} days`);
  }
  recent.sort((a, b) => (timeOf(b) ?? 0) - (timeOf(a) ?? 0));
  if (recent.length > MOST_ENTRIES) {
    problems.push(`${recent.length - MOST_ENTRIES} entries beyond the newest ${MOST_ENTRIES} were left out`);
  }
  if (undated.length > MOST_ENTRIES) {
    problems.push(`${undated.length} addresses have no lastmod: nothing tells which of them are new`);
    undated.length = 0;
  }
  return [...recent.slice(0, MOST_ENTRIES), ...undated];
}
