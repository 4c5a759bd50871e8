import type { Enclosure } from '../../shared/model/feed.js';
import { type Field, trimmed } from './field.js';
import { resolveAddress } from './scope.js';

const isLink = (field: Field): boolean => field.name === 'link' || field.name === 'atom:link';

function relOf(field: Field): string {
  const rel = (field.attributes.get('rel') ?? '').trim().toLowerCase() || 'alternate';
  return rel.replace('http://www.iana.org/assignments/relation/', '');
}

/** Addresses are wrapped over lines, given without scheme, and have spaces in them. */
function resolved(field: Field, address: string): string {
  const lines = address.trim().split(/[\t\r\n]+/);
  const oneWord = lines
    .map((line) => line.trim())
    .join('')
    .replace(/ +/g, '%20');
  return resolveAddress(/^www\./i.test(oneWord) ? `https://${oneWord}` : oneWord, field.base);
}

/** Addresses of the Atom-like links with this relation, in order. */
export function linksWithRel(fields: readonly Field[], rel: string): string[] {
  const found: string[] = [];
  for (const field of fields) {
    const href = field.attributes.get('href')?.trim();
    if (isLink(field) && href && relOf(field).split(/\s+/).includes(rel)) found.push(resolved(field, href));
  }
  return found;
}

/** Where a reader would go: the link in words (RSS), the alternate one (HTML first), else what may stand for it. */
export function mainLink(fields: readonly Field[]): string | undefined {
  for (const field of fields) {
    const text = isLink(field) ? trimmed(field)?.replace(/<[^<>]*>/g, '') : undefined;
    if (text) return resolved(field, text);
  }
  let alternate: string | undefined;
  for (const field of fields) {
    const href = field.attributes.get('href')?.trim();
    if (!isLink(field) || !href || relOf(field) !== 'alternate') continue;
    const type = field.attributes.get('type') ?? '';
    if (type === '' || /html/i.test(type)) return resolved(field, href);
    alternate ??= resolved(field, href);
  }
  return alternate;
}

/** The entry's link, or what takes its place: the guid as permalink, the original link, the address of its content. */
export function entryLink(fields: readonly Field[]): string | undefined {
  const main = mainLink(fields);
  if (main !== undefined) return main;
  for (const field of fields) {
    const permalink = field.name === 'guid' ? (field.attributes.get('ispermalink')?.toLowerCase() ?? '') : undefined;
    const stands =
      permalink !== undefined || /^(?:id|atom:id|rdf:about|feedburner:origlink|dc:identifier)$/.test(field.name);
    if (!stands || permalink === 'false') continue;
    // Identifiers are names first: only what is said to be an address may be a relative one.
    const isAddress = permalink === 'true' || field.name === 'rdf:about' || /^\s*https?:\/\//i.test(field.text);
    const address = isAddress ? resolved(field, field.text) : '';
    if (/^https?:\/\//i.test(address)) return address;
  }
  for (const field of fields) {
    const src = field.name === 'content' || field.name === 'atom:content' ? field.attributes.get('src') : undefined;
    if (src) return resolved(field, src);
  }
  return undefined;
}

/** What keeps an entry's link from leading to an article, in words for an operator. */
export function linkProblem(link: string | undefined): string | undefined {
  if (link === undefined) return 'the entry has no link';
  if (URL.canParse(link) && /^https?:/i.test(link)) return undefined;
  const shown = `the link '${link.slice(0, 100)}'`;
  return URL.canParse(link) ? `${shown} is no http(s) address` : `${shown} is no full address`;
}

/** The entry's identifier: a guid as it stands, Atom's ids as the addresses that they are (RFC 4287, 4.2.6). */
export function entryId(fields: readonly Field[]): string | undefined {
  for (const name of ['guid', 'id', 'atom:id', 'rdf:about', 'dc:identifier']) {
    for (const field of fields) {
      const value = field.name === name ? trimmed(field) : undefined;
      if (value === undefined) continue;
      return name.endsWith('id') && name !== 'guid' && !/\s/.test(value) ? resolved(field, value) : value;
    }
  }
  return undefined;
}

/** RSS enclosures and Atom links of that relation, each address once. */
export function enclosuresOf(fields: readonly Field[]): Enclosure[] {
  const found = new Map<string, Enclosure>();
  for (const field of fields) {
    const isEnclosure = field.name === 'enclosure' || (isLink(field) && relOf(field) === 'enclosure');
    const address = isEnclosure ? (field.attributes.get('url') ?? field.attributes.get('href'))?.trim() : undefined;
    if (!address) continue;
    const url = resolved(field, address);
    if (found.has(url)) continue;
    const type = field.attributes.get('type');
    const length = field.attributes.get('length');
    found.set(url, { url, ...(type ? { type } : {}), ...(length ? { length } : {}) });
  }
  return [...found.values()];
}

/** The targets of an HTTP Link header (RFC 8288) with this relation. */
export function headerLinks(header: string, rel: string, base: string | null): string[] {
  const found: string[] = [];
  for (const [, target = '', parameters = ''] of header.slice(0, 8192).matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rels = /;\s{0,9}rel\s{0,9}=\s{0,9}(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (rels?.[1] ?? rels?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes(rel)) found.push(resolveAddress(target.trim(), base));
  }
  return found;
}
