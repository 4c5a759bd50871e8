import { selectAll } from 'css-select';
import { type AnyNode, type Document, type Element, isTag } from 'domhandler';
import { canonicalUrl } from '../../shared/canonical-url.js';
import { decodeBytes } from '../../shared/encoding.js';
import { StageFailure } from '../../shared/failures.js';
import type { Feed, FeedItem } from '../../shared/model/feed.js';
import type { LinkChoice } from '../../shared/model/source.js';
import { type FeedDate, readDate } from './dates.js';
import { elementsOf, pageTree, textOf } from './page-tree.js';

/** A page that lists more is an archive; those named first are the newest. */
const MOST_ENTRIES = 1_000;
/** Links to one address that are looked at: the headline, the picture, "Read more". */
const MOST_ANCHORS = 5;
/** Shorter texts are seldom headlines, so a heading nearby is asked for. */
const SHORT_TITLE = 12;

export interface ListingOptions {
  links: LinkChoice | null;
  /** Epoch ms; only marks dates that lie ahead. */
  now: number;
}

/** The links to one article. */
interface Target {
  url: string;
  anchors: Element[];
}

/**
 * Reads a page that lists articles as a feed: of the links inside the selector those whose address the pattern finds
 * something in, each address once, with the headline and the date that stand with it. Throws `poll/no-links`.
 */
export function readListing(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  url: string | null,
  { links, now }: ListingOptions,
): Feed {
  const { text } = decodeBytes(bytes, { contentType: headers['content-type'], kind: 'html' });
  const tree = pageTree(text);
  const page = describe(tree, url);
  const { targets, beyond } = targetsOf(tree, links, page);
  if (targets.size === 0) throw new StageFailure('poll/no-links', whyNone(links, page));
  const problems = beyond > 0 ? [`${beyond} links beyond ${MOST_ENTRIES} were left out`] : [];
  const owners = ownersOf(tree, targets);
  const common = commonTexts(targets);
  const items = [...targets].map(([key, target]) => itemOf(target, { key, owners, common, now }));
  const { title, language } = page;
  return {
    feed: { format: 'page', hubs: [], ...(title ? { title } : {}), ...(language ? { language } : {}) },
    items,
    problems,
  };
}

interface PageFacts {
  base: string | null;
  key: string | null;
  title: string | undefined;
  language: string | undefined;
  anchors: Element[];
  asksPassword: boolean;
}

function describe(tree: Document, url: string | null): PageFacts {
  const facts: PageFacts = {
    base: url,
    key: url === null ? null : canonicalUrl(url),
    title: undefined,
    language: undefined,
    anchors: [],
    asksPassword: false,
  };
  let siteName: string | undefined;
  let hasBase = false;
  for (const element of elementsOf(tree)) {
    const { name, attribs } = element;
    if (name === 'base' && attribs.href && !hasBase && URL.canParse(attribs.href, url ?? undefined)) {
      facts.base = new URL(attribs.href, url ?? undefined).href;
      hasBase = true;
    } else if (name === 'html') facts.language = attribs.lang?.trim() || undefined;
    else if (name === 'title') facts.title ??= textOf(element) || undefined;
    else if (name === 'meta' && attribs.property === 'og:site_name') siteName ??= attribs.content?.trim();
    else if ((name === 'a' || name === 'area') && attribs.href) facts.anchors.push(element);
    else if (name === 'input' && attribs.type?.toLowerCase() === 'password') facts.asksPassword = true;
  }
  facts.title = siteName || facts.title;
  return facts;
}

/** The links that were asked for, by canonical address, in the order of the page; how many more there were. */
function targetsOf(
  tree: Document,
  links: LinkChoice | null,
  { anchors, base, key }: PageFacts,
): { targets: Map<string, Target>; beyond: number } {
  const inside = links?.selector ? anchorsInside(tree, links.selector) : null;
  const pattern = links?.pattern ? new RegExp(links.pattern, 'u') : null;
  const targets = new Map<string, Target>();
  const beyond = new Set<string>();
  if (inside === null && pattern === null) return { targets, beyond: 0 };
  for (const anchor of anchors) {
    if (inside !== null && !inside.has(anchor)) continue;
    const address = addressOf(anchor, base);
    if (address === null || (pattern !== null && !pattern.test(address))) continue;
    if (targets.size >= MOST_ENTRIES) {
      beyond.add(address);
      continue;
    }
    const known = canonicalUrl(address);
    if (known === key) continue;
    const target = targets.get(known);
    if (target && target.anchors.length < MOST_ANCHORS) target.anchors.push(anchor);
    else if (!target) targets.set(known, { url: address, anchors: [anchor] });
  }
  return { targets, beyond: beyond.size };
}

function anchorsInside(tree: Document, selector: string): Set<AnyNode> {
  const inside = new Set<AnyNode>(selectAll<AnyNode, Element>(selector, tree));
  // Parents come first, so what is inside a chosen element is known when its children are looked at.
  for (const element of elementsOf(tree)) if (element.parent && inside.has(element.parent)) inside.add(element);
  return inside;
}

function addressOf(anchor: Element, base: string | null): string | null {
  const href = anchor.attribs.href?.trim() ?? '';
  if (!URL.canParse(href, base ?? undefined)) return null;
  const address = new URL(href, base ?? undefined);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return null;
  address.hash = '';
  return address.href;
}

