/** Takes what the scanner finds, in order. Offsets are those of the markup. */
export interface Sink {
  /** Set when the sink can take no more. */
  readonly full: boolean;
  /** Names of the attributes to be told of. */
  readonly attributes: Iterable<string>;
  text(start: number, end: number): void;
  /** Content that no markup is looked for in: a title, or the JSON-LD of a page. Comes after its `open`. */
  raw(start: number, end: number): void;
  /** An attribute of the tag that the next `open` tells; only told of those in `attributes`, and of a few others. */
  attribute(tag: string, name: string, start: number, end: number): void;
  open(tag: string): void;
  /** Whether the content of the element just opened is markup after all, though elements of its name are leapt over. */
  reads(tag: string): boolean;
  close(tag: string): void;
}

/** Elements whose content is searched for its end only: no markup stands in them, or none that matters. */
const CLOSED = new Set(
  'script style svg math noscript select title textarea iframe xmp noembed noframes template video audio object'.split(
    ' ',
  ),
);
/** Of those, the ones that end with the document where their end tag is missing; the others are taken as empty. */
const ENDLESS = new Set(['script', 'style']);
const LONGEST_NAME = 40;

const TAB = 9;
const SPACE = 32;
const BANG = 33;
const QUOTE = 34;
const APOSTROPHE = 39;
const DASH = 45;
const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;

/** White space of HTML. */
export const isSpace = (c: number): boolean => c === SPACE || (c >= TAB && c <= 13);
const isLetter = (c: number): boolean => (c | 32) >= 97 && (c | 32) <= 122;
/** Of a tag name: all but white space, "/", ">". NaN, past the end, is none. */
const isName = (c: number): boolean => c > SPACE && c !== SLASH && c !== GREATER;

/**
 * Splits markup into tags and text as the HTML standard's tokenizer does (section 13.2.5), leaping from sign to sign.
 * Never throws; linear: what was once looked for in vain is not looked for again.
 */
export class Scanner {
  /** Strings known not to occur any more. */
  private readonly absent = new Set<string>();
  private readonly wanted: Names;
  private at = 0;

  constructor(
    private readonly html: string,
    private readonly sink: Sink,
  ) {
    this.wanted = new Names(sink.attributes);
  }

  run(): void {
    const { html, sink } = this;
    let from = 0;
    while (this.at < html.length && !sink.full) {
      const sign = html.indexOf('<', this.at);
      if (sign === -1) break;
      const next = html.charCodeAt(sign + 1);
      const opens = isLetter(next);
      if (!opens && next !== SLASH && next !== BANG && next !== QUESTION) {
        this.at = sign + 1;
        continue;
      }
      if (sign > from) sink.text(from, sign);
      this.at = sign;
      if (opens) this.startTag();
      else if (next === SLASH && isLetter(html.charCodeAt(sign + 2))) this.endTag();
      else this.comment();
      from = this.at;
    }
    if (from < html.length && !sink.full) sink.text(from, html.length);
    this.at = html.length;
  }

  /** Leaves `at` behind the sign, or at the end where it does not come any more. */
  private passAfter(sign: string, from: number): void {
    const found = this.absent.has(sign) ? -1 : this.html.indexOf(sign, from);
    if (found === -1) this.absent.add(sign);
    this.at = found === -1 ? this.html.length : found + sign.length;
  }

  private comment(): void {
    const { html, at } = this;
    if (html.charCodeAt(at + 1) !== BANG || html.charCodeAt(at + 2) !== DASH || html.charCodeAt(at + 3) !== DASH) {
      this.passAfter('>', at + 2);
    } else if (html.charCodeAt(at + 4) === GREATER) this.at = at + 5;
    else this.passAfter('-->', at + 3);
  }

  private nameFrom(start: number): string {
    const { html } = this;
    let end = start + 1;
    while (isName(html.charCodeAt(end))) end++;
    this.at = end;
    if (end - start > LONGEST_NAME) return 'unknown';
    return TAGS.find(html, start, end) ?? html.slice(start, end).toLowerCase();
  }

  private endTag(): void {
    const tag = this.nameFrom(this.at + 2);
    this.passAfter('>', this.at);
    this.sink.close(tag);
  }

