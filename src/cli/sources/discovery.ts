import { canonicalUrl } from '../../shared/canonical-url.js';
import { decodeBytes } from '../../shared/encoding.js';
import { asFailure } from '../../shared/failures.js';
import type { PollResult } from '../../shared/model/stages.js';
import { type PageFeeds, pageFeeds } from './page-feeds.js';
import { datesOf, usableOf, type Visited, type Visitor } from './visit.js';

/** Where sites keep their feed when no page names it, asked one after another until one is there. */
const COMMON_PATHS = [
  '/feed',
  '/rss',
  '/rss.xml',
  '/feed.xml',
  '/atom.xml',
  '/index.xml',
  '/feeds/posts/default',
  '/news/rss',
  '/en/rss',
];
const SITEMAP_PATHS = ['/sitemap_news.xml', '/news-sitemap.xml', '/sitemap.xml'];
const MOST_SITEMAPS = 3;
/** A feed that says nothing for so long is no first choice. */
const QUIET_MS = 90 * 86_400_000;

/** A feed or sitemap that was asked and read well. */
export type Found = Visited & { result: PollResult };

export interface Discovery {
  /** The likeliest first. */
  found: Found[];
  page: Pick<PageFeeds, 'language' | 'siteName'> | null;
}

const isGood = (visited: Visited): visited is Found => visited.result !== null && usableOf(visited.result).length > 0;

/** What can be polled at an address: the feed or sitemap that it is, or those of the site that it belongs to. */
export async function discover(url: string, visitor: Visitor, nowMs: number): Promise<Discovery> {
  const own = await visitor.visit(feedAt(url));
  if (own.result !== null) return { found: [{ ...own, result: own.result }], page: null };
  if (own.failure?.code !== 'poll/not-a-feed') throw own.failure;
  const sitemap = await visitor.visit(sitemapAt(url));
  if (sitemap.result !== null) return { found: [{ ...sitemap, result: sitemap.result }], page: null };
  if (sitemap.failure?.code !== 'poll/not-a-sitemap') throw sitemap.failure;

  const response = await visitor.get(url);
  const { text } = decodeBytes(response.body, { contentType: response.headers.get('content-type'), kind: 'html' });
  const page = pageFeeds(text, response.url);
  const named: Found[] = [];
  for (const address of page.feeds) {
    const visited = await visitor.visit(feedAt(address));
    if (isGood(visited)) named.push(visited);
  }
  const feeds = named.length > 0 ? named : await firstGood(COMMON_PATHS, response.url, visitor);
  const found = once([...feeds, ...(await sitemapsOf(response.url, visitor))]);
  return { found: ranked(found, nowMs), page };
}

const feedAt = (url: string) => ({ url, kind: 'feed' as const, links: null, identity: null });
const sitemapAt = (url: string) => ({ url, kind: 'sitemap' as const, links: null, identity: null });

async function firstGood(paths: readonly string[], site: string, visitor: Visitor): Promise<Found[]> {
  for (const path of paths) {
    const visited = await visitor.visit(feedAt(new URL(path, site).href));
    if (isGood(visited)) return [visited];
  }
  return [];
}

/** Sitemaps that robots.txt names, news first; where it names none that helps, those at the usual addresses. */
async function sitemapsOf(site: string, visitor: Visitor): Promise<Found[]> {
  const named = await namedInRobots(site, visitor);
  const isNews = (url: string): number => Number(/news/i.test(new URL(url).pathname));
  const first = [...named].sort((a, b) => isNews(b) - isNews(a)).slice(0, MOST_SITEMAPS);
  const found: Found[] = [];
  for (const url of [...first, ...SITEMAP_PATHS.map((path) => new URL(path, site).href)]) {
    const visited = await visitor.visit(sitemapAt(url));
    if (isGood(visited)) found.push(visited);
    if (found.some(isNewsSitemap)) break;
  }
  return found;
}

async function namedInRobots(site: string, visitor: Visitor): Promise<string[]> {
  const response = await visitor.get(new URL('/robots.txt', site).href).catch((error: unknown) => {
    if (asFailure(error).fate === 'wait') throw error;
    return null;
  });
  if (response?.status !== 200) return [];
  const lines = Buffer.from(response.body.subarray(0, 512_000)).toString('utf8').split(/\r?\n/);
  const urls = lines.flatMap((line) => /^\s*sitemap\s*:\s*(\S{1,2000})\s*$/i.exec(line)?.[1] ?? []);
  return [...new Set(urls.filter((url) => /^https?:\/\//i.test(url) && URL.canParse(url)))];
}

const isNewsSitemap = ({ address, result }: Found): boolean =>
  address.kind === 'sitemap' && result.sightings.some(({ title }) => title !== null);

/** One feed under two addresses, as its redirect or its own word tells, is one. */
function once(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return found.filter(({ address, answeredAt }) => {
    const keys = [address.url, answeredAt ?? address.url].map(canonicalUrl);
    const isKnown = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return !isKnown;
  });
}

/** The likeliest first: no comments, still alive, a feed before a news sitemap before others; else as the site has them. */
export function ranked(found: readonly Found[], nowMs: number): Found[] {
  const marksOf = (one: Found): number[] => {
    const { address, result } = one;
    const newest = datesOf(result).at(-1);
    const isComments = /comment/i.test(address.url) || /^comments? (?:on|for)\b/i.test(result.said?.title ?? '');
    return [
      isComments ? 1 : 0,
      newest !== undefined && Date.parse(newest) < nowMs - QUIET_MS ? 1 : 0,
      address.kind === 'feed' ? 0 : isNewsSitemap(one) ? 1 : 2,
    ];
  };
  const marked = found.map((one) => ({ one, marks: marksOf(one) }));
  marked.sort(
    (a, b) => a.marks.map((mark, at) => mark - (b.marks[at] ?? 0)).find((difference) => difference !== 0) ?? 0,
  );
  return marked.map(({ one }) => one);
}
