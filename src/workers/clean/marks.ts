import { LIMITS } from './limits.js';
import type { Attributes, Mark } from './page.js';
import { markOf } from './signals.js';
import { tidy } from './text.js';

const TRUNK = new Set(['body', 'html', 'main']);
const MOST_OPEN = 6;
const MOST_CHARS = 400;

/** Gathers the text of the elements that speak of an author or a date, while the page is read. */
export class MarkReader {
  readonly marks: Mark[] = [];
  private readonly open: { mark: Mark; text: string; chars: number }[] = [];

  /** Told of each element that opens, outside of scripts and the like. `position`: how many segments stand before it. */
  start(node: number, tag: string, hint: string, attributes: Attributes | null, position: number): void {
    if (this.open.length >= MOST_OPEN || this.marks.length >= LIMITS.marks) return;
    let kind: Mark['kind'] | null = null;
    if (tag === 'time') kind = 'time';
    else if (attributes === null || TRUNK.has(tag)) return;
    else {
      const { rel } = attributes;
      const test = attributes['data-testid'];
      if (rel === undefined && test === undefined) kind = hint ? markOf(hint) : null;
      else kind = markOf(`${hint} ${rel ?? ''} ${test ?? ''}`);
    }
    if (!kind) return;
    const datetime = attributes?.datetime ?? (kind !== 'author' ? attributes?.content : undefined) ?? null;
    const mark: Mark = { node, kind, text: '', datetime, position };
    this.marks.push(mark);
    this.open.push({ mark, text: '', chars: 0 });
  }

  add(piece: string): void {
    for (const open of this.open) {
      if (open.chars < MOST_CHARS) open.text += piece.slice(0, MOST_CHARS);
      open.chars += piece.length;
    }
  }

  /** A space or a line end, which counts for nothing. */
  addBreak(sign: string): void {
    for (const open of this.open) if (open.text.length < 2 * MOST_CHARS) open.text += sign;
  }

  end(node: number): void {
    const last = this.open[this.open.length - 1];
    if (!last || last.mark.node !== node) return;
    last.mark.text = tidy(last.text);
    this.open.pop();
  }
}
