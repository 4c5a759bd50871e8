import { type AnyNode, type Document, type Element, isTag, isText } from 'domhandler';
import { DomHandler, Parser } from 'htmlparser2';
import { StageFailure } from '../../shared/failures.js';

/** More than any page that lists articles has; a page beyond them is not read. */
const MOST_ELEMENTS = 400_000;
const DEEPEST = 1_000;

class CappedHandler extends DomHandler {
  private elements = 0;

  override onopentag(name: string, attributes: { [name: string]: string }): void {
    this.elements += 1;
    if (this.elements > MOST_ELEMENTS) throw new StageFailure('poll/too-large', `more than ${MOST_ELEMENTS} elements`);
    if (this.tagStack.length > DEEPEST) {
      throw new StageFailure('poll/unreadable', `elements stand more than ${DEEPEST} deep in one another`);
    }
    super.onopentag(name, attributes);
  }
}

/** An HTML page as a tree. Throws `poll/too-large` or `poll/unreadable` beyond the caps. */
export function pageTree(html: string): Document {
  const handler = new CappedHandler();
  const parser = new Parser(handler);
  parser.write(html);
  parser.end();
  return handler.root;
}

/** `root` and every element below it in document order, but for `without` and what is below that. */
export function* elementsOf(root: AnyNode, without: AnyNode | null = null): Generator<Element> {
  const waiting: AnyNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === without) continue;
    if (isTag(node)) yield node;
    if ('children' in node) for (let at = node.children.length - 1; at >= 0; at--) push(waiting, node.children[at]);
  }
}

const UNREAD = new Set(['script', 'style', 'template', 'noscript']);

/** The text of an element in one line, at most `longest` characters of it, but for the elements to leave out. */
export function textOf(root: AnyNode, leaveOut: (element: Element) => boolean = () => false, longest = 300): string {
  const parts: string[] = [];
  let length = 0;
  const waiting: AnyNode[] = [root];
  for (let node = waiting.pop(); node !== undefined && length < longest * 4; node = waiting.pop()) {
    if (isText(node)) {
      parts.push(node.data.slice(0, longest * 4));
      length += node.data.trim().length;
    } else if (isTag(node)) {
      if (UNREAD.has(node.name) || (node !== root && leaveOut(node))) continue;
      // Words of two blocks must not run into one another.
      if (!INLINE.has(node.name)) parts.push(' ');
    }
    if ('children' in node) for (let at = node.children.length - 1; at >= 0; at--) push(waiting, node.children[at]);
  }
  return parts.join('').replace(/\s+/g, ' ').trim().slice(0, longest);
}

const INLINE = new Set(['a', 'b', 'em', 'font', 'i', 'mark', 'span', 'strong', 'sub', 'sup', 'u', 'wbr']);

function push(waiting: AnyNode[], node: AnyNode | undefined): void {
  if (node !== undefined) waiting.push(node);
}
