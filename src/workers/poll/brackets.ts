import { StageFailure } from '../../shared/failures.js';

/** Longer tags are text: no publisher writes them, and hostile ones would be read again and again. */
const LONGEST_TAG = 65_536;

/** A start tag as most are written; what it does not match is looked at slowly. */
const PLAIN_TAG = /<[A-Za-z_][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y;
const TAG_START = /<\/?[\p{L}_:][\p{L}\p{N}\p{M}_:.·-]{0,199}(?=[\s/>])/uy;
const CDATA = '<![CDATA[';
const BANG = 33;
const SLASH = 47;
const NINE = 57;
const QUESTION_MARK = 63;

export interface EscapedBrackets {
  text: string;
  /** How many brackets were text ("3 < 5") and are now written as such. */
  strays: number;
}

/**
 * Writes every `<` that begins no markup as `&lt;`, drops comments and the DOCTYPE with all that it declares, and closes
 * CDATA sections that were left open. After this a tokenizer cannot lose an end tag to a stray bracket. Linear in the text.
 * Throws `poll/too-large` beyond so many brackets that are text.
 */
export function escapeStrayBrackets(text: string, atMost: number): EscapedBrackets {
  const parts: string[] = [];
  let copied = 0;
  let strays = 0;
  let lastTagAt = -1;
  let sawDoctype = false;
  const commentEnd = finder(text, '-->');
  const sections: SectionFinders = { start: finder(text, CDATA), end: finder(text, ']]>') };
  let at = text.indexOf('<');
  const replace = (from: number, to: number, by: string): void => {
    parts.push(text.slice(copied, from), by);
    copied = to;
  };
  while (at !== -1) {
    let next = at + 1;
    const second = text.charCodeAt(next);
    PLAIN_TAG.lastIndex = at;
    if (second > NINE && PLAIN_TAG.test(text)) {
      next = PLAIN_TAG.lastIndex;
      lastTagAt = at + 1;
    } else if (second === BANG && text.startsWith(CDATA, at)) {
      const section = endOfCdata(text, at, lastTagAt, sections);
      next = section.end;
      if (section.isOpen) replace(next, next, ']]>');
    } else if (second === BANG && text.startsWith('<!--', at)) {
      // As in HTML, `<!-->` is whole: its end may stand in its beginning.
      const end = commentEnd(at + 2);
      next = end === -1 ? at + 4 : end + 3;
      replace(at, next, '');
    } else if (second === BANG && /^<!doctype/i.test(text.slice(at, at + 9))) {
      next = endOfDoctype(text, at, sawDoctype);
      sawDoctype = true;
      replace(at, next, '');
    } else if (second === QUESTION_MARK) {
      const end = text.indexOf('>', at);
      next = end === -1 ? text.length : end + 1;
    } else {
      const end = second === SLASH || second > NINE ? endOfTag(text, at) : -1;
      if (end === -1) {
        replace(at, at + 1, '&lt;');
        strays += 1;
        if (strays > atMost) throw new StageFailure('poll/too-large', `more than ${atMost} stray brackets`);
      } else next = end;
    }
    at = text.indexOf('<', next);
  }
  if (copied === 0) return { text, strays };
  parts.push(text.slice(copied));
  return { text: parts.join(''), strays };
}

/** The index after the tag's `>`, or -1 when another `<` comes first. Quotes count only where a value may begin. */
function endOfTag(text: string, at: number): number {
  TAG_START.lastIndex = at;
  if (!TAG_START.test(text)) return -1;
  const limit = Math.min(text.length, at + LONGEST_TAG);
  let afterEquals = false;
  for (let index = TAG_START.lastIndex; index < limit; index += 1) {
    const c = text.charCodeAt(index);
    if (c === 62) return index + 1;
    if (c === 60) return -1;
    if (afterEquals && (c === 34 || c === 39)) {
      const close = text.indexOf(text.charAt(index), index + 1);
      if (close === -1 || close >= limit) return -1;
      index = close;
    }
    afterEquals = c === 61 || (afterEquals && c <= 32);
  }
  return -1;
}

type Finder = (from: number) => number;

interface SectionFinders {
  start: Finder;
  end: Finder;
}

/** `indexOf` for calls that go forward: it remembers the last find, so that what is absent is sought once. */
function finder(text: string, needle: string): Finder {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(needle, from);
    return found;
  };
}

/** A section left open ends before its element's end tag or where the next section begins. */
function endOfCdata(
  text: string,
  at: number,
  lastTagAt: number,
  find: SectionFinders,
): { end: number; isOpen: boolean } {
  const from = at + CDATA.length;
  const close = find.end(from);
  const another = find.start(from);
  if (close !== -1 && (another === -1 || another > close)) return { end: close + 3, isOpen: false };
  const limit = another === -1 ? text.length : another;
  const element = lastTagAt === -1 ? undefined : /^[^\s/>]{1,200}/.exec(text.slice(lastTagAt, lastTagAt + 200))?.[0];
  const endTag = element === undefined ? -1 : text.slice(from, limit).indexOf(`</${element}`);
  if (endTag !== -1) return { end: from + endTag, isOpen: true };
  return close === -1 ? { end: limit, isOpen: true } : { end: close + 3, isOpen: false };
}

/** A second DOCTYPE is somebody's text; only the first may have an internal subset. */
function endOfDoctype(text: string, at: number, isSecond: boolean): number {
  const close = text.indexOf('>', at);
  if (close === -1) return text.length;
  const subset = text.slice(at, close).indexOf('[');
  if (subset === -1 || isSecond) return close + 1;
  const end = /\]\s{0,99}>/g;
  end.lastIndex = at + subset;
  return end.test(text) ? end.lastIndex : close + 1;
}
