import { hintOf, keepMeta, keepPicture } from './attributes.js';
import { count } from './characters.js';
import {
  ADDRESSED,
  ADDRESSES,
  BOLD,
  CELLS,
  CLOSES,
  ENDS_CELLS,
  HEAD,
  INLINE,
  KEPT,
  NOTHING,
  SILENT,
  TEMPLATE,
  VOID,
  WRAPPERS,
} from './elements.js';
import { decodeEntities } from './entities.js';
import { LIMITS } from './limits.js';
import { MarkReader } from './marks.js';
import type { Attributes, Page } from './page.js';
import { isSpace, Scanner, type Sink } from './scanner.js';
import { tidy } from './text.js';

/**
 * One pass over the markup. Linear in its length; never throws on any input. `wrapped`: reads into `<noscript>`,
 * `<template>` and template scripts as well, where pages that are drawn by a script keep what they show.
 */
export function readPage(markup: string, wrapped = false): Page {
  const builder = new PageBuilder(markup, wrapped);
  new Scanner(markup, builder).run();
  builder.end();
  return builder.page;
}

class PageBuilder implements Sink {
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
  /** No more elements fit: what follows is left unread. */
  full = false;
  readonly attributes = KEPT;
  private readonly marks = new MarkReader();
  private readonly stack: number[] = [0];
  private readonly openTags = new Map<string, number>();
  /** Elements opened beyond the depth cap and not yet closed: they own no node. */
  private overflow = 0;
  private silent = 0;
  /** Open elements that are read though their kind is silent. */
  private readonly unwrapped = new Set<number>();
  private linkDepth = 0;
  private boldDepth = 0;
  private found: Attributes | null = null;
  private pieces = '';
  private linkChars = 0;
  private boldChars = 0;
  private linksInText = 0;
  private breaks = 0;

  constructor(
    private readonly html: string,
    private readonly wrapped: boolean,
  ) {}

  attribute(tag: string, name: string, start: number, end: number): void {
    if (!KEPT.has(name) || (ADDRESSES.has(name) && !ADDRESSED.has(tag))) return;
    this.found ??= {};
    if (this.found[name] !== undefined) return;
    const value = this.html.slice(start, Math.min(end, start + LIMITS.attributeChars));
    this.found[name] = decodeEntities(value, true);
  }

  text(start: number, end: number): void {
    if (this.silent > 0) return;
    let at = start;
    while (at < end && isSpace(this.html.charCodeAt(at))) at++;
    if (at === end) this.space();
    else if (this.openTags.get('pre')) this.preformatted(decodeEntities(this.html.slice(start, end), false));
    else this.append(decodeEntities(this.html.slice(start, end), false));
  }

  /** Empty lines part the paragraphs of preformatted text. */
  private preformatted(text: string): void {
    text.split(/\n[^\S\n]*\n/).forEach((part, index) => {
      if (index > 0) this.flush();
      this.append(part);
    });
  }

  raw(start: number, end: number): void {
    const { page } = this;
    const node = this.top();
    const tag = page.tags[node];
    if (tag === 'title') {
      page.documentTitle ||= tidy(decodeEntities(this.html.slice(start, Math.min(end, start + 2000)), false));
    } else if (tag === 'script' && /ld\+json/i.test(page.attributes[node]?.type ?? '')) {
      const fits = end - start < LIMITS.jsonLdChars && page.jsonLd.length < LIMITS.jsonLdBlocks;
      if (fits) page.jsonLd.push(this.html.slice(start, end));
    }
  }

  open(tag: string): void {
    const { found: attributes, page } = this;
    this.found = null;
    if (tag === 'br') {
      this.lineBreak();
      return;
    }
    if (tag === 'html' || tag === 'body') page.language ||= attributes?.lang ?? attributes?.['xml:lang'] ?? null;
    if (!this.isInline(tag)) {
      this.flush();
      if (this.openTags.get('head') && !HEAD.has(tag)) this.close('head');
      this.closeImplied(tag);
    }
    if (this.isHead(tag, attributes)) return;
    if (tag === 'a' && this.linkDepth > 0) this.close('a');
    if (page.tags.length >= LIMITS.nodes || this.stack.length >= LIMITS.depth) {
      page.truncated = true;
      this.full = page.tags.length >= LIMITS.nodes;
      if (!VOID.has(tag)) this.overflow++;
      return;
    }
    const node = this.addNode(tag, attributes);
    if (tag === 'img') keepPicture(page, node, attributes);
    if (!VOID.has(tag)) this.push(node, tag, attributes);
  }

  reads(tag: string): boolean {
    const node = this.top();
    if (!this.wrapped || !WRAPPERS.has(tag) || this.page.tags[node] !== tag) return false;
    if (tag === 'script' && !TEMPLATE.test(this.page.attributes[node]?.type ?? '')) return false;
    this.silent--;
    this.unwrapped.add(node);
    return true;
  }

