import { urlKey } from '../canonical-url.js';
import { FeedHead } from '../model/feed.js';
import { LinkChoice } from '../model/source.js';
import type { Db } from './schema.js';

/** By which of the sources that there are a new one is told to be there already. */
export interface KnownSource {
  id: string;
  url: string;
  enabled: boolean;
  /** Its addresses in canonical form: as listed, as moved to, and as the feed names itself. */
  keys: string[];
}

/** The canonical form of a source's address; what it takes of a page or a sitemap belongs to it. */
export function sourceKey(url: string, links: LinkChoice | null): string {
  const choice = links?.selector || links?.pattern ? ` ${links.selector ?? ''} ${links.pattern ?? ''}` : '';
  return `${urlKey(url)}${choice}`;
}

export async function knownSources(db: Db): Promise<KnownSource[]> {
  const rows = await db
    .selectFrom('sources')
    .select(['id', 'url', 'listed_url', 'enabled', 'links', 'said'])
    .orderBy('id')
    .execute();
  return rows.map((row) => {
    const links = LinkChoice.safeParse(row.links).data ?? null;
    const self = FeedHead.safeParse(row.said).data?.self;
    const urls = [row.listed_url, row.url, ...(self === undefined ? [] : [self])];
    return { id: row.id, url: row.url, enabled: row.enabled, keys: urls.map((url) => sourceKey(url, links)) };
  });
}
