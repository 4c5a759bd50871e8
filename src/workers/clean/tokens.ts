import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { Entities } from './entities.js';
import { LIMITS, withinBounds, withoutCode } from './markup.js';
import type { Attributes, Mark, Page } from './page.js';
import { tidy } from './text.js';

const VOID = new Set(
  'area base basefont br col command embed frame hr img input keygen link meta param source track wbr'.split(' '),
);
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr img picture source slot'.split(
    ' ',
  ),
);
const SILENT = new Set(
  'script style noscript template svg math iframe object video audio canvas select textarea datalist head map noembed noframes xmp'.split(
    ' ',
  ),
);
const BOLD = new Set(['b', 'strong', 'em', 'i']);
const CELLS = new Set(['td', 'th', 'caption', 'table']);
const KEPT = new Set(
  'class id itemprop role rel href src data-src data-original data-lazy-src srcset alt width datetime content name property http-equiv lang xml:lang style hidden aria-hidden type data-testid'.split(
    ' ',
  ),
);
const AUTHOR_MARK = /\b(?:by-?line|authors?|auteur|autor|autore|yazar|writer|journalist)|author|byline/;
const DATE_MARK =
  /date|time(?!line)|publish|posted|pubdate|datum|fecha|tarih|timestamp|\bpost-?meta|entry-?meta|dateline/;

/** One pass over the markup. Linear in its length; never throws on any input. */
export function readPage(markup: string): Page {
  const { html, cut } = withinBounds(withoutCode(markup));
  const builder = new PageBuilder(html);
  // Without decoding the tokenizer leaps from sign to sign; the builder decodes the little that it keeps.
  builder.page.truncated = cut;
  const tokenizer = new Tokenizer({ decodeEntities: false }, builder);
  tokenizer.write(html);
  tokenizer.end();
  return builder.page;
}

class PageBuilder implements TokenizerCallbacks {
  readonly page: Page = {
    tags: ['#root'],
    parents: [-1],
    hints: [''],
    attributes: [null],
    depths: [0],
    segments: [],
    metas: new Map(),
    links: [],
    jsonLd: [],
    documentTitle: '',
    base: null,
    language: null,
    marks: [],
    pictures: [],
    truncated: false,
  };
  private readonly html: string;
  private readonly entities = new Entities();
  private readonly stack: number[] = [0];
  private readonly openTags = new Map<string, number>();
  /** Elements opened beyond the depth cap and not yet closed: they own no node. */
  private overflow = 0;
  private silent = 0;
  private foreign = 0;
  private linkDepth = 0;
  private boldDepth = 0;
  private tag = '';
  private attributes: Attributes = {};
  private attributeName = '';
  private attributeValue = '';
  private text: string[] = [];
  private textChars = 0;
  private linkChars = 0;
  private boldChars = 0;
  private linksInText = 0;
  private breaks = 0;
  private raw: string[] | null = null;
  private rawChars = 0;
  private readonly openMarks: { mark: Mark; pieces: string[]; chars: number }[] = [];

  constructor(html: string) {
    this.html = html;
  }

  isInForeignContext(): boolean {
    return this.foreign > 0;
  }

  onopentagname(start: number, end: number): void {
    this.tag = end - start > 40 ? 'unknown' : this.html.slice(start, end).toLowerCase();
    this.attributes = {};
  }

  onattribname(start: number, end: number): void {
    // The longest name kept has 13 characters; most of the others begin with "on", "aria-" or "data-".
    const name = end - start > 13 ? '' : this.html.slice(start, end).toLowerCase();
    this.attributeName = KEPT.has(name) ? name : '';
    this.attributeValue = '';
  }

  onattribdata(start: number, end: number): void {
    if (!this.attributeName || this.attributeValue.length > LIMITS.attributeChars) return;
    this.attributeValue += this.html.slice(start, Math.min(end, start + LIMITS.attributeChars));
  }

  onattribentity(codepoint: number): void {
    if (this.attributeName && this.attributeValue.length < LIMITS.attributeChars) {
      this.attributeValue += String.fromCodePoint(codepoint);
    }
  }

  onattribend(): void {
    if (this.attributeName && !Object.hasOwn(this.attributes, this.attributeName)) {
      this.attributes[this.attributeName] = this.entities.decode(this.attributeValue, true);
    }
    this.attributeName = '';
  }

  onopentagend(): void {
    this.open(this.tag, this.attributes);
  }

  onselfclosingtag(): void {
    this.open(this.tag, this.attributes);
    if (this.foreign > 0 && !VOID.has(this.tag)) this.close(this.tag);
  }

  onclosetag(start: number, end: number): void {
    const tag = end - start > 40 ? 'unknown' : this.html.slice(start, end).toLowerCase();
    if (tag === 'br') this.lineBreak();
    else if (!VOID.has(tag)) this.close(tag);
  }

  ontext(start: number, end: number): void {
    if (this.silent > 0 && !this.raw) return;
    const piece = this.html.slice(start, end);
    // JSON-LD stands in a script, where entities are not decoded.
    this.append(
      this.silent > 0 && this.page.tags[this.top()] === 'script' ? piece : this.entities.decode(piece, false),
    );
  }

