import { isAscii, isUtf8 } from 'node:buffer';
import chardet from 'chardet';
import iconv from 'iconv-lite';

/** A text and the encoding it was read with (WHATWG name in lower case, or utf-32le and utf-32be). */
export interface DecodedText {
  text: string;
  encoding: string;
}

export interface DecodeHints {
  /** The Content-Type header as sent; only its charset parameter is read. */
  contentType?: string | null | undefined;
  /** Where the document itself may name its charset: in the XML prolog or in a meta element. */
  kind: 'xml' | 'html';
}

const ESCAPE = 0x1b;
/** Bytes of the beginning in which a document may name its charset. HTML asks for 1024; real pages need more. */
const DECLARATION_WINDOW = 4096;
/** Bytes that charset detection looks at: it is the slow part, and more does not make it surer. */
const DETECTION_WINDOW = 16_384;

/**
 * Turns bytes into text and never throws: BOM, UTF-16/32 pattern, HTTP charset, the document's own declaration,
 * strict UTF-8, detection. A label whose strict decoding fails is taken for a lie and the next one is tried.
 */
export function decodeBytes(bytes: Uint8Array, hints: DecodeHints): DecodedText {
  const marked = fromByteOrderMark(bytes) ?? fromZeroPattern(bytes);
  if (marked) return { text: decodeLoosely(bytes.subarray(marked.skip), marked.encoding), encoding: marked.encoding };

  const view = viewOf(bytes);
  // Every charset of the web reads plain ASCII alike, but for those that switch by escape sequences.
  if (isAscii(bytes) && !view.includes(ESCAPE)) return { text: view.toString('latin1'), encoding: 'utf-8' };
  const declared = declaredEncodings(bytes, hints);
  const utf8 = isUtf8(bytes) ? view.toString('utf8') : null;
  for (const encoding of declared) {
    // Single-byte charsets accept any byte, so a lie among them shows only in this: the bytes are sound UTF-8.
    if (utf8 !== null && !isMultiByte(encoding)) break;
    const text = encoding === 'utf-8' ? utf8 : decodeWith(bytes, encoding, true);
    if (text !== null) return { text, encoding };
  }
  if (utf8 !== null) return { text: utf8, encoding: 'utf-8' };
  const encoding = guessEncoding(bytes, declared);
  return { text: decodeLoosely(bytes, encoding), encoding };
}

/** The canonical name of a charset label, or null when no decoder here knows it. */
export function encodingOfLabel(label: string): string | null {
  const name = label.trim().toLowerCase().replaceAll('_', '-');
  if (name === '') return null;
  if (/^(?:utf-?32|ucs-?4)(?:le|be)?$/.test(name)) return name.endsWith('be') ? 'utf-32be' : 'utf-32le';
  for (const candidate of [label.trim(), name]) {
    try {
      return new TextDecoder(candidate).encoding;
    } catch {
      // Not a WHATWG label; iconv-lite knows some more.
    }
  }
  return iconv.encodingExists(name) && !NOT_CHARSETS.has(name) ? name : null;
}

/** Names under which iconv-lite offers conversions that are no charset of a web document. */
const NOT_CHARSETS = new Set(['base64', 'hex', 'binary', 'utf-7', 'utf7', 'utf-7-imap']);

interface Mark {
  encoding: string;
  skip: number;
}

function startsWith(bytes: Uint8Array, ...prefix: number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function fromByteOrderMark(bytes: Uint8Array): Mark | null {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', skip: 3 };
  if (startsWith(bytes, 0xff, 0xfe, 0, 0)) return { encoding: 'utf-32le', skip: 4 };
  if (startsWith(bytes, 0, 0, 0xfe, 0xff)) return { encoding: 'utf-32be', skip: 4 };
  if (startsWith(bytes, 0xff, 0xfe)) return { encoding: 'utf-16le', skip: 2 };
  if (startsWith(bytes, 0xfe, 0xff)) return { encoding: 'utf-16be', skip: 2 };
  return null;
}

/** XML 1.0, appendix F: the zeros around the first ASCII character tell UTF-16 and UTF-32 without a BOM. */
function fromZeroPattern(bytes: Uint8Array): Mark | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (bytes.length < 4) return null;
  if (a > 0 && b === 0 && c === 0 && d === 0) return { encoding: 'utf-32le', skip: 0 };
  if (a === 0 && b === 0 && c === 0 && d > 0) return { encoding: 'utf-32be', skip: 0 };
  if (a > 0 && b === 0 && c > 0 && d === 0) return { encoding: 'utf-16le', skip: 0 };
  if (a === 0 && b > 0 && c === 0 && d > 0) return { encoding: 'utf-16be', skip: 0 };
  return null;
}

