import { StageFailure } from '../../shared/failures.js';
import { FieldText } from './field-text.js';
import type { RepairLimits } from './repair.js';
import { childScope, documentScope, type Scope } from './scope.js';
import {
  ENTRIES,
  FIELD_BREAKERS,
  FIELDS_OF_ENTRY,
  FIELDS_OF_FEED,
  PERSON_PARTS,
  PERSONS,
  ROOTS,
  WRAPPERS,
} from './vocabulary.js';

/** What an open element is for. `part` is a child of a person, `skip` and all within it is left out. */
type Role = 'root' | 'channel' | 'entry' | 'wrapper' | 'field' | 'person' | 'part' | 'markup' | 'skip';

interface Frame {
  /** As written, in lower case: end tags are matched by it. */
  tag: string;
  /** With the short name of its namespace. */
  name: string;
  role: Role;
  scope: Scope;
}

type Attributes = ReadonlyMap<string, string>;

const FEED_TYPE = /(?:rss|atom|rdf|feed)\+(?:xml|json)/i;
const FOUND_FEEDS_TOLD = 20;
const ATTRIBUTES_AS_FIELDS: ReadonlyMap<string, string> = new Map([
  ['about', 'rdf:about'],
  ['href', 'link'],
  ['lastmod', 'lastmod'],
]);

/** Sorts the tags of a document into the feed's head, entries and fields, closing what was left open. */
export class FeedTree {
  private readonly stack: Frame[] = [];
  /** How often each tag stands open, so that an end tag without a start costs nothing. */
  private readonly openTags = new Map<string, number>();
  private readonly head: string[] = [];
  private readonly entries: string[] = [];
  private entry: string[] | null = null;
  private field: FieldText | null = null;
  private part: FieldText | null = null;
  private readonly problems: string[] = [];
  private readonly foundFeeds: string[] = [];
  private sawHtml = false;
  private firstTag = '';
  private format: string | null = null;
  private language: string | undefined;
  private implied = 0;

  constructor(
    private readonly base: string | null,
    private readonly limits: RepairLimits,
  ) {}

  /** True when text at this point belongs to a field. */
  get wantsText(): boolean {
    return this.field !== null && this.stack.at(-1)?.role !== 'skip';
  }

  text(value: string, isCdata: boolean): void {
    (this.part ?? this.field)?.addText(value, isCdata);
  }

  open(written: string, attributes: Attributes, isEmpty: boolean): void {
    const tag = written.toLowerCase();
    const top = this.stack.at(-1);
    if (top === undefined) {
      this.openOutside(written, tag, attributes, isEmpty);
      return;
    }
    const scope = childScope(top.scope, attributes);
    const name = scope.nameOf(tag);
    this.closeUnclosed(name);
    const parent = this.stack.at(-1) ?? top;
    const role = this.roleOf(name, parent);
    this.begin({ tag, name, role, scope }, attributes, isEmpty);
  }

