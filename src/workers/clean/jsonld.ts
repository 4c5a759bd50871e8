import { decodeEntities } from './entities.js';
import { tidy } from './text.js';

/** What the page's own data (schema.org as JSON-LD) says of its article; text fields are tidied, dates are as written. */
export interface LinkedData {
  headline: string | null;
  authors: { name: string; person: boolean }[];
  published: string | null;
  modified: string | null;
  body: string | null;
  description: string | null;
  section: string | null;
  image: string | null;
  publisher: string | null;
  siteName: string | null;
  language: string | null;
  url: string | null;
  /** isAccessibleForFree as stated. */
  free: boolean | null;
  /** A type of a page that is no article: a list, a collection, a search. */
  listing: boolean;
  /** An article node was found. */
  article: boolean;
}

type Json = { [key: string]: unknown };
const ARTICLE =
  /(?:Article|BlogPosting|Report|NewsStory|LiveBlogPosting|SocialMediaPosting|Review|Recipe|HowTo|PressRelease)$/;
const PAGE = /^(?:WebPage|ItemPage|AboutPage|FAQPage|MedicalWebPage)$/;
const LISTING = /^(?:CollectionPage|SearchResultsPage|ItemList|Blog)$/;
/** What stands under these is not the article of the page. */
const OTHER_WORKS = new Set(['itemListElement', 'comment', 'citation', 'mentions', 'relatedLink']);
const MAX_NODES = 20_000;

/** Reads all JSON-LD blocks of a page; broken ones are repaired where that is simple and left out otherwise. */
export function readLinkedData(sources: readonly string[]): LinkedData {
  const nodes: Json[] = [];
  for (const source of sources) collect(parseLoosely(source), nodes);
  const byId = new Map<string, Json>();
  for (const node of nodes) {
    const id = text(node['@id']);
    const known = id ? byId.get(id) : undefined;
    if (id && (!known || Object.keys(node).length > Object.keys(known).length)) byId.set(id, node);
  }
  const articles = nodes.filter((node) => types(node).some((type) => ARTICLE.test(type)));
  const article = articles.reduce<Json | null>(
    (best, node) => (best === null || weight(node) > weight(best) ? node : best),
    null,
  );
  const page = nodes.find((node) => types(node).some((type) => PAGE.test(type))) ?? null;
  const site = nodes.find((node) => types(node).includes('WebSite')) ?? null;
  return describe(article, page, site, nodes, byId);
}

function describe(
  article: Json | null,
  page: Json | null,
  site: Json | null,
  nodes: Json[],
  byId: Map<string, Json>,
): LinkedData {
  const main = article ?? page ?? {};
  const resolve = (value: unknown): Json | null => {
    const first = Array.isArray(value) ? value[0] : value;
    if (!isJson(first)) return null;
    return byId.get(text(first['@id']) ?? '') ?? first;
  };
  const free = main.isAccessibleForFree;
  return {
    headline: text(main.headline) ?? (article ? text(main.name) : null),
    authors: article ? authorsOf(article.author ?? article.creator, byId) : [],
    published: text(main.datePublished) ?? text(page?.datePublished) ?? (article ? text(main.dateCreated) : null),
    modified: text(main.dateModified) ?? text(page?.dateModified),
    body: text(main.articleBody) ?? (article ? text(main.text) : null),
    description: text(main.description),
    section: text(main.articleSection),
    image: imageOf(main.image ?? main.thumbnailUrl, resolve),
    publisher: text(resolve(main.publisher)?.name),
    siteName: text(site?.name),
    language: text(main.inLanguage) ?? text(resolve(main.inLanguage)?.alternateName),
    url: text(main.url) ?? text(main.mainEntityOfPage) ?? text(resolve(main.mainEntityOfPage)?.['@id']),
    free: typeof free === 'boolean' ? free : typeof free === 'string' ? !/^false$/i.test(free.trim()) : null,
    listing: !article && nodes.some((node) => types(node).some((type) => LISTING.test(type))),
    article: article !== null,
  };
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'number') return String(first);
  const plain = typeof first === 'string' ? first : isJson(first) ? first['@value'] : null;
  // Many sites escape their data as if it were markup.
  return typeof plain === 'string' ? tidy(decodeEntities(plain, false)) || null : null;
}

function types(node: Json): string[] {
  const type = node['@type'];
  const all = Array.isArray(type) ? type : [type];
  return all.filter((name): name is string => typeof name === 'string').map((name) => name.replace(/^.*[/#:]/, ''));
}

/** How much an article node tells: the one about this page tells most. */
function weight(node: Json): number {
  const body = typeof node.articleBody === 'string' ? 2 : 0;
  return (
    body +
    (node.headline ? 3 : 0) +
    (node.datePublished ? 2 : 0) +
    (node.author ? 2 : 0) +
    (node.mainEntityOfPage ? 1 : 0)
  );
}

function authorsOf(value: unknown, byId: Map<string, Json>): LinkedData['authors'] {
  const found: LinkedData['authors'] = [];
  const listed = isJson(value) && Array.isArray(value['@list']) ? value['@list'] : value;
  const all = Array.isArray(listed) ? listed.slice(0, 20) : [listed];
  for (const one of all) {
    if (typeof one === 'string') {
      const name = text(one);
      if (name) found.push({ name, person: true });
    } else if (isJson(one)) {
      const whole = byId.get(text(one['@id']) ?? '') ?? one;
      const parts = [text(whole.givenName), text(whole.familyName)].filter((part) => part !== null);
      const names = Array.isArray(whole.name) ? whole.name : [whole.name ?? one.name ?? (parts.join(' ') || null)];
      const person =
        types(whole).includes('Person') ||
        !types(whole).some((type) => /Organization|WebSite|Corporation|NewsMedia|Brand/.test(type));
      for (const each of names) {
        const name = text(each);
        if (name) found.push({ name, person });
      }
    }
  }
  return found;
}

function imageOf(value: unknown, resolve: (value: unknown) => Json | null): string | null {
  const plain = text(value);
  if (plain) return plain;
  const object = resolve(value);
  return text(object?.url) ?? text(object?.contentUrl);
}

/** Collects the objects of a JSON value in document order; bounded, without recursion. */
function collect(value: unknown, into: Json[]): void {
  const waiting: unknown[] = [value];
  for (let steps = 0; waiting.length > 0 && steps < MAX_NODES; steps++) {
    const next = waiting.pop();
    if (Array.isArray(next)) {
      for (let at = Math.min(next.length, 2000) - 1; at >= 0; at--) waiting.push(next[at]);
    } else if (isJson(next)) {
      if (next['@type'] !== undefined || next['@id'] !== undefined) into.push(next);
      const inner = Object.entries(next).filter(
        ([key, part]) => typeof part === 'object' && part !== null && !OTHER_WORKS.has(key),
      );
      for (const [, part] of inner.reverse()) waiting.push(part);
    }
  }
}

function parseLoosely(source: string): unknown {
  const bare = source
    .replace(/^\s*(?:<!--|\/\/\s*<!\[CDATA\[|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)/, '')
    .replace(/(?:-->|(?:\/\/|\/\*)?\s{0,9}\]\]>\s{0,9}(?:\*\/)?)\s*$/, '');
  return parseOr(bare, () =>
    // Raw line breaks in strings and trailing commas are the common faults.
    parseOr(
      bare
        .replace(/\p{Cc}+/gu, ' ')
        .replace(/,\s?([}\]])/g, '$1')
        .replace(/;\s?$/, ''),
      () => null,
    ),
  );
}

function parseOr(source: string, otherwise: () => unknown): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return otherwise();
  }
}
