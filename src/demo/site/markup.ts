/** HTML that is safe to insert as it is. Everything else that goes into `html` is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Slot = Markup | string | number | null | undefined | readonly Slot[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it must stand in HTML or XML, in an element or between double quotes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}

function render(slot: Slot): string {
  if (slot === null || slot === undefined) return '';
  if (slot instanceof Markup) return slot.text;
  if (typeof slot === 'string' || typeof slot === 'number') return escapeText(String(slot));
  return slot.map(render).join('');
}

/** Tagged template: strings in the slots are escaped, `Markup` is not, arrays are joined, null and undefined are empty. */
export function html(strings: TemplateStringsArray, ...slots: Slot[]): Markup {
  return new Markup(strings.reduce((text, part, at) => text + render(slots[at - 1]) + part));
}

/** A JSON-LD script element; `<` is escaped so that no value can end the script. */
export function jsonLd(value: object): Markup {
  const json = JSON.stringify(value, null, 1).replaceAll('<', '\\u003c');
  return new Markup(`<script type="application/ld+json">${json}</script>`);
}

/** The page as a careless editor leaves it: paragraphs, items and the page's end unclosed, a stray end tag. */
export function unclosed(page: string): string {
  return page
    .replace(/<\/(?:p|li|td|tr|figcaption|body|html)>/g, '')
    .replace('</h1>', '</h1></b></font>')
    .replace(/ class="([a-z-]+)"/g, ' class=$1');
}