  private startTag(): void {
    const { html, sink } = this;
    const tag = this.nameFrom(this.at + 1);
    let selfClosing = false;
    for (;;) {
      let c = html.charCodeAt(this.at);
      while (isSpace(c)) c = html.charCodeAt(++this.at);
      if (c === GREATER) break;
      // A tag that the document ends in is none.
      if (Number.isNaN(c)) return;
      if (c === SLASH) {
        selfClosing = html.charCodeAt(++this.at) === GREATER;
        continue;
      }
      this.attribute(tag);
    }
    this.at++;
    sink.open(tag);
    // Browsers heed "/>" in drawings only; but <iframe/> must not swallow an article.
    if (!CLOSED.has(tag) || sink.reads(tag)) return;
    if (selfClosing && !ENDLESS.has(tag)) sink.close(tag);
    else this.content(tag);
  }

  private attribute(tag: string): void {
    const { html } = this;
    const start = this.at;
    let end = start + 1;
    let c = html.charCodeAt(end);
    while (isName(c) && c !== EQUALS) c = html.charCodeAt(++end);
    let at = end;
    while (isSpace(c)) c = html.charCodeAt(++at);
    if (c !== EQUALS) {
      this.at = at;
      this.tell(tag, start, end, end, end);
      return;
    }
    c = html.charCodeAt(++at);
    while (isSpace(c)) c = html.charCodeAt(++at);
    let valueEnd: number;
    if (c === QUOTE || c === APOSTROPHE) {
      this.passAfter(c === QUOTE ? '"' : "'", ++at);
      valueEnd = this.at === html.length && html.charCodeAt(this.at - 1) !== c ? this.at : this.at - 1;
    } else {
      valueEnd = at;
      while (c !== GREATER && !isSpace(c) && valueEnd < html.length) c = html.charCodeAt(++valueEnd);
      this.at = valueEnd;
    }
    this.tell(tag, start, end, at, Math.max(at, valueEnd));
  }

  private tell(tag: string, start: number, end: number, from: number, to: number): void {
    const name = this.wanted.find(this.html, start, end);
    if (name !== null) this.sink.attribute(tag, name, from, to);
  }

  private content(tag: string): void {
    const start = this.at;
    const end = this.endOf(tag);
    if (end !== -1) {
      this.sink.raw(start, end);
      this.at = end;
    } else if (ENDLESS.has(tag)) this.at = this.html.length;
    else this.sink.close(tag);
  }

  /** Where the end tag of an element that was just opened begins; -1 where it has none. */
  private endOf(tag: string): number {
    const { html, absent } = this;
    const sign = `</${tag}`;
    if (absent.has(sign)) return -1;
    for (let at = html.indexOf('</', this.at); at !== -1; at = html.indexOf('</', at + 2)) {
      if (!isName(html.charCodeAt(at + sign.length)) && isWord(html, at + 2, tag)) return at;
    }
    absent.add(sign);
    return -1;
  }
}

/** Names known beforehand. Found in markup they are one string each, not a new one at each place: comparing them is cheap. */
class Names {
  /** By length and first letter, which few names share. */
  private readonly shapes: string[][] = Array.from({ length: (LONGEST_NAME + 1) * 32 }, () => []);

  constructor(names: Iterable<string>) {
    for (const name of names) this.shapes[shapeOf(name.length, name.charCodeAt(0))]?.push(name);
  }

  /** The name that stands there in any case; null where it is none of these. */
  find(html: string, start: number, end: number): string | null {
    if (end - start > LONGEST_NAME) return null;
    const alike = this.shapes[shapeOf(end - start, html.charCodeAt(start))];
    if (alike) for (const name of alike) if (isWord(html, start, name)) return name;
    return null;
  }
}

const shapeOf = (length: number, first: number): number => length * 32 + (first & 31);

const TAGS = new Names(
  'a abbr address article aside b blockquote body br button caption center cite code dd del details dfn dialog div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main mark meta nav noscript ol optgroup option p path picture pre q rect s script section select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr u ul use video wbr'.split(
    ' ',
  ),
);

/** Whether the word, in lower case, stands there in any case. */
function isWord(html: string, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const c = html.charCodeAt(start + at);
    if ((c >= 65 && c <= 90 ? c | 32 : c) !== word.charCodeAt(at)) return false;
  }
  return true;
}
