import { describe, expect, it } from 'vitest';
import { Scanner, type Sink } from '../../../src/workers/clean/scanner.js';

/** What the scanner tells of a markup, one line each. */
function told(html: string): string[] {
  const lines: string[] = [];
  const sink: Sink = {
    full: false,
    attributes: ['class', 'href'],
    text: (start, end) => lines.push(`text ${html.slice(start, end)}`),
    raw: (start, end) => lines.push(`raw ${html.slice(start, end)}`),
    attribute: (tag, name, start, end) => lines.push(`${tag} ${name}=${html.slice(start, end)}`),
    reads: () => false,
    open: (tag) => lines.push(`<${tag}>`),
    close: (tag) => lines.push(`</${tag}>`),
  };
  new Scanner(html, sink).run();
  return lines;
}

describe('scanner', () => {
  it.each([
    ['<P Class="a b">x</P>', ['p class=a b', '<p>', 'text x', '</p>']],
    ["<a href='u?v=1&w=2' class = c>x", ['a href=u?v=1&w=2', 'a class=c', '<a>', 'text x']],
    ['<a href=u/v>x', ['a href=u/v', '<a>', 'text x']],
    ['<p class>x', ['p class=', '<p>', 'text x']],
    ['<p class="a>b">x', ['p class=a>b', '<p>', 'text x']],
    ['<br/>x', ['<br>', 'text x']],
    ['1 < 2 <3 << x', ['text 1 < 2 <3 << x']],
    ['a<!-- <p> -->b<!-->c', ['text a', 'text b', 'text c']],
    ['a<!doctype html><?php x ?>b', ['text a', 'text b']],
    ['a</ >b</>c', ['text a', 'text b', 'text c']],
    ['<script>if (a</b/) "<p>"</SCRIPT >x', ['<script>', 'raw if (a</b/) "<p>"', '</script>', 'text x']],
    ['<title>a <b> c</title>d', ['<title>', 'raw a <b> c', '</title>', 'text d']],
    ['<title>a</titles>b', ['<title>', '</title>', 'text a', '</titles>', 'text b']],
    ['<script>x<p>y', ['<script>']],
    ['<iframe/>x', ['<iframe>', '</iframe>', 'text x']],
    // Never opened: the document ends within the tag.
    ['x<p class="never closed', ['text x', 'p class=never closed']],
    ['x<p', ['text x']],
  ])('%s', (html, lines) => {
    expect(told(html)).toEqual(lines);
  });

  it('stops when its taker is full', () => {
    const opened: string[] = [];
    const sink = {
      full: false,
      attributes: [],
      text: () => {},
      raw: () => {},
      attribute: () => {},
      reads: () => false,
      open(tag: string) {
        opened.push(tag);
        this.full = opened.length === 2;
      },
      close: () => {},
    };
    new Scanner('<a><b><i><u>', sink).run();
    expect(opened).toEqual(['a', 'b']);
  });
});
