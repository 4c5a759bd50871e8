import { html, type Markup } from './markup.js';

/** One block of an article's body. Cells of a table are split, lists are lists of their items. */
export type BodyBlock =
  | { kind: 'paragraph' | 'heading' | 'quote'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; rows: string[][] };

const prefixed = (lines: string[], prefix: string): boolean => lines.every((line) => line.startsWith(prefix));

function blockOf(lines: string[]): BodyBlock {
  if (prefixed(lines, '- ')) return { kind: 'list', items: lines.map((line) => line.slice(2)) };
  if (prefixed(lines, '|')) {
    const rows = lines.map((line) => line.split('|').slice(1, -1));
    return { kind: 'table', rows: rows.map((cells) => cells.map((cell) => cell.trim())) };
  }
  if (prefixed(lines, '## ')) return { kind: 'heading', text: lines.map((line) => line.slice(3)).join(' ') };
  if (prefixed(lines, '> ')) return { kind: 'quote', text: lines.map((line) => line.slice(2)).join(' ') };
  return { kind: 'paragraph', text: lines.join(' ') };
}

/** The body of an article file: blocks set apart by blank lines; `## `, `> `, `- ` and `|` as in Markdown. */
export function parseBody(source: string): BodyBlock[] {
  const chunks = source.split(/\n[ \t]*\n/).map((chunk) => chunk.split('\n').map((line) => line.trim()));
  return chunks
    .map((lines) => lines.filter((line) => line !== ''))
    .flatMap((lines) => (lines.length ? blockOf(lines) : []));
}

const LINK = /\[([^[\]]+)\]\(([^()\s]+)\)/g;

/** A line with its `[text](address)` links as anchors. */
export function inline(text: string): Markup {
  const parts: Markup[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(html`${text.slice(from, match.index)}<a href="${match[2]}">${match[1]}</a>`);
    from = match.index + match[0].length;
  }
  return html`${parts}${text.slice(from)}`;
}

/** A line without its link addresses, as a reader sees it. */
export const plain = (text: string): string => text.replace(LINK, '$1');

/** The text of each block as a reader sees it, items and cells one by one. */
export function texts(block: BodyBlock): string[] {
  if (block.kind === 'list') return block.items.map(plain);
  if (block.kind === 'table') return block.rows.flat().map(plain);
  return [plain(block.text)];
}

/** The common HTML of a block; templates wrap it or set their own. */
export function blockMarkup(block: BodyBlock): Markup {
  switch (block.kind) {
    case 'heading':
      return html`<h2>${inline(block.text)}</h2>\n`;
    case 'quote':
      return html`<blockquote><p>${inline(block.text)}</p></blockquote>\n`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${inline(item)}</li>`)}</ul>\n`;
    case 'table':
      return html`<table>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</table>\n`;
    case 'paragraph':
      return html`<p>${inline(block.text)}</p>\n`;
  }
}
