import { Parser } from 'htmlparser2';

const XML_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00A0'],
  // The DTD of RSS 0.91, from which feeds have these names, means other brackets than HTML 5 does.
  ['lang', '\u2329'],
  ['rang', '\u232A'],
]);

/** What the bytes 0x80 to 0x9F mean in windows-1252: publishers write `&#146;` and mean an apostrophe. */
const C1_AS_WINDOWS_1252 =
  '\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F' +
  '\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178';

const REFERENCE = /&(?:#(\d{1,9})|#[xX]([\dA-Fa-f]{1,8})|([A-Za-z][A-Za-z0-9]{1,31}));/g;

/** V8 collects every match of a text before the first is replaced: a text of megabytes is taken in bites. */
const BITE = 65_536;

/** Replaces character references and HTML's named entities once; what is unknown stays as written. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  if (text.length <= BITE) return decoded(text);
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const limit = from + BITE;
    // A bite that ends before an ampersand cuts no reference in two.
    const ampersand = limit < text.length ? text.lastIndexOf('&', limit) : -1;
    const to = ampersand > from ? ampersand : limit;
    parts.push(decoded(text.slice(from, to)));
    from = to;
  }
  return parts.join('');
}

function decoded(text: string): string {
  // Escaped HTML is full of these two, and replacing them makes no new reference.
  const bare = text.includes('&lt;') ? text.replaceAll('&lt;', '<').replaceAll('&gt;', '>') : text;
  if (!bare.includes('&')) return bare;
  return bare.replace(REFERENCE, (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return XML_ENTITIES.get(name) ?? namedEntity(whole);
    return character(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10));
  });
}

/** Text with windows-1252 punctuation where it holds C1 control characters, which no publisher means. */
export function withoutC1(text: string): string {
  return text.replace(/[\x80-\x9F]/g, (control) => C1_AS_WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control);
}

/** Text as it stands between the tags of HTML or XML. */
export function escapeText(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text as it stands in a double-quoted attribute. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}

function character(codePoint: number): string {
  if (codePoint >= 0x80 && codePoint <= 0x9f) return C1_AS_WINDOWS_1252[codePoint - 0x80] ?? '';
  if (codePoint === 9 || codePoint === 10 || codePoint === 13) return String.fromCharCode(codePoint);
  const isText = codePoint >= 0x20 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  return isText && codePoint !== 0xfffe && codePoint !== 0xffff ? String.fromCodePoint(codePoint) : '';
}

/** htmlparser2 brings HTML's full table of names; it is asked only for the rare ones. */
function namedEntity(reference: string): string {
  let decoded = '';
  const parser = new Parser({ ontext: (part) => (decoded += part) }, { decodeEntities: true });
  parser.end(reference);
  return decoded;
}