  ontextentity(codepoint: number): void {
    this.append(String.fromCodePoint(codepoint));
  }

  onend(): void {
    this.flush();
    while (this.stack.length > 1) this.pop();
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  private top(): number {
    return this.stack[this.stack.length - 1] ?? 0;
  }

  private open(tag: string, attributes: Attributes): void {
    if (tag === 'br') {
      this.lineBreak();
      return;
    }
    if (tag === 'html' || tag === 'body') {
      const language = attributes.lang ?? attributes['xml:lang'];
      if (language && !this.page.language) this.page.language = language;
    }
    const inline = INLINE.has(tag);
    if (!inline) {
      this.flush();
      this.closeImplied(tag);
    }
    if (this.isHead(tag, attributes)) return;
    if (tag === 'a' && this.linkDepth > 0) this.close('a');
    if (this.page.tags.length >= LIMITS.nodes || this.stack.length >= LIMITS.depth) {
      this.page.truncated = true;
      if (!VOID.has(tag)) this.overflow++;
      return;
    }
    const node = this.addNode(tag, attributes);
    if (tag === 'img') this.picture(node, attributes);
    if (!VOID.has(tag)) this.push(node, tag, attributes);
  }

  /** Keeps what meta, link and base say; they own no text and become no nodes. */
  private isHead(tag: string, attributes: Attributes): boolean {
    const { page } = this;
    if (tag === 'meta') this.meta(attributes);
    else if (tag === 'link') {
      if (attributes.rel && attributes.href && page.links.length < 500) {
        page.links.push({ rel: attributes.rel.toLowerCase(), href: attributes.href });
      }
    } else if (tag === 'base') page.base ??= attributes.href ?? null;
    else return false;
    return true;
  }

  private addNode(tag: string, attributes: Attributes): number {
    const { page } = this;
    const node = page.tags.length;
    page.tags.push(tag);
    page.parents.push(this.top());
    page.depths.push(this.stack.length);
    const { class: classes, id, role, itemprop } = attributes;
    const hint =
      classes || id || role || itemprop ? `${id ?? ''} ${itemprop ?? ''} ${role ?? ''} ${classes ?? ''}` : '';
    page.hints.push(hint.slice(0, 160).toLowerCase());
    page.attributes.push(Object.keys(attributes).length > 0 ? attributes : null);
    return node;
  }

  private push(node: number, tag: string, attributes: Attributes): void {
    this.stack.push(node);
    this.openTags.set(tag, (this.openTags.get(tag) ?? 0) + 1);
    if (SILENT.has(tag)) this.silent++;
    if (tag === 'svg' || tag === 'math') this.foreign++;
    if (tag === 'a') {
      this.linkDepth++;
      this.linksInText++;
    }
    if (BOLD.has(tag)) this.boldDepth++;
    if (tag === 'title' && this.foreign === 0) this.startRaw();
    if (tag === 'script' && /ld\+json/i.test(attributes.type ?? '')) this.startRaw();
    this.startMark(node, tag, attributes);
  }

  private startRaw(): void {
    this.raw = [];
    this.rawChars = 0;
  }

  private startMark(node: number, tag: string, attributes: Attributes): void {
    if (this.silent > 0 || this.openMarks.length >= 6 || this.page.marks.length >= LIMITS.marks) return;
    const speaks = `${this.page.hints[node] ?? ''} ${attributes.rel ?? ''} ${attributes['data-testid'] ?? ''}`;
    let kind: Mark['kind'] | null = null;
    if (tag === 'time') kind = 'time';
    else if (tag === 'body' || tag === 'html' || tag === 'main') return;
    else if (speaks.length > 2 && AUTHOR_MARK.test(speaks)) kind = 'author';
    else if (speaks.length > 2 && DATE_MARK.test(speaks)) kind = 'date';
    if (!kind) return;
    const datetime = attributes.datetime ?? (kind !== 'author' ? attributes.content : undefined) ?? null;
    const mark: Mark = { node, kind, text: '', datetime, position: this.page.segments.length };
    this.page.marks.push(mark);
    this.openMarks.push({ mark, pieces: [], chars: 0 });
  }

  /** Closes what the HTML standard closes without an end tag: paragraphs, items, cells, rows. */
  private closeImplied(tag: string): void {
    const ends =
      tag === 'li'
        ? 'li'
        : tag === 'dd' || tag === 'dt'
          ? 'dd dt'
          : tag === 'tr'
            ? 'tr td th'
            : tag === 'td' || tag === 'th'
              ? 'td th'
              : tag === 'option'
                ? 'option'
                : '';
    const targets = ends ? ends.split(' ') : [];
    for (let at = this.stack.length - 1, steps = 0; at > 0 && steps < 12; at--, steps++) {
      const name = this.page.tags[this.stack[at] ?? 0] ?? '';
      if (name === 'p' || targets.includes(name)) {
        while (this.stack.length > at) this.pop();
        if (!targets.includes(name) || tag === 'tr') continue;
        return;
      }
      if (!INLINE.has(name)) return;
    }
  }

  private close(tag: string): void {
    const inline = INLINE.has(tag);
    if (!inline) this.flush();
    if (this.overflow > 0) {
      this.overflow--;
      return;
    }
    if (!this.openTags.get(tag)) return;
    const cells = CELLS.has(tag) || tag === 'tr' || tag === 'tbody' || tag === 'body' || tag === 'html';
    for (let at = this.stack.length - 1; at > 0; at--) {
      const name = this.page.tags[this.stack[at] ?? 0] ?? '';
      if (name === tag) {
        while (this.stack.length > at) this.pop();
        return;
      }
      // A stray end tag must not tear down what surrounds it.
      if (inline ? !INLINE.has(name) : !cells && CELLS.has(name)) return;
    }
  }

  private pop(): void {
    const node = this.stack.pop() ?? 0;
    const tag = this.page.tags[node] ?? '';
    this.openTags.set(tag, (this.openTags.get(tag) ?? 1) - 1);
    if (SILENT.has(tag)) this.silent--;
    if (tag === 'svg' || tag === 'math') this.foreign--;
    if (tag === 'a') this.linkDepth--;
    if (BOLD.has(tag)) this.boldDepth--;
    if (this.raw && (tag === 'title' || tag === 'script')) this.endRaw(tag);
    const last = this.openMarks[this.openMarks.length - 1];
    if (last && last.mark.node === node) {
      last.mark.text = tidy(last.pieces.join(''));
      this.openMarks.pop();
    }
  }

  private endRaw(tag: string): void {
    const content = this.raw?.join('') ?? '';
    this.raw = null;
    if (tag === 'title') this.page.documentTitle ||= tidy(content.slice(0, 2000));
    else if (this.page.jsonLd.length < 50) this.page.jsonLd.push(content);
  }

  private meta(attributes: Attributes): void {
    const content = attributes.content;
    if (content === undefined || this.page.metas.size > 500) return;
    for (const key of [attributes.property, attributes.name, attributes.itemprop, attributes['http-equiv']]) {
      if (!key) continue;
      const name = key.toLowerCase().trim();
      const known = this.page.metas.get(name);
      if (known === undefined) this.page.metas.set(name, [content]);
      else if (known.length < 30) known.push(content);
    }
  }

  private picture(node: number, attributes: Attributes): void {
    const lazy = attributes['data-src'] ?? attributes['data-original'] ?? attributes['data-lazy-src'];
    const url = lazy ?? attributes.src;
    if (!url || url.startsWith('data:') || this.page.pictures.length >= 500) return;
    const width = Number.parseInt(attributes.width ?? '', 10);
    this.page.pictures.push({
      node,
      url,
      alt: tidy(attributes.alt ?? ''),
      width: Number.isFinite(width) ? width : 0,
      position: this.page.segments.length,
    });
  }

  private append(piece: string): void {
    if (this.raw) {
      this.rawChars += piece.length;
      if (this.rawChars < LIMITS.jsonLdChars) this.raw.push(piece);
      return;
    }
    if (this.silent > 0) return;
    for (const open of this.openMarks) {
      if (open.chars < 400) open.pieces.push(piece.slice(0, 400));
      open.chars += piece.length;
    }
    if (this.textChars > LIMITS.segmentChars) {
      this.page.truncated = true;
      return;
    }
    this.text.push(piece);
    this.textChars += piece.length;
    if (this.linkDepth > 0) this.linkChars += piece.length;
    if (this.boldDepth > 0) this.boldChars += piece.length;
    if (this.breaks > 0 && /\S/.test(piece)) this.breaks = 0;
  }

  /** One break is a space in the text, two end the paragraph. */
  private lineBreak(): void {
    this.breaks++;
    if (this.breaks >= 2) this.flush();
    else this.append('\n');
    for (const open of this.openMarks) open.pieces.push('\n');
  }

  private flush(): void {
    for (const open of this.openMarks) open.pieces.push(' ');
    if (this.text.length === 0) {
      this.linksInText = this.linkDepth > 0 ? 1 : 0;
      return;
    }
    const text = tidy(this.text.join(''));
    if (text) this.addSegment(text);
    this.text = [];
    this.textChars = 0;
    this.linkChars = 0;
    this.boldChars = 0;
    this.linksInText = this.linkDepth > 0 ? 1 : 0;
    this.breaks = 0;
  }

  private addSegment(text: string): void {
    const { page } = this;
    if (page.segments.length >= LIMITS.segments) {
      page.truncated = true;
      return;
    }
    let node = this.top();
    while (node > 0 && INLINE.has(page.tags[node] ?? '')) node = page.parents[node] ?? 0;
    page.segments.push({
      node,
      text,
      linkChars: Math.min(this.linkChars, text.length),
      boldChars: Math.min(this.boldChars, text.length),
      links: this.linkChars > 0 ? this.linksInText : 0,
    });
  }
}
