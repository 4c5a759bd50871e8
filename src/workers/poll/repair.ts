import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { StageFailure } from '../../shared/failures.js';
import { escapeStrayBrackets } from './brackets.js';
import { decodeReferences, withoutC1 } from './entities.js';
import { FeedTree } from './tree.js';

/** What the repair pass makes of a publisher's text. */
export interface RepairedFeed {
  /** Well-formed XML in one shape for all formats: `rss > channel > (head | item) > field`. */
  xml: string;
  /** As in FeedHead. */
  format: string;
  language: string | undefined;
  entries: number;
  problems: string[];
}

export interface RepairLimits {
  /** Elements inside one another. */
  depth: number;
  /** Start and end tags in the document; as many brackets may be text. */
  tags: number;
  entries: number;
  /** In the head or in one entry; what comes after is left out. */
  fields: number;
}

export const REPAIR_LIMITS: RepairLimits = { depth: 500, tags: 1_000_000, entries: 20_000, fields: 1000 };

/** All but tab, line ends and printable characters: C0 and C1 controls, DEL, and two code points that are none. */
const UNPRINTABLE = /[^\t\n\r -~\xA0-\uFFFD]/;
const CONTROLS = /[^\t\n\r -~\x80-\uFFFD]/g;
const ATTRIBUTES_READ = 64;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * Reads any text as tags, however broken, and writes its feed anew as well-formed XML; `base` is where it came from.
 * Throws `poll/not-a-feed` when no feed begins in it, `poll/unreadable` or `poll/too-large` beyond the limits.
 */
export function repairFeed(source: string, base: string | null, limits: RepairLimits = REPAIR_LIMITS): RepairedFeed {
  const problems: string[] = [];
  const printable = UNPRINTABLE.test(source) ? withoutC1(source.replace(CONTROLS, '')) : source;
  if (printable.length !== source.length) problems.push('control characters were dropped');
  const { text, strays } = escapeStrayBrackets(printable, limits.tags);
  if (strays > 0) problems.push(`${strays} stray "<" were read as text`);

  const tree = new FeedTree(base, limits);
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, tokenSink(text, tree, limits));
  tokenizer.write(text);
  tokenizer.end();
  const feed = tree.finish();
  return { ...feed, problems: [...problems, ...feed.problems] };
}

/** The tokenizer speaks in offsets; the tree is told names, attributes and text. */
function tokenSink(text: string, tree: FeedTree, limits: RepairLimits): TokenizerCallbacks {
  let tag = '';
  let attributes: Map<string, string> | null = null;
  let attribute = '';
  let value = '';
  let tags = 0;
  const count = (): void => {
    tags += 1;
    if (tags > limits.tags) throw new StageFailure('poll/too-large', `more than ${limits.tags} tags`);
  };
  const noop = (): void => {};
  return {
    onopentagname(start, end) {
      count();
      tag = text.slice(start, end);
      attributes = null;
    },
    onattribname(start, end) {
      attribute = text.slice(start, end).toLowerCase();
      value = '';
    },
    onattribdata(start, end) {
      value += text.slice(start, end);
    },
    onattribend() {
      attributes ??= new Map();
      if (attributes.size < ATTRIBUTES_READ && !attributes.has(attribute)) {
        attributes.set(attribute, decodeReferences(value));
      }
    },
    onopentagend() {
      tree.open(tag, attributes ?? NO_ATTRIBUTES, false);
    },
    onselfclosingtag() {
      tree.open(tag, attributes ?? NO_ATTRIBUTES, true);
    },
    onclosetag(start, end) {
      count();
      tree.close(text.slice(start, end).trim());
    },
    ontext(start, end) {
      if (tree.wantsText) tree.text(decodeReferences(text.slice(start, end)), false);
    },
    oncdata(start, end, endOffset) {
      if (tree.wantsText) tree.text(text.slice(start, end - endOffset).replace(/^\[?CDATA\[/, ''), true);
    },
    onattribentity: noop,
    ontextentity: noop,
    oncomment: noop,
    ondeclaration: noop,
    onend: noop,
    onprocessinginstruction: noop,
  };
}