  close(written: string): void {
    const tag = written.toLowerCase();
    if (!this.openTags.get(tag)) return;
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (frame.tag !== tag && frame.role !== 'markup') this.implied += 1;
      this.pop(frame);
      if (frame.tag === tag) return;
    }
  }

  /** Ends the document; throws when no feed was in it. */
  finish(): { xml: string; format: string; language: string | undefined; entries: number; problems: string[] } {
    if (this.stack.some((frame) => frame.role !== 'root' && frame.role !== 'channel')) {
      this.problems.push('the document ends in the middle of an entry or a field');
      this.entry?.push(problemField('the document ends in the middle of the entry'));
      this.field = null;
      this.part = null;
    } else if (this.stack.length > 0) this.problems.push('the document ends before the feed does');
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) this.pop(frame);
    if (this.implied > 0) this.problems.push(`${this.implied} elements were left open and closed where the next began`);
    if (this.format === null || (this.sawHtml && this.entries.length === 0 && this.head.length === 0)) {
      throw new StageFailure('poll/not-a-feed', this.whatItIs());
    }
    const xml = `<feed><head>${this.head.join('')}</head>${this.entries.join('')}</feed>`;
    const { format, language, problems } = this;
    return { xml, format, language, entries: this.entries.length, problems };
  }

  private whatItIs(): string {
    if (this.foundFeeds.length > 0) return `it is an HTML page that names these feeds: ${this.foundFeeds.join(' ')}`;
    if (this.sawHtml) return 'it is an HTML page that names no feed';
    return this.firstTag === '' ? 'no element was found in it' : `its first element is <${this.firstTag.slice(0, 60)}>`;
  }

  /** Before the feed begins there may be anything: warnings, scripts, a whole page. */
  private openOutside(written: string, tag: string, attributes: Attributes, isEmpty: boolean): void {
    this.firstTag ||= tag;
    const scope = documentScope(tag, attributes, this.base);
    const name = tag.slice(tag.indexOf(':') + 1);
    if (this.format === null && ROOTS.has(name)) {
      this.format = formatOf(written, name, attributes, scope);
      this.language = scope.language;
      const role = name === 'channel' ? 'channel' : 'root';
      this.begin({ tag, name, role, scope }, attributes, isEmpty);
    } else if (this.format !== null && ENTRIES.has(scope.nameOf(tag))) {
      // Entries behind the root's end tag, as some generators append them.
      this.begin({ tag, name, role: 'entry', scope }, attributes, isEmpty);
    } else if (this.format === null) this.noteHtml(tag, attributes);
  }

  private noteHtml(tag: string, attributes: Attributes): void {
    if (tag === 'html' || ((tag === 'body' || tag === 'head') && tag === this.firstTag)) this.sawHtml = true;
    const href = attributes.get('href');
    if (tag !== 'link' || !href || this.foundFeeds.length >= FOUND_FEEDS_TOLD) return;
    if (/\balternate\b/i.test(attributes.get('rel') ?? '') && FEED_TYPE.test(attributes.get('type') ?? '')) {
      this.foundFeeds.push(
        URL.canParse(href, this.base ?? undefined) ? new URL(href, this.base ?? undefined).href : href,
      );
    }
  }

  private roleOf(name: string, parent: Frame): Role {
    switch (parent.role) {
      case 'skip':
        return ENTRIES.has(name) && !parent.name.includes(':') ? 'entry' : 'skip';
      case 'field':
      case 'markup':
        return name === 'itunes:category' && parent.name === name ? 'field' : 'markup';
      case 'person':
        return PERSON_PARTS.has(name) ? 'part' : 'skip';
      case 'part':
        return 'markup';
      case 'root':
      case 'channel':
        if (ENTRIES.has(name)) return 'entry';
        if (name === 'channel') return 'channel';
    }
    if (WRAPPERS.has(name)) return 'wrapper';
    if (PERSONS.has(name)) return 'person';
    return (this.entry === null ? FIELDS_OF_FEED : FIELDS_OF_ENTRY).has(name) ? 'field' : 'skip';
  }

  private begin(frame: Frame, attributes: Attributes, isEmpty: boolean): void {
    if (frame.role === 'markup') {
      const opened = (this.part ?? this.field)?.openMarkup(frame.tag, frame.name, attributes, isEmpty, frame.scope);
      if (opened !== true) return;
    }
    if (this.stack.length >= this.limits.depth) {
      throw new StageFailure('poll/unreadable', `elements stand more than ${this.limits.depth} deep in one another`);
    }
    this.stack.push(frame);
    this.openTags.set(frame.tag, (this.openTags.get(frame.tag) ?? 0) + 1);
    if (frame.role === 'field' || frame.role === 'person') {
      if (this.field !== null) this.emit(this.field);
      this.field = new FieldText(frame.name, attributes, frame.scope);
    } else if (frame.role === 'part') this.part = new FieldText(frame.name, attributes, frame.scope);
    else if (frame.role === 'entry') this.beginEntry(attributes, frame.scope);
    else if (frame.role === 'channel') this.noteAttributes(attributes, frame.scope);
    if (isEmpty) this.pop(frame);
  }

  private beginEntry(attributes: Attributes, scope: Scope): void {
    if (this.entries.length >= this.limits.entries) {
      throw new StageFailure('poll/too-large', `more than ${this.limits.entries} entries`);
    }
    this.entry = [];
    this.noteAttributes(attributes, scope);
  }

  /** CDF says in attributes of ITEM and CHANNEL what others say in children; RSS 1.0 has its rdf:about. */
  private noteAttributes(attributes: Attributes, scope: Scope): void {
    for (const [attribute, value] of attributes) {
      const name = ATTRIBUTES_AS_FIELDS.get(attribute.slice(attribute.indexOf(':') + 1));
      if (name === undefined || attribute.includes(':') !== name.includes(':')) continue;
      const field = new FieldText(name, new Map(), scope);
      field.addText(value, false);
      this.emit(field);
    }
  }

  private pop(frame: Frame): void {
    this.stack.pop();
    this.openTags.set(frame.tag, (this.openTags.get(frame.tag) ?? 1) - 1);
    if (frame.role === 'markup') (this.part ?? this.field)?.closeMarkup();
    else if (frame.role === 'part') {
      if (this.part !== null) this.field?.addPart(frame.name.slice(frame.name.indexOf(':') + 1), this.part.plain());
      this.part = null;
    } else if (frame.role === 'field' || frame.role === 'person') {
      if (this.field !== null) this.emit(this.field);
      this.field = null;
    } else if (frame.role === 'entry' && this.entry !== null) {
      const fields = this.entry.join('');
      // rss-parser makes a string of an element without anything, and stumbles over it.
      this.entries.push(fields === '' ? '<entry n=""/>' : `<entry>${fields}</entry>`);
      this.entry = null;
    }
  }

  private emit(field: FieldText): void {
    const fields = this.entry ?? this.head;
    if (fields.length < this.limits.fields) fields.push(field.toXml());
    else if (fields.length === this.limits.fields) fields.push(problemField(`only ${fields.length} fields were read`));
  }

  /** A new entry ends the one before it; a new field ends a text in which it cannot stand. */
  private closeUnclosed(name: string): void {
    if (!FIELD_BREAKERS.has(name)) return;
    const isEntry = ENTRIES.has(name);
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      const { role } = frame;
      const isText = role === 'field' || role === 'part' || role === 'person' || role === 'markup';
      if (role === 'root' || role === 'channel' || (!isEntry && !isText)) return;
      if (role === 'skip' && frame.name.includes(':')) return;
      if (role !== 'markup') this.implied += 1;
      this.pop(frame);
    }
  }
}

function problemField(words: string): string {
  const field = new FieldText('problem', new Map(), documentScope('', new Map(), null));
  field.addText(words, false);
  return field.toXml();
}

function formatOf(written: string, name: string, attributes: Attributes, scope: Scope): string {
  const version = attributes.get('version')?.trim() ?? '';
  if (name === 'rss') return /^\d(?:\.\d{1,3}){0,3}$/.test(version) ? `rss${version === '2' ? '2.0' : version}` : 'rss';
  if (name === 'rdf') return /0\.9\/?$/.test(scope.feedUri) ? 'rss0.90' : 'rss1.0';
  if (name === 'channel') return written === 'CHANNEL' ? 'cdf' : 'rss';
  if (/2005\/atom/i.test(scope.feedUri) || version === '1.0') return 'atom1.0';
  return 'atom0.3';
}
