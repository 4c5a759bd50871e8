import { namespaceOf, namespaceOfPrefix } from './vocabulary.js';

/** What holds for an element and all within it: namespaces, xml:base and xml:lang. */
export interface Scope {
  /** The namespace that counts as the feed's own. */
  readonly feedUri: string;
  readonly namespaces: ReadonlyMap<string, string>;
  /** Absolute where anything absolute is known. */
  readonly base: string | null;
  /** True while `base` is the document's own address and no xml:base has said otherwise. */
  readonly hasDocumentBase: boolean;
  readonly language: string | undefined;
  /** A tag in lower case with the short name of its namespace: `dc:date`, and `title` in the feed's own. */
  nameOf(tag: string): string;
}

type Attributes = ReadonlyMap<string, string>;

/** The scope of the root element. */
export function documentScope(tag: string, attributes: Attributes, base: string | null): Scope {
  const namespaces = declaredNamespaces(attributes, new Map());
  const prefix = tag.includes(':') && !tag.startsWith('rdf:') ? tag.slice(0, tag.indexOf(':')) : '';
  const feedUri = namespaces.get(prefix) ?? '';
  const own = ownBase(attributes, base);
  return scope(feedUri, namespaces, own, own === base, ownLanguage(attributes));
}

/** The scope of an element inside `parent`; the parent's own where the element declares nothing. */
export function childScope(parent: Scope, attributes: Attributes): Scope {
  if (attributes.size === 0) return parent;
  let declares = false;
  for (const name of attributes.keys()) {
    if (name.startsWith('xml') || name === 'base') declares = true;
  }
  if (!declares) return parent;
  const namespaces = declaredNamespaces(attributes, parent.namespaces);
  const language = ownLanguage(attributes) ?? parent.language;
  const base = ownBase(attributes, parent.base);
  return scope(parent.feedUri, namespaces, base, base === parent.base && parent.hasDocumentBase, language);
}

/** An address made absolute; as given when there is nothing to resolve it against or it cannot be resolved. */
export function resolveAddress(address: string, base: string | null): string {
  if (base === null || address === '' || /^[a-z][a-z\d+.-]*:/i.test(address)) return address;
  return URL.canParse(address, base) ? new URL(address, base).href : address;
}

function scope(
  feedUri: string,
  namespaces: ReadonlyMap<string, string>,
  base: string | null,
  hasDocumentBase: boolean,
  language: string | undefined,
): Scope {
  const names = new Map<string, string>();
  const find = (tag: string): string => {
    const colon = tag.indexOf(':');
    const prefix = colon === -1 ? '' : tag.slice(0, colon);
    const local = tag.slice(colon + 1);
    const uri = namespaces.get(prefix);
    if (uri === feedUri || (uri === undefined && prefix === '')) return local;
    const declared = uri === undefined ? null : namespaceOf(uri);
    const isKnown = declared !== null && declared !== uri;
    const namespace = isKnown ? declared : (namespaceOfPrefix(prefix) ?? uri ?? prefix);
    return namespace === '' || namespace === namespaceOf(feedUri) ? local : `${namespace}:${local}`;
  };
  return {
    feedUri,
    namespaces,
    base,
    hasDocumentBase,
    language,
    nameOf(tag) {
      const known = names.get(tag);
      if (known !== undefined) return known;
      const name = find(tag);
      if (names.size < 1000) names.set(tag, name);
      return name;
    },
  };
}

function declaredNamespaces(
  attributes: Attributes,
  inherited: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  let namespaces: Map<string, string> | null = null;
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    namespaces ??= new Map(inherited);
    if (namespaces.size < 256) namespaces.set(name.slice(6), value.trim());
  }
  return namespaces ?? inherited;
}

/** Only http(s) bases count: a `javascript:` base must not turn up in links. */
function ownBase(attributes: Attributes, inherited: string | null): string | null {
  const own = attributes.get('xml:base') ?? attributes.get('base');
  if (own === undefined || own.trim() === '') return inherited;
  const resolved = resolveAddress(own.trim(), inherited);
  return /^https?:/i.test(resolved) && URL.canParse(resolved) ? resolved : inherited;
}

function ownLanguage(attributes: Attributes): string | undefined {
  return attributes.get('xml:lang')?.trim() || undefined;
}
