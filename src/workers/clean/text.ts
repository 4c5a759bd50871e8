import { count } from './characters.js';

const INVISIBLE = /\p{Cf}|\p{Cc}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u180b|\u180c|\u180d/gu;
/** Format characters that are seen, such as the Arabic number sign. */
const SEEN = /[\u0600-\u0605\u06dd\u070f\u08e2\u{110bd}]/u;
/** Before a joiner these spell: Persian, Indic scripts, composed emoji. Elsewhere it is dirt. */
const JOINING =
  /\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Tamil}|\p{Script=Malayalam}|\p{Script=Sinhala}|[\udc00-\udfff]|\ufe0f|\p{Extended_Pictographic}/u;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Signs that are seen and composed as they are: most of what is written anywhere. */
const QUIET =
  /^[ -~\u00a1-\u00ac\u00ae-\u02af\u0400-\u0482\u048a-\u052f\u05d0-\u05ea\u0621-\u064a\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u3001-\u3029\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]*$/;

/** Text as the reader sees it: NFC, single spaces, no invisible characters, no lone surrogates; trimmed. */
export function tidy(raw: string): string {
  const trimmed = raw.trim();
  if (QUIET.test(trimmed) && !trimmed.includes('  ')) return trimmed;
  const spaced = trimmed.replace(/[\s\u0085]+/g, ' ');
  if (QUIET.test(spaced)) return spaced.trim();
  const visible = spaced.replace(INVISIBLE, unlessSeen).replace(LONE_SURROGATE, '');
  return visible.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function unlessSeen(char: string, at: number, whole: string): string {
  if (char === '\u200c' || char === '\u200d') return at > 0 && JOINING.test(whole.charAt(at - 1)) ? char : '';
  return SEEN.test(char) ? char : '';
}

/** A text reduced to lower-case letters and digits, to compare titles and paragraphs whatever their punctuation. */
export const fold = (text: string): string =>
  foldAscii(text) ??
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Where the folded signs are put together; one text at a time. */
let folding = Buffer.alloc(1024);

/** The same for texts of ASCII, which most are, at a fraction of the time; null where another sign stands in it. */
function foldAscii(text: string): string | null {
  if (text.length > folding.length) folding = Buffer.alloc(2 * text.length);
  let end = 0;
  let gap = false;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code > 126) return null;
    if (code >= 65 && code <= 90) code |= 32;
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      if (gap && end > 0) folding[end++] = 32;
      folding[end++] = code;
      gap = false;
    } else gap = true;
  }
  return folding.toString('latin1', 0, end);
}

/** The address made absolute, without fragment; null when it is not http(s). */
export function absoluteUrl(href: string | null | undefined, base: string | null): string | null {
  const trimmed = href?.trim();
  if (!trimmed || trimmed.length > 4000) return null;
  const url =
    base && URL.canParse(trimmed, base) ? new URL(trimmed, base) : URL.canParse(trimmed) ? new URL(trimmed) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  url.hash = '';
  return url.href;
}

/** Number of words; scripts written without spaces count two characters as a word. */
export const countWords = (text: string): number => count(text).words;
