import { getDomainWithoutSuffix } from 'tldts';
import { decodeEntities } from './entities.js';
import type { LinkedData } from './jsonld.js';
import type { Page, Segment } from './page.js';
import { fold, tidy } from './text.js';

const SEPARATOR = /\s+[|»«•·—–‹›~:♥*⋆]+\s+|\s+[-/]\s+|\s*\|\s*|\s+»\s*(?=\S)|\s+::\s+/g;

/** The article's title without the site's name; null where the page gives none. */
export function findTitle(page: Page, data: LinkedData, siteNames: readonly string[]): string | null {
  const headings = page.segments
    .filter((segment) => page.tags[segment.node] === 'h1' && segment.text.length < 300)
    .slice(0, 40)
    .filter((segment) => !isBanner(page, segment))
    .slice(0, 20)
    .map((segment) => decoded(segment.text));
  const og = meta(page, 'og:title') ?? meta(page, 'twitter:title');
  const named = [
    data.headline,
    og,
    meta(page, 'dc.title'),
    meta(page, 'parsely-title'),
    meta(page, 'sailthru.title'),
    page.documentTitle || null,
  ]
    .filter((text): text is string => text !== null && text !== '')
    .map((text) => decoded(text).slice(0, 400));
  const cleaned = named.map((text) => withoutSite(text, siteNames));
  // A heading that one of the page's own titles confirms is what the reader sees as the title.
  const heading = headings.find(
    (text) => (confirms(text, named) || (text.length > 8 && confirms(text, cleaned))) && !isSite(text, siteNames),
  );
  if (heading)
    return withoutKicker(ofHeading(heading, siteNames), cleaned, data.headline, og && withoutSite(og, siteNames));
  const parts = new Set(named.flatMap((text) => [text, ...text.split(SEPARATOR)]).map(fold));
  const others = page.segments
    .filter((segment) => /^h[2-3]$/.test(page.tags[segment.node] ?? '') && segment.text.length < 300)
    .slice(0, 60);
  const second = others.find(
    (segment) => segment.text.length > 8 && parts.has(fold(segment.text)) && !isSite(segment.text, siteNames),
  );
  if (second) return ofHeading(second.text, siteNames);
  const best = cleaned.find((text) => text !== '' && !isSite(text, siteNames));
  if (headings.length === 1 && headings[0] && !isSite(headings[0], siteNames) && (headings[0].length > 20 || !best))
    return headings[0];
  return best ?? headings[0] ?? cleaned[0] ?? null;
}

