import { sameRegistrableDomain } from '../../shared/canonical-url.js';
import { elementsOf, pageTree, textOf } from '../../workers/poll/page-tree.js';

/** What a page says of itself and of feeds. */
export interface PageFeeds {
  /** Addresses of feeds that it names, the surest first, each once. */
  feeds: string[];
  language: string | null;
  siteName: string | null;
}

const FEED_TYPE = /^(?:application|text)\/(?:(?:x[.-])?(?:rss|atom|rdf|cdf|feed)\+?(?:xml|json)?|xml|x-netcdf)$/i;
/** Words by which sites call the addresses of their feeds, as a part of the path. */
const FEED_PATH = /(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._-])|\.rdf$/i;
const MOST_LINKS = 8;
const MOST_ANCHORS = 4;

/** Reads what an HTML page names: `<link rel=alternate>` of any feed type, then links whose address looks like a feed's. */
export function pageFeeds(html: string, url: string): PageFeeds {
  const named = new Set<string>();
  const linked = new Set<string>();
  const found: PageFeeds = { feeds: [], language: null, siteName: null };
  let base = url;
  for (const element of elementsOf(pageTree(html))) {
    const { name, attribs } = element;
    const href = attribs.href?.trim();
    if (name === 'base' && href && URL.canParse(href, url)) base = new URL(href, url).href;
    else if (name === 'html') found.language = attribs.lang?.trim() || null;
    else if (name === 'title') found.siteName ??= textOf(element) || null;
    else if (name === 'meta' && attribs.property === 'og:site_name') found.siteName = attribs.content?.trim() || null;
    else if (name === 'link' && href && isAlternateFeed(attribs)) named.add(addressOf(href, base) ?? '');
    else if (name === 'a' && href) {
      const address = addressOf(href, base);
      if (address && FEED_PATH.test(new URL(address).pathname) && sameRegistrableDomain(address, url))
        linked.add(address);
    }
  }
  named.delete('');
  found.feeds = [...new Set([...[...named].slice(0, MOST_LINKS), ...[...linked].slice(0, MOST_ANCHORS)])];
  return found;
}

const isAlternateFeed = ({ rel = '', type = '' }: { [name: string]: string }): boolean =>
  /\b(?:alternate|feed)\b/i.test(rel) && FEED_TYPE.test(type.split(';', 1)[0]?.trim() ?? '');

/** feed:https://… and feed://… are how some pages hand a feed to a reader. */
function addressOf(href: string, base: string): string | null {
  const bare = href.replace(/^feed:(?=https?:)/i, '').replace(/^feed:\/\//i, 'https://');
  const address = URL.canParse(bare, base) ? new URL(bare, base) : null;
  if (!address || !/^https?:$/.test(address.protocol)) return null;
  address.hash = '';
  return address.href;
}