function declaredEncodings(bytes: Uint8Array, hints: DecodeHints): string[] {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, DECLARATION_WINDOW)).toString(
    'latin1',
  );
  const inHeader = /charset\s{0,9}[=:]\s{0,9}["']?([\w.:-]{1,40})/i.exec(hints.contentType ?? '')?.[1];
  const inDocument = hints.kind === 'xml' ? prologLabel(head) : metaLabel(head);
  const found: string[] = [];
  for (const [label, readAsAscii] of [
    [inHeader, false],
    [inDocument, true],
  ] as const) {
    const encoding = label === undefined ? null : encodingOfLabel(label);
    if (encoding === null || encoding === 'replacement' || found.includes(encoding)) continue;
    // A declaration that could be read as ASCII cannot stand in a UTF-16 document, nor can the rest be it.
    if (/^utf-(?:16|32)/.test(encoding) && (readAsAscii || /^\s*</.test(head))) continue;
    found.push(encoding);
  }
  return found;
}

function prologLabel(head: string): string | undefined {
  const prolog = /<\?xml\s[^>]{0,400}?\bencoding\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})/i.exec(head);
  return prolog?.[1];
}

function metaLabel(head: string): string | undefined {
  for (const [tag] of head.matchAll(/<meta\s[^>]{0,1000}/gi)) {
    const label = /charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})/i.exec(tag)?.[1];
    if (label !== undefined) return label;
  }
  return prologLabel(head);
}

/** True for encodings in which a wrong guess shows as an error. */
function isMultiByte(encoding: string): boolean {
  return /^(?:utf-|gb|big5|euc-|shift|iso-2022)/.test(encoding);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function decodeLoosely(bytes: Uint8Array, encoding: string): string {
  return decodeWith(bytes, encoding, false) ?? viewOf(bytes).toString('latin1');
}

function decodeWith(bytes: Uint8Array, encoding: string, fatal: boolean): string | null {
  // Node's own windows-1252 reads 0x80 to 0x9F as control characters, so that one is iconv-lite's.
  if (encoding !== 'windows-1252') {
    try {
      return new TextDecoder(encoding, { fatal }).decode(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) return null;
    }
  }
  if (!iconv.encodingExists(encoding)) return null;
  const text = iconv.decode(viewOf(bytes), encoding);
  if (!text.includes('\uFFFD')) return text;
  // Five bytes mean nothing in windows-1252; WHATWG lets them pass as invisible control characters.
  if (encoding === 'windows-1252') return text.replaceAll('\uFFFD', '');
  return fatal ? null : text;
}

/** For bytes that no label and no strict UTF-8 could read: the least harmful of what is left. */
function guessEncoding(bytes: Uint8Array, declared: readonly string[]): string {
  const window = detectionWindow(bytes);
  if (isMostlyUtf8(window)) return 'utf-8';
  const ownWord = declared.find((name) => name !== 'utf-8');
  for (const match of chardet.analyse(foreignWords(window))) {
    const encoding = encodingOfLabel(match.name);
    if (encoding === null || /^utf-/.test(encoding) || brokenIn(window, encoding) > 1) continue;
    // A declared charset that failed only in places is likelier than a rival that detection is not sure of.
    return ownWord !== undefined && match.confidence < 50 ? ownWord : encoding;
  }
  return ownWord ?? 'windows-1252';
}

/** True when sound multi-byte characters outnumber broken ones, as after a cut or a pasted stray byte. */
function isMostlyUtf8(window: Uint8Array): boolean {
  let sound = 0;
  let broken = 0;
  for (const character of new TextDecoder('utf-8').decode(window)) {
    if (character === '\uFFFD') broken += 1;
    else if (character > '\x7f') sound += 1;
  }
  return sound > broken * 2;
}

/** How many bytes mean nothing in that encoding; one may be the second half of what the window cuts. */
function brokenIn(window: Uint8Array, encoding: string): number {
  return decodeLoosely(window, encoding).split('\uFFFD').length - 1;
}

function detectionWindow(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const from = Math.max(0, first - 64);
  return bytes.subarray(from, from + DETECTION_WINDOW);
}

/** The words that are not plain ASCII: markup, addresses and English would drown what tells charsets apart. */
function foreignWords(window: Uint8Array): Uint8Array {
  // Second bytes of Japanese and Chinese characters may be ASCII, but never punctuation below "@".
  const words =
    viewOf(window)
      .toString('latin1')
      .match(/[0-9@-\xff]+/g) ?? [];
  return Buffer.from(words.filter((word) => /[\x80-\xff]/.test(word)).join(' '), 'latin1');
}
