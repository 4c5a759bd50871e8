import { decodeReferences, escapeText } from './entities.js';
import { resolveAddress } from './scope.js';

/** One field of the head or of an entry, as rss-parser read it from the repaired document. */
export interface Field {
  name: string;
  text: string;
  /** What relative addresses in it are relative to. */
  base: string | null;
  /** By lower-case name: those of FIELD_ATTRIBUTES and what the repair adds (markup, person-name, person-email). */
  attributes: ReadonlyMap<string, string>;
}

/** What a text is meant to be, by its type attribute and its format's rules. */
type TextKind = 'plain' | 'html' | 'unknown';

interface Meant {
  text: string;
  kind: TextKind;
}

const LOOKS_LIKE_HTML =
  /<\/?(?:a|abbr|article|b|blockquote|br|center|code|div|em|figure|font|h[1-6]|hr|i|iframe|img|li|ol|p|pre|s|section|small|span|strong|sub|sup|table|tbody|td|tr|tt|u|ul|video)(?:\s[^<>]*)?\/?>|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8}\d{0,2});/i;
const KNOWN_TAG = new RegExp(LOOKS_LIKE_HTML.source.split('|&')[0] ?? '', 'gi');
/** A bracket that begins neither a tag nor a comment is text, and HTML writes it so. */
const STRAY_BRACKET = /<(?!\/?[a-z]|!--|!\[CDATA\[)/gi;
const LONGEST_LINE = 100_000;
const ANY_TAG = /<[/!]?[a-z][^<>]*>/gi;

/** The field as HTML with absolute addresses; undefined when it is empty or cannot be read. */
export function htmlOf(field: Field, isAtom: boolean): string | undefined {
  const meant = meaningOf(field, isAtom);
  if (meant === null || meant.text.trim() === '') return undefined;
  const isPlain = meant.kind === 'plain' || (meant.kind === 'unknown' && isAtom && !LOOKS_LIKE_HTML.test(meant.text));
  if (isPlain) return escapeText(meant.text).trim();
  const html = meant.text.replace(STRAY_BRACKET, '&lt;');
  return withAbsoluteAddresses(html, field.base).trim();
}

/** The field as one line of plain text; undefined when nothing is left of it. */
export function lineOf(field: Field, isAtom: boolean): string | undefined {
  const meant = meaningOf(field, isAtom);
  if (meant === null) return undefined;
  let text = meant.text.slice(0, LONGEST_LINE);
  if (meant.kind !== 'plain') {
    // Twice, since an attribute may itself hold a tag.
    const tags = meant.kind === 'html' ? ANY_TAG : KNOWN_TAG;
    if (text.includes('<')) text = text.replace(tags, tagAsSpace).replace(tags, tagAsSpace);
    text = decodeReferences(text);
  }
  return oneLine(text) || undefined;
}

/** The text as it stands, without white space around it; undefined when empty. */
export function trimmed(field: Field): string | undefined {
  return field.text.trim() || undefined;
}

/** The text with single spaces and cut where no title, name or category still goes on. */
export function oneLine(text: string): string {
  return text.slice(0, LONGEST_LINE).replace(/\s+/g, ' ').trim();
}

function tagAsSpace(tag: string): string {
  return /^<\/?(?:br|p|div|li|tr|td|h\d|ul|ol|blockquote)\b/i.test(tag) ? ' ' : '';
}

/** Atom 0.3 has mode and MIME types, Atom 1.0 text, html and xhtml; RSS has neither and leaves it open. */
function meaningOf(field: Field, isAtom: boolean): Meant | null {
  const type = (field.attributes.get('type') ?? '').trim().toLowerCase();
  const mode = (field.attributes.get('mode') ?? '').trim().toLowerCase();
  const hasMarkup = field.attributes.has('markup');
  if (!hasMarkup && (mode === 'base64' || (isAtom && isBinary(type)))) return fromBase64(field.text, type);
  if (hasMarkup) return { text: field.text, kind: 'html' };
  if (type === 'text' || type === 'text/plain') return { text: field.text, kind: 'plain' };
  if (/html|xml/.test(type)) return { text: field.text, kind: 'html' };
  return { text: field.text, kind: 'unknown' };
}

/** RFC 4287, 4.1.3.3: content whose type is neither text nor XML is Base64. */
function isBinary(type: string): boolean {
  return type.includes('/') && !type.startsWith('text/') && !type.endsWith('xml') && !type.endsWith('html');
}

function fromBase64(encoded: string, type: string): Meant | null {
  const compact = encoded.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) return { text: encoded, kind: 'unknown' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
    return { text, kind: type === 'text' || type === 'text/plain' ? 'plain' : 'html' };
  } catch {
    // A picture or the like: nothing to read.
    return null;
  }
}

/** An attribute whose address may be relative: most feeds have none, and finding that out is cheap. */
const RELATIVE_ADDRESS = /\s(?:href|src)\s{0,9}=\s{0,9}["'](?!https?:\/\/|mailto:)/i;

/** HTML whose href and src attributes are made absolute. */
export function withAbsoluteAddresses(html: string, base: string | null): string {
  if (base === null || !RELATIVE_ADDRESS.test(html)) return html;
  return html.replace(ANY_TAG, (tag) =>
    tag.replace(/(\s(?:href|src)\s{0,9}=\s{0,9})(?:"([^"]*)"|'([^']*)')/gi, (whole: string, start: string, a, b) => {
      const address: unknown = a ?? b;
      if (typeof address !== 'string') return whole;
      return `${start}"${resolveAddress(address.trim(), base).replaceAll('"', '%22')}"`;
    }),
  );
}
