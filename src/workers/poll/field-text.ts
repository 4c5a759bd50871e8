import { escapeAttribute, escapeText } from './entities.js';
import { resolveAddress, type Scope } from './scope.js';
import { FIELD_ATTRIBUTES } from './vocabulary.js';

const VOID_ELEMENTS = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Longer values are dropped: the XML parser behind this refuses them, and no address is as long. */
const LONGEST_ATTRIBUTE = 32_768;
/** Parts of an attribute that hold an address, to be made absolute while xml:base is known. */
const ADDRESSES = new Set(['href', 'src', 'cite', 'poster', 'action']);

interface Segment {
  text: string;
  kind: 'text' | 'cdata' | 'markup';
}

/** One field as it is being read: its attributes and its text with whatever markup stands in it, in order. */
export class FieldText {
  private readonly segments: Segment[] = [];
  /** Elements of the markup that stand open; null while there is none. */
  private openMarkups: string[] | null = null;
  private parts: Map<string, string> | null = null;

  constructor(
    private readonly name: string,
    private readonly attributes: ReadonlyMap<string, string>,
    private readonly scope: Scope,
  ) {}

  addText(text: string, isCdata: boolean): void {
    this.segments.push({ text, kind: isCdata ? 'cdata' : 'text' });
  }

  /** What a child element of a person says: its name or e-mail address. */
  addPart(name: string, text: string): void {
    this.parts ??= new Map();
    if (!this.parts.has(name)) this.parts.set(name, text);
  }

  /** Writes a start tag; false when the element is already complete, being empty by nature or as written. */
  openMarkup(
    tag: string,
    name: string,
    attributes: ReadonlyMap<string, string>,
    isEmpty: boolean,
    scope: Scope,
  ): boolean {
    this.openMarkups ??= [];
    const local = tag.slice(tag.indexOf(':') + 1);
    const isHtml = name === local || name.startsWith('xhtml:');
    const element = isHtml ? local : tag;
    // Atom 1.0 (RFC 4287, 3.1.1.3): the outer div of type="xhtml" is not part of the content.
    const isOuterDiv = element === 'div' && this.openMarkups.length === 0 && this.attributes.get('type') === 'xhtml';
    const isVoid = VOID_ELEMENTS.has(element);
    if (!isOuterDiv) {
      const tagEnd = isVoid ? ' />' : isEmpty ? `></${element}>` : '>';
      this.segments.push({ text: `<${element}${markupAttributes(attributes, scope)}${tagEnd}`, kind: 'markup' });
    }
    if (isVoid || isEmpty) return false;
    this.openMarkups.push(isOuterDiv ? '' : element);
    return true;
  }

  closeMarkup(): void {
    const element = this.openMarkups?.pop();
    if (element) this.segments.push({ text: `</${element}>`, kind: 'markup' });
  }

  /** The text without its markup. */
  plain(): string {
    return this.segments.map((segment) => (segment.kind === 'markup' ? '' : segment.text)).join('');
  }

  /** The field as an element of the repaired document; nothing when it says nothing. */
  toXml(): string {
    const text = this.markup().trim();
    if (text === '' && this.attributes.size === 0 && this.parts === null) return '';
    let xml = `<f n="${this.name}"`;
    if (this.openMarkups !== null) xml += ' markup="yes"';
    if (this.scope.base !== null && !this.scope.hasDocumentBase) xml += attribute('base', this.scope.base);
    for (const [name, value] of this.attributes) if (FIELD_ATTRIBUTES.has(name)) xml += attribute(name, value);
    for (const [name, value] of this.parts ?? []) xml += attribute(`person-${name}`, value);
    return text === '' ? `${xml}/>` : `${xml}>${xmlText(text)}</f>`;
  }

  /** Beside markup, what was text before the tokenizer must be text for whoever reads the markup. */
  private markup(): string {
    let whole = '';
    const isXhtml = this.openMarkups !== null && this.attributes.get('type') === 'xhtml';
    for (const { text, kind } of this.segments) {
      const isText = this.openMarkups !== null && (kind === 'text' || (kind === 'cdata' && isXhtml));
      whole += isText ? escapeText(text) : text;
    }
    return whole;
  }
}

function markupAttributes(attributes: ReadonlyMap<string, string>, scope: Scope): string {
  let written = '';
  for (const [name, value] of attributes) {
    if (name.startsWith('xml') || !/^[\p{L}_][\p{L}\p{N}_:.-]*$/u.test(name)) continue;
    written += ` ${name}="${escapeAttribute(ADDRESSES.has(name) ? resolveAddress(value, scope.base) : value)}"`;
  }
  return written;
}

function attribute(name: string, value: string): string {
  return value.length > LONGEST_ATTRIBUTE ? '' : ` ${name}="${escapeAttribute(value)}"`;
}

/** CDATA is what the XML parser reads fastest; `]]>` is the one thing that it cannot hold. */
function xmlText(text: string): string {
  return /[<&]/.test(text)
    ? `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
    : text.replaceAll(']]>', ']]&gt;');
}