  close(tag: string): void {
    if (tag === 'br') this.lineBreak();
    if (VOID.has(tag)) return;
    const inline = this.isInline(tag);
    if (!inline) this.flush();
    if (this.overflow > 0) {
      this.overflow--;
      return;
    }
    if (!this.openTags.get(tag)) return;
    const endsCells = ENDS_CELLS.has(tag);
    for (let at = this.stack.length - 1; at > 0; at--) {
      const name = this.page.tags[this.stack[at] ?? 0] ?? '';
      if (name === tag) {
        while (this.stack.length > at) this.pop();
        return;
      }
      // A stray end tag must not tear down what surrounds it.
      if (inline ? !INLINE.has(name) : !endsCells && CELLS.has(name)) return;
    }
  }

  end(): void {
    this.flush();
    while (this.stack.length > 1) this.pop();
    this.page.marks = this.marks.marks;
  }

  /** Elements of a page's own (`x-term`) stand anywhere; within a paragraph they are part of its text. */
  private isInline(tag: string): boolean {
    return INLINE.has(tag) || (tag.includes('-') && (this.openTags.get('p') ?? 0) > 0);
  }

  private top(): number {
    return this.stack[this.stack.length - 1] ?? 0;
  }

  /** Keeps what meta, link and base say; they own no text and become no nodes. */
  private isHead(tag: string, attributes: Attributes | null): boolean {
    const { page } = this;
    if (tag === 'meta') keepMeta(page, attributes ?? {});
    else if (tag === 'link') {
      if (attributes?.rel && attributes.href && page.links.length < LIMITS.links) {
        page.links.push({ rel: attributes.rel.toLowerCase(), href: attributes.href });
      }
    } else if (tag === 'base') page.base ??= attributes?.href ?? null;
    else return false;
    return true;
  }

  private addNode(tag: string, attributes: Attributes | null): number {
    const { page } = this;
    const node = page.tags.length;
    page.tags.push(tag);
    page.parents.push(this.top());
    page.depths.push(this.stack.length);
    page.hints.push(attributes ? hintOf(attributes) : '');
    page.attributes.push(attributes);
    return node;
  }

  private push(node: number, tag: string, attributes: Attributes | null): void {
    this.stack.push(node);
    this.openTags.set(tag, (this.openTags.get(tag) ?? 0) + 1);
    if (SILENT.has(tag)) this.silent++;
    if (tag === 'a') {
      this.linkDepth++;
      this.linksInText++;
    } else if (BOLD.has(tag)) this.boldDepth++;
    if (this.silent === 0) {
      this.marks.start(node, tag, this.page.hints[node] ?? '', attributes, this.page.segments.length);
    }
  }

  /** Closes what the HTML standard closes without an end tag: paragraphs, items, cells, rows. */
  private closeImplied(tag: string): void {
    const targets = CLOSES.get(tag) ?? NOTHING;
    for (let at = this.stack.length - 1, steps = 0; at > 0 && steps < 12; at--, steps++) {
      const name = this.page.tags[this.stack[at] ?? 0] ?? '';
      if (name === 'p' || targets.has(name)) {
        while (this.stack.length > at) this.pop();
        if (!targets.has(name) || tag === 'tr') continue;
        return;
      }
      if (!INLINE.has(name)) return;
    }
  }

  private pop(): void {
    const node = this.stack.pop() ?? 0;
    const tag = this.page.tags[node] ?? '';
    this.openTags.set(tag, (this.openTags.get(tag) ?? 1) - 1);
    if (SILENT.has(tag) && !this.unwrapped.delete(node)) this.silent--;
    if (tag === 'a') this.linkDepth--;
    else if (BOLD.has(tag)) this.boldDepth--;
    this.marks.end(node);
  }

  private append(piece: string): void {
    this.marks.add(piece);
    const room = LIMITS.segmentChars - this.pieces.length;
    if (piece.length > room) this.page.truncated = true;
    if (room <= 0) return;
    this.pieces += piece.slice(0, room);
    if (this.linkDepth > 0) this.linkChars += piece.length;
    if (this.boldDepth > 0) this.boldChars += piece.length;
    if (this.breaks > 0 && /\S/.test(piece)) this.breaks = 0;
  }

  private space(): void {
    this.marks.addBreak(' ');
    if (this.pieces !== '' && this.pieces.length < LIMITS.segmentChars) this.pieces += ' ';
  }

  /** One break is a space in the text, two end the paragraph; in a quotation, which may be verse, one ends the line. */
  private lineBreak(): void {
    this.breaks++;
    if (this.breaks >= 2 || this.openTags.get('blockquote')) this.flush();
    else this.space();
    this.marks.addBreak('\n');
  }

  private flush(): void {
    this.marks.addBreak(' ');
    if (this.pieces !== '') {
      const text = tidy(this.pieces);
      if (text) this.addSegment(text);
      this.pieces = '';
      this.linkChars = 0;
      this.boldChars = 0;
      this.breaks = 0;
    }
    this.linksInText = this.linkDepth > 0 ? 1 : 0;
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
      counts: count(text),
      linkChars: Math.min(this.linkChars, text.length),
      boldChars: Math.min(this.boldChars, text.length),
      links: this.linkChars > 0 ? this.linksInText : 0,
    });
  }
}
