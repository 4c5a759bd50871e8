/**
 * The words of the feed formats: which namespace is meant by a URI or an undeclared prefix, which elements frame the
 * document and which carry something that the mapper reads. Names are in lower case; the feed's own namespace has none.
 */

const FEED = '';

const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['http://backend.userland.com/rss', FEED],
  ['http://backend.userland.com/rss2', FEED],
  ['http://blogs.law.harvard.edu/tech/rss', FEED],
  ['http://purl.org/rss/1.0', FEED],
  ['http://channel.netscape.com/rdf/simple/0.9', FEED],
  ['http://my.netscape.com/rdf/simple/0.9', FEED],
  ['http://purl.org/net/rss1.1#', FEED],
  ['http://purl.org/rss/1.0/modules/rss091#', FEED],
  ['http://purl.org/rss/1.0/modules/rss091', FEED],
  ['http://www.w3.org/2005/atom', 'atom'],
  ['http://purl.org/atom/ns#', 'atom'],
  ['http://purl.org/atom/ns', 'atom'],
  ['http://purl.org/net/atom', 'atom'],
  ['http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf'],
  ['http://purl.org/dc/elements/1.0', 'dc'],
  ['http://purl.org/dc/elements/1.1', 'dc'],
  ['http://purl.org/dc/terms', 'dcterms'],
  ['http://purl.org/rss/1.0/modules/content', 'content'],
  ['http://purl.org/rss/1.0/modules/syndication', 'sy'],
  ['http://search.yahoo.com/mrss', 'media'],
  ['http://www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://example.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['http://www.w3.org/1999/xhtml', 'xhtml'],
  ['http://www.w3.org/xml/1998/namespace', 'xml'],
]);

const KNOWN_PREFIXES: ReadonlySet<string> = new Set([...NAMESPACES.values()].filter((prefix) => prefix !== FEED));

/** The short name of a namespace; an unknown one has its URI, which matches no word below. */
export function namespaceOf(uri: string): string {
  const key = uri.trim().toLowerCase().replace(/\/$/, '');
  return NAMESPACES.get(key) ?? uri.trim();
}

/** The short name of a prefix that the feed never declared; null when it says nothing. */
export function namespaceOfPrefix(prefix: string): string | null {
  if (KNOWN_PREFIXES.has(prefix)) return prefix;
  return prefix === 'rss' || prefix === 'a' || prefix === 'atom10' || prefix === 'atom03' ? FEED : null;
}

/** Elements that begin a feed. */
export const ROOTS: ReadonlySet<string> = new Set(['rss', 'rdf', 'feed', 'channel']);

/** Elements that hold one entry each. */
export const ENTRIES: ReadonlySet<string> = new Set(['item', 'entry']);

/** Elements that only wrap fields: their children count as the entry's own. */
export const WRAPPERS: ReadonlySet<string> = new Set(['media:group', 'media:content', 'skiphours', 'skipdays']);

/** Elements that may name a person in children of their own. */
export const PERSONS: ReadonlySet<string> = new Set(['author', 'atom:author']);

/** Children of a person. */
export const PERSON_PARTS: ReadonlySet<string> = new Set(['name', 'email', 'atom:name', 'atom:email']);

const SHARED_FIELDS = [
  'title link guid id description summary subtitle tagline abstract content category language updated modified',
  'published issued created pubdate lastbuilddate lastmod managingeditor webmaster ttl',
  'atom:title atom:link atom:id atom:summary atom:subtitle atom:content atom:category atom:updated atom:published',
  'dc:title dc:description dc:language dc:date dc:creator dc:author dc:subject dc:identifier',
  'dcterms:created dcterms:issued dcterms:modified dcterms:abstract',
  'itunes:author itunes:summary itunes:subtitle itunes:category itunes:title',
];
const FEED_FIELDS = ['sy:updateperiod sy:updatefrequency hour day'];
const ENTRY_FIELDS = [
  'enclosure comments tags body fullitem div xhtml:body xhtml:div content:encoded content:items',
  'media:title media:description media:category media:keywords media:text feedburner:origlink itunes:keywords',
];

const words = (lists: readonly string[]): ReadonlySet<string> => new Set(lists.flatMap((list) => list.split(' ')));

export const FIELDS_OF_FEED = words([...SHARED_FIELDS, ...FEED_FIELDS]);
export const FIELDS_OF_ENTRY = words([...SHARED_FIELDS, ...ENTRY_FIELDS]);

/** Words of the feed's own namespace that cannot stand inside a text: their start ends a field left open. */
export const FIELD_BREAKERS: ReadonlySet<string> = words([
  'item entry channel title link description pubdate guid category author comments enclosure updated published',
  'dc:creator dc:date dc:subject content:encoded itunes:summary itunes:author media:content media:thumbnail',
]);

/** Attributes of field elements that the mapper reads. */
export const FIELD_ATTRIBUTES: ReadonlySet<string> = new Set(
  'type mode href rel src term label length url ispermalink text'.split(' '),
);
