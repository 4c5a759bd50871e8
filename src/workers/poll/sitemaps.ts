import { createHash } from 'node:crypto';
import { canonicalUrl } from '../../shared/canonical-url.js';
import { asFailure, type StageFailure } from '../../shared/failures.js';
import type { HttpResponse } from '../../shared/http/client.js';
import type { Feed } from '../../shared/model/feed.js';
import type { ChildSitemap, Sitemap } from './sitemap.js';

/** Sitemaps that one poll asks for besides the source's own. */
const MOST_CHILDREN = 5;
const DAY_MS = 86_400_000;
/** How far an index's dates may be behind its sitemaps, or a sitemap was out of reach, before entries could be missed. */
const SLACK_MS = DAY_MS;
/** A news sitemap that says it was not changed for so long is an archive. */
const ARCHIVE_MS = 7 * DAY_MS;

export interface SitemapEdge {
  /** Throws where there is no such sitemap. */
  get(url: string): Promise<HttpResponse>;
  read(response: HttpResponse): Promise<Sitemap>;
  lastOkAt: Date | null;
  nowMs: number;
}

export interface Gathered extends Feed {
  /** SHA-256 of all that was read, when it was more than the source's own document; else null. */
  digest: string | null;
}

/** The entries of a sitemap, or of those sitemaps of an index that may have new ones. */
export async function gatherSitemaps(first: HttpResponse, edge: SitemapEdge): Promise<Gathered> {
  const top = await edge.read(first);
  if (top.feed.format !== 'sitemap-index') return { ...top, digest: null };
  const hash = createHash('sha256').update(first.body);
  const seen = new Set([canonicalUrl(first.url)]);
  const found: Gathered = { feed: top.feed, items: [], problems: [...top.problems], digest: null };
  const failures: StageFailure[] = [];
  let waiting = inOrder(top.children, edge);
  let asked = 0;
  while (waiting.length > 0 && asked < MOST_CHILDREN) {
    const [child, ...rest] = waiting;
    waiting = rest;
    if (child === undefined || seen.has(canonicalUrl(child.url))) continue;
    seen.add(canonicalUrl(child.url));
    asked += 1;
    try {
      const response = await edge.get(child.url);
      const { feed, items, problems, children } = await edge.read(response);
      hash.update(response.body);
      found.items.push(...items);
      found.problems.push(...problems.map((problem) => `${child.url}: ${problem}`));
      found.feed = { ...feed, ...found.feed };
      // An index inside an index: what it names is asked first, since it was chosen for being new.
      waiting = [...inOrder(children, edge), ...waiting];
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'service/stopping') throw failure;
      failures.push(failure);
      found.problems.push(`${child.url}: ${failure.code}`);
    }
  }
  const [failure] = failures;
  if (failure && failures.length === asked) throw failure;
  return { ...found, digest: hash.digest('hex') };
}

/** The sitemaps of an index that may have something new, the likeliest first. */
export function inOrder(
  children: readonly ChildSitemap[],
  { lastOkAt, nowMs }: Pick<SitemapEdge, 'lastOkAt' | 'nowMs'>,
): ChildSitemap[] {
  const since = lastOkAt === null ? 0 : lastOkAt.getTime() - SLACK_MS;
  const isNews = ({ url, changedAt }: ChildSitemap): boolean =>
    /news|latest/i.test(new URL(url).pathname) && (changedAt === null || changedAt >= nowMs - ARCHIVE_MS);
  const candidates = children.filter(
    (child) => isNews(child) || (child.changedAt !== null && child.changedAt >= since),
  );
  // An index without dates: numbers and years in the addresses are all that tells old from new.
  const chosen = candidates.length > 0 || children.some(({ changedAt }) => changedAt !== null) ? candidates : children;
  return [...chosen].sort(
    (a, b) =>
      Number(isNews(b)) - Number(isNews(a)) ||
      (b.changedAt ?? 0) - (a.changedAt ?? 0) ||
      b.url.localeCompare(a.url, 'en', { numeric: true }),
  );
}
