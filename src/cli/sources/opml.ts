import { Parser } from 'htmlparser2';
import type { Source } from '../../shared/model/source.js';
import { UsageError } from '../context.js';

/** An outline that names a feed: its own attributes by name in lower case, and the folders that it stands in. */
export interface Outline {
  /** Line of the file, from 1. */
  line: number;
  attributes: ReadonlyMap<string, string>;
  folders: string[];
}

const MOST_OUTLINES = 100_000;
const MOST_FEEDS = 10_000;
const LONGEST_VALUE = 4_000;
const FOLDERS_KEPT = 5;
/** The namespace of what OPML has no attribute for. */
const NAMESPACE = 'urn:communique:source';
/** Attributes of that namespace come out with this in front, whatever prefix the file uses. */
export const OWN = 'communique:';

/**
 * The feeds of an OPML file, in its order. Raw ampersands and outlines left open are put up with; what is not OPML, or
 * ends in the middle, is refused whole, since nobody would see what is missing. Throws `UsageError`.
 */
export function readOpml(text: string): Outline[] {
  const reader = new OpmlReader(text);
  const parser = new Parser(reader, { xmlMode: true, lowerCaseAttributeNames: true, lowerCaseTags: true });
  reader.parser = parser;
  parser.write(text);
  parser.end();
  if (reader.root !== 'opml') {
    throw new UsageError(
      reader.root === '' ? 'it holds no element' : `its first element is <${reader.root.slice(0, 60)}>`,
    );
  }
  if (!reader.ended) throw new UsageError('it ends before its </opml>, so a part of it is missing');
  if (reader.feeds.length === 0) throw new UsageError('it names no feed: no outline has an xmlUrl');
  return reader.feeds;
}

class OpmlReader {
  root = '';
  ended = false;
  readonly feeds: Outline[] = [];
  parser: Parser | undefined;
  private readonly folders: string[] = [];
  private prefix = OWN.slice(0, -1);
  private outlines = 0;
  private line = 1;
  private counted = 0;

  constructor(private readonly text: string) {}

  onopentag(name: string, written: { [name: string]: string }): void {
    if (this.root === '') {
      this.root = name;
      for (const [attribute, value] of Object.entries(written)) {
        if (attribute.startsWith('xmlns:') && value === NAMESPACE) this.prefix = attribute.slice(6);
      }
    }
    if (name !== 'outline') return;
    this.outlines += 1;
    if (this.outlines > MOST_OUTLINES) throw new UsageError(`it has more than ${MOST_OUTLINES} outlines`);
    const attributes = this.attributesOf(written);
    const names = attributes.has('xmlurl') || (attributes.has(`${OWN}kind`) && attributes.has('url'));
    if (names) {
      if (this.feeds.length >= MOST_FEEDS) throw new UsageError(`it names more than ${MOST_FEEDS} feeds`);
      this.feeds.push({
        line: this.lineHere(),
        attributes,
        folders: this.folders.filter(Boolean).slice(-FOLDERS_KEPT),
      });
    }
    this.folders.push(names ? '' : (attributes.get('title') ?? attributes.get('text') ?? ''));
  }

  onclosetag(name: string, implied: boolean): void {
    if (name === 'outline') this.folders.pop();
    if (name === 'opml' && !implied) this.ended = true;
  }

  private attributesOf(written: { [name: string]: string }): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    for (const [name, value] of Object.entries(written)) {
      const own = name.startsWith(`${this.prefix}:`) ? OWN + name.slice(this.prefix.length + 1) : name;
      const text = value.trim().slice(0, LONGEST_VALUE);
      if (text !== '') attributes.set(own, text);
    }
    return attributes;
  }

  private lineHere(): number {
    const at = this.parser?.startIndex ?? 0;
    for (; this.counted < at; this.counted++) if (this.text.charCodeAt(this.counted) === 10) this.line++;
    return this.line;
  }
}

/** What our own attributes say of a source, as text; names in lower case. */
export const OWN_ATTRIBUTES = [
  'id',
  'kind',
  'country',
  'selector',
  'pattern',
  'identity',
  'conditional',
  'intervalSeconds',
  'enabled',
] as const;

/** Sources as OPML 2.0; what only we know stands in attributes of our own namespace (OPML 2.0, "Extending OPML"). */
export function writeOpml(sources: readonly Source[], madeAt: Date): string {
  const outlines = sources.map((source) => `    <outline${attributesOf(source).map(written).join('')}/>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<opml version="2.0" xmlns:${OWN.slice(0, -1)}="${NAMESPACE}">`,
    '  <head>',
    '    <title>Sources of Communiqué</title>',
    `    <dateCreated>${madeAt.toUTCString()}</dateCreated>`,
    '  </head>',
    '  <body>',
    ...outlines,
    '  </body>',
    '</opml>',
    '',
  ].join('\n');
}

/** Other readers subscribe to every xmlUrl, so only a feed gets one; the rest are links to them. */
function attributesOf(source: Source): [name: string, value: string][] {
  const { id, url, outlet, country, language, enabled, kind, links, identity, conditional, intervalSeconds } = source;
  const own: Record<(typeof OWN_ATTRIBUTES)[number], string | null | undefined> = {
    id,
    kind,
    country,
    selector: links?.selector,
    pattern: links?.pattern,
    identity,
    conditional: conditional ? null : 'false',
    intervalSeconds: intervalSeconds === null ? null : String(intervalSeconds),
    enabled: enabled ? null : 'false',
  };
  return [
    ['text', outlet],
    ['title', outlet],
    ['type', kind === 'feed' ? 'rss' : 'link'],
    [kind === 'feed' ? 'xmlUrl' : 'url', url],
    ['language', language],
    ...OWN_ATTRIBUTES.flatMap((name): [string, string][] => {
      const value = own[name];
      return value ? [[OWN + name, value]] : [];
    }),
  ];
}

const written = ([name, value]: [string, string]): string => ` ${name}="${escaped(value)}"`;

/** Line ends and tabs in an attribute would come back as spaces; other control characters XML cannot hold. */
const escaped = (value: string): string =>
  value.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
