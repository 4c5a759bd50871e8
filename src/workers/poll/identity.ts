import { createHash } from 'node:crypto';
import { canonicalUrl } from '../../shared/canonical-url.js';
import type { FeedItem } from '../../shared/model/feed.js';
import type { IdentityRule } from '../../shared/model/source.js';

/**
 * The key of an entry within its source. `repeatedIds` are the ids that stand at more than one entry of the feed, and so
 * tell nothing by themselves. The letters in front say what the key was made of. A source's own rule that asks for what the entry
 * does not have leaves it to the cascade: guid, guid and link, link, title and content.
 */
export function entryKey(item: FeedItem, repeatedIds: ReadonlySet<string>, rule: IdentityRule | null = null): string {
  const id = item.id?.trim();
  const link = item.link?.trim();
  const title = item.title?.trim();
  if (rule === 'title' && title) return `t:${short(title)}`;
  if (rule === 'link' && link) return `l:${short(canonicalUrl(link))}`;
  if (rule === 'guid+link' && id && link) return `gl:${digest(id, canonicalUrl(link))}`;
  if (id && (rule === 'guid' || !repeatedIds.has(id))) return `g:${short(id)}`;
  if (id && link) return `gl:${digest(id, canonicalUrl(link))}`;
  if (link) return `l:${short(canonicalUrl(link))}`;
  return `h:${digest(id ?? '', item.title ?? '', item.content ?? item.summary ?? '')}`;
}

/** SHA-256 (hex) of what a reader would see change: title, summary, content and link, but no dates. */
export function entryHash(item: FeedItem): string {
  return digest(item.title ?? '', item.summary ?? '', item.content ?? '', item.link ?? '');
}

/** Keys stand in a database index, which has no room for a guid of pages. */
function short(key: string): string {
  return key.length <= 512 ? key : `#${digest(key)}`;
}

/** Lengths go into the digest, so that no text can slide from one part into the next. */
function digest(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}