function whyNone(links: LinkChoice | null, { anchors, title, asksPassword }: PageFacts): string {
  if (!links?.selector && !links?.pattern) return 'the source names neither links.selector nor links.pattern';
  const asked = [links.selector && `selector "${links.selector}"`, links.pattern && `pattern "${links.pattern}"`];
  const told = `${asked.filter(Boolean).join(' and ')} match none of the ${anchors.length} links of the page`;
  return [`${told}${title ? ` "${title}"` : ''}`, asksPassword && 'it asks for a password'].filter(Boolean).join('; ');
}

/** For each element above a link the one address that all links in it lead to, or null where they lead to several. */
type Owners = ReadonlyMap<AnyNode, string | null>;

function ownersOf(tree: Document, targets: ReadonlyMap<string, Target>): Owners {
  const owners = new Map<AnyNode, string | null>();
  for (const [key, { anchors }] of targets) {
    for (const anchor of anchors) {
      for (let node: AnyNode | null = anchor; node !== null && node !== tree; node = node.parent) {
        const owner = owners.get(node);
        // All above was told the same when this was.
        if (owner === key || owner === null) break;
        owners.set(node, owner === undefined ? key : null);
      }
    }
  }
  return owners;
}

/** Texts that link to several addresses: "Read more", in whatever language. */
function commonTexts(targets: ReadonlyMap<string, Target>): ReadonlySet<string> {
  const first = new Map<string, string>();
  const common = new Set<string>();
  for (const [key, { anchors }] of targets) {
    for (const anchor of anchors) {
      const text = textOf(anchor, isAge);
      if ((first.get(text) ?? key) !== key) common.add(text);
      first.set(text, first.get(text) ?? key);
    }
  }
  return common;
}

interface Surroundings {
  key: string;
  owners: Owners;
  common: ReadonlySet<string>;
  now: number;
}

function itemOf({ url, anchors }: Target, around: Surroundings): FeedItem {
  const title = titleOf(anchors, around);
  const { published, problems } = dateOf(anchors, around);
  return {
    link: url,
    ...(title ? { title } : {}),
    published,
    updated: null,
    categories: [],
    enclosures: [],
    problems,
  };
}

const isHeading = ({ name }: Element): boolean => /^h[1-6]$/.test(name);

function titleOf(anchors: readonly Element[], around: Surroundings): string | undefined {
  for (const anchor of anchors) {
    const heading = firstIn(anchor, isHeading);
    const text = heading ? textOf(heading, isAge) : insideHeading(anchor) ? textOf(anchor, isAge) : '';
    if (text !== '') return text;
  }
  const texts = anchors
    // "2 hours ago" in a title would make it another one at each poll.
    .flatMap((anchor) => [textOf(anchor, isAge), anchor.attribs.title?.trim() ?? ''])
    .filter((text) => text !== '' && !around.common.has(text));
  const longest = texts.reduce((best, text) => (text.length > best.length ? text : best), '');
  if (longest.length >= SHORT_TITLE) return longest;
  const nearby = nearest(anchors, around, (element) => isHeading(element) && textOf(element) !== '');
  return nearby ? textOf(nearby) : longest || undefined;
}

function insideHeading(anchor: Element): boolean {
  for (let node: AnyNode | null = anchor.parent; node !== null; node = node.parent) {
    if (isTag(node) && isHeading(node)) return true;
  }
  return false;
}

const DATE_CLASS = /(?:^|[\s_-])(?:date|datetime|time|published|pubdate|posted)(?:$|[\s_-])/i;

const isDate = (element: Element): boolean =>
  element.name === 'time' ||
  element.attribs.itemprop === 'datePublished' ||
  DATE_CLASS.test(element.attribs.class ?? '');

/** Words of when, which belong to no title: a `time`, or a short text with a number in what is marked as a date. */
function isAge(element: Element): boolean {
  if (element.name === 'time') return true;
  const text = isDate(element) ? textOf(element) : '';
  return text.length <= 40 && /\d/.test(text);
}

function dateOf(anchors: readonly Element[], around: Surroundings): Pick<FeedItem, 'published' | 'problems'> {
  const element = nearest(anchors, around, (one) => isDate(one) && dateIn(one, around.now).iso !== null);
  if (!element) return { published: null, problems: [] };
  const { iso, flag } = dateIn(element, around.now);
  const words = flag === 'future' ? 'lies ahead' : 'is before 1990';
  return { published: iso, problems: flag === null ? [] : [`date: '${iso}' ${words}`] };
}

const dateIn = (element: Element, now: number): FeedDate =>
  readDate(element.attribs.datetime ?? element.attribs.content ?? textOf(element), now);

/** The first such element in the smallest surroundings that belong to this article alone. */
function nearest(
  anchors: readonly Element[],
  { key, owners }: Surroundings,
  fits: (element: Element) => boolean,
): Element | undefined {
  for (const anchor of anchors) {
    let below: AnyNode | null = null;
    for (let node: AnyNode | null = anchor; node !== null && owners.get(node) === key; node = node.parent) {
      const found = firstIn(node, fits, below);
      if (found) return found;
      below = node;
    }
  }
  return undefined;
}

function firstIn(
  root: AnyNode,
  fits: (element: Element) => boolean,
  without: AnyNode | null = null,
): Element | undefined {
  for (const element of elementsOf(root, without)) if (fits(element)) return element;
  return undefined;
}
