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
export function fold(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
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