/** Some sites escape their titles twice. */
const decoded = (text: string): string => (/&#?\w+;/.test(text) ? tidy(decodeEntities(text, false)) : text);

/** Whether a heading is the site's own: in the part of the page that bears the logo, and the last part of the document's title. */
function isBanner(page: Page, { node, text, linkChars }: Segment): boolean {
  const parts = page.documentTitle.split(SEPARATOR);
  const last = parts[parts.length - 1];
  if (parts.length < 2 || !last || fold(last) !== fold(text)) return false;
  const parent = page.parents[node] ?? 0;
  const hints = [node, parent, page.parents[parent] ?? 0].map((at) => page.hints[at] ?? '').join(' ');
  return linkChars * 1.2 > text.length || BANNER.test(hints);
}

const BANNER = /logo|brand|site-?(?:title|name|head)|masthead|banner|blog-?(?:title|name)/;

/**
 * A heading may begin with a rubric or a date that the page's titles do not have; and the page's titles may both say
 * more than a heading that is cut short.
 */
function withoutKicker(heading: string, titles: readonly string[], headline: string | null, og: string | null): string {
  const folded = fold(heading);
  if (og && headline && fold(og) === fold(headline) && fold(og).startsWith(`${folded} `)) {
    const more = og.slice(heading.length);
    if (!/^\s*[|:–—»-]/.test(more)) return og;
  }
  if (titles.some((title) => fold(title) === folded)) return heading;
  const inner = titles.find((title) => title.length > 12 && / /.test(title) && folded.endsWith(` ${fold(title)}`));
  return inner && !/^(?:the|an?|\d{4})$/.test(folded.slice(0, -fold(inner).length).trim()) ? inner : heading;
}

/** Without the arrows and brackets that some sites put before a heading. */
const bare = (heading: string): string => heading.replace(/^(?:\[?[>→▶▸•|]+\s*)+/u, '').trim() || heading;

/** A heading is cut at a bar, or where the site's name stands: a dash may belong to it. */
function ofHeading(heading: string, siteNames: readonly string[]): string {
  const text = bare(heading);
  const cut = withoutSite(text, siteNames);
  const tail = text.slice(cut.length);
  return /^\s*\|/.test(tail) || siteNames.some((name) => fold(tail).startsWith(fold(name))) || !text.startsWith(cut)
    ? cut
    : text;
}

function confirms(heading: string, named: readonly string[]): boolean {
  const folded = fold(heading);
  if (folded.length < 3) return false;
  return named.some((text) => {
    const other = fold(text);
    if (other === folded) return true;
    const [short, long] = other.length < folded.length ? [other, folded] : [folded, other];
    return short.length > 8 && short.length > long.length * 0.3 && long.includes(short);
  });
}

const isSite = (text: string, siteNames: readonly string[]): boolean =>
  siteNames.some((name) => fold(name) === fold(text));

/** Takes a site's name, or a short last part that looks like one, off a title. */
export function withoutSite(title: string, siteNames: readonly string[]): string {
  const cuts = [...title.matchAll(SEPARATOR)];
  const names = siteNames.map(fold).filter((name) => name.length > 1);
  const isName = (part: string): boolean => {
    const folded = fold(part);
    const squeezed = folded.replaceAll(' ', '');
    return names.some(
      (name) =>
        folded.startsWith(`${name} `) ||
        name.replaceAll(' ', '') === squeezed ||
        (squeezed.length > 7 && name.startsWith(`${folded} `)),
    );
  };
  for (const cut of cuts) {
    const [head, tail] = [title.slice(0, cut.index), title.slice(cut.index + cut[0].length)];
    if (head.trim() && tail.trim() && isName(tail)) return head.trim();
    if (names.some((name) => fold(head) === name)) return withoutSite(tail.trim(), []);
  }
  const last = cuts[cuts.length - 1];
  if (!last || !/[|»«•·—–:-]/.test(last[0])) return title.trim();
  const [head, tail] = [title.slice(0, last.index).trim(), title.slice(last.index + last[0].length).trim()];
  const sure = /[|»]/.test(last[0]);
  const short = tail.split(/\s+/).length <= (sure ? 6 : 3) && head.length > tail.length && head.split(/\s+/).length > 2;
  return short && !/[?!.]$/.test(tail) && !/:\s*$/.test(last[0]) ? head : title.trim();
}

/** The part of a document's title that its address repeats: the site's name; null where no part does. */
export function siteInTitle(documentTitle: string, url: string | null): string | null {
  const domain = fold(url ? (getDomainWithoutSuffix(url) ?? '') : '').replaceAll(' ', '');
  const parts = documentTitle.split(SEPARATOR);
  if (domain.length < 3 || parts.length < 2) return null;
  for (const part of [parts[parts.length - 1] ?? '', parts[0] ?? '']) {
    const name = fold(part).replaceAll(' ', '');
    const holds = name.includes(domain) && name.length <= 2 * domain.length + 6;
    if (name.length > 2 && (holds || domain.includes(name))) return part.trim();
  }
  return null;
}

/** First non-empty value of a meta. */
export function meta(page: Page, name: string): string | null {
  for (const value of page.metas.get(name) ?? []) {
    const text = value.replace(/\s+/g, ' ').trim();
    if (text) return text;
  }
  return null;
}
