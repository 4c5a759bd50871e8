import { isCapitalised, readByline, type Trust } from './byline.js';
import type { LinkedData } from './jsonld.js';
import type { Mark, Page } from './page.js';
import { areaOf, isAside, isWithin, type Place } from './place.js';
import { fold } from './text.js';
import { meta } from './title.js';

const METAS = [
  'citation_author',
  'citation_authors',
  'article:author',
  'article:author_name',
  'article_author',
  'article.author',
  'parsely-author',
  'sailthru.author',
  'cxenseparse:author',
  'shareaholic:article_author_name',
  'og:article:author',
  'vr:author',
  'byl',
  'dc.creator',
  'dcterms.creator',
  'twitter:data1',
];

/** Names that stand somewhere on the page; the lower the rank, the likelier they are its author's. */
interface Offer {
  names: string[];
  rank: number;
}

/**
 * The persons who wrote the article; empty where the page names none. What the page's data states must agree with
 * what the reader sees: a printed byline completes it, and takes the place of a login or of a bare site-wide meta.
 */
export function findAuthors(page: Page, data: LinkedData, place: Place, siteNames: readonly string[]): string[] {
  const printed = printedBylines(page, place, siteNames);
  const stated = statedAuthors(page, data, siteNames);
  const [best] = printed;
  if (stated.length === 0) return best?.names ?? [];
  const fuller = printed.find(
    ({ names, rank }) =>
      rank < 20 &&
      names.length > stated.length &&
      names.every((name) => /\s/.test(name)) &&
      stated.every((name) => names.some((other) => isSame(name, other))),
  );
  if (fuller) return fuller.names;
  if (!best || stated.some((name) => !isLogin(name) && best.names.some((other) => isSame(name, other)))) return stated;
  const doubtful = stated.every((name) => isLogin(name) || isSite(name, siteNames));
  const unseen = data.authors.length === 0 && !stated.some((name) => isPrinted(page, name));
  return best.rank < (doubtful ? 20 : unseen ? 8 : Number.NEGATIVE_INFINITY) ? best.names : stated;
}

const isSite = (name: string, siteNames: readonly string[]): boolean =>
  siteNames.some((site) => fold(site).replaceAll(' ', '') === fold(name).replaceAll(' ', ''));

function statedAuthors(page: Page, data: LinkedData, siteNames: readonly string[]): string[] {
  const linked = data.authors
    .filter(({ person }) => person)
    .flatMap(({ name }) => readByline(name, siteNames, 'stated'));
  if (linked.length > 0) return unique(linked);
  for (const key of METAS) {
    if (key === 'twitter:data1' && !WRITTEN_BY.test(meta(page, 'twitter:label1') ?? '')) continue;
    const found = (page.metas.get(key) ?? []).flatMap((value) => readByline(value, siteNames, 'stated'));
    if (found.length > 0) return unique(found);
  }
  const bare = unique((page.metas.get('author') ?? []).flatMap((value) => readByline(value, siteNames, 'stated')));
  // On a page that does not call itself an article, the meta often names who made the site.
  return isArticle(page, data) || bare.some((name) => isPrinted(page, name)) ? bare : [];
}

const WRITTEN_BY = /author|written|von|autor|verfasst|écrit|escrito|scritto|geschreven|автор|yazar/i;

const isArticle = (page: Page, data: LinkedData): boolean =>
  data.article ||
  (page.metas.get('og:type') ?? []).some((type) => /article/i.test(type)) ||
  page.metas.has('article:published_time');

/** Segments, and characters of one, in which a name is looked for: a byline is short and stands early or late in a page of common size. */
const MAX_SEGMENTS = 3000;
const MAX_CHARS = 1000;

function isPrinted(page: Page, name: string): boolean {
  const folded = ` ${fold(name)} `;
  return page.segments
    .slice(0, MAX_SEGMENTS)
    .some(({ text }) => text.length < MAX_CHARS && !/©|copyright/i.test(text) && ` ${fold(text)} `.includes(folded));
}

const unique = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((other) => fold(other) === fold(name)) === index);

/** "ann.lee", "annlee7", "KatieS": an account, which gives way to a name. */
const isLogin = (name: string): boolean =>
  !/\s/.test(name) && (/[\d._@-]/.test(name) || /^\p{Ll}/u.test(name) || /\p{Ll}\p{Lu}/u.test(name));

function isSame(one: string, other: string): boolean {
  const [a, b] = [fold(one), fold(other)];
  return a.includes(b) || b.includes(a);
}

/** All bylines that the reader may see near the head of the article or just after its end, the likeliest first. */
function printedBylines(page: Page, place: Place, siteNames: readonly string[]): Offer[] {
  const offers = [...markedBylines(page, place, siteNames), ...wordedBylines(page, place, siteNames)];
  return offers.filter(({ names }) => names.length > 0).sort((a, b) => a.rank - b.rank);
}

function markedBylines(page: Page, place: Place, siteNames: readonly string[]): Offer[] {
  const near = page.marks.filter(
    (mark) => mark.kind === 'author' && mark.text.length > 1 && distance(mark.position, place) <= 25,
  );
  const outside = near.filter((mark) => !isCredit(page, mark.node) && isOurs(page, mark, place));
  return outside.map((mark) => {
    const { rel = '', itemprop = '' } = page.attributes[mark.node] ?? {};
    const sure = /author/.test(rel) || /\bname\b|author/.test(itemprop);
    const text = textOf(page, mark);
    // Several authors are often several marks of one kind in a row, unless the line tells them apart.
    const line = (page.segments[mark.position]?.text ?? '').slice(0, 300);
    const alike = OTHERS_BY.test(line) ? [] : outside;
    const row = alike.filter(
      (other) =>
        other.position === mark.position &&
        isBeside(page, other.node, mark.node) &&
        page.hints[other.node] === page.hints[mark.node] &&
        page.tags[other.node] === page.tags[mark.node] &&
        !isWithin(page, other.node, mark.node) &&
        !isWithin(page, mark.node, other.node),
    );
    const names =
      text.length > 300
        ? []
        : unique(
            [mark, ...row.slice(0, MAX_ROW)]
              .sort((a, b) => a.node - b.node)
              .flatMap((each) => readByline(textOf(page, each), siteNames, 'marked')),
          );
    const about = ABOUT_AUTHOR.test(page.hints[mark.node] ?? '') ? 12 : 0;
    const beside = isAside(page, mark.node) ? 10 : 0;
    return { names, rank: distance(mark.position, place) + text.length / 20 + about + beside - (sure ? 8 : 0) };
  });
}

/** In a side column or a card it is this article's author only by the headline, or with a portrait. */
function isOurs(page: Page, mark: Mark, place: Place): boolean {
  const area = areaOf(page, mark.node);
  if (area !== 'beside') return area === null;
  return Math.abs(mark.position - place.head) <= 8 || (isLoneName(mark.text) && isPortrayed(page, mark.text));
}

/** Whether an element names who made a picture, a quotation or the site's design. */
function isCredit(page: Page, from: number): boolean {
  for (let node = from, steps = 0; node > 0 && steps < 3; node = page.parents[node] ?? 0, steps++) {
    if (/^(?:figure|figcaption|blockquote)$/.test(page.tags[node] ?? '')) return true;
    if (CREDIT.test(page.hints[node] ?? '')) return true;
  }
  return false;
}

const CREDIT =
  /caption|credit|(?:img|image|photo|foto|media|picture|theme|quote|zitat)[-_]?(?:license[-_]?)?(?:author|autor)|licen[sc]e/;

/** What stands with an author's name, but is not it. */
const ABOUT_AUTHOR = /author[-_a-z]*?[-_]?(?:desc|bio|role|job|position|date|time|social)/;
const OTHERS_BY = /(?:reviewed|edited|checked|verified|approved|photographed|illustrated|translated) by/i;

/** Whether two elements have one parent, or parents that do. */
function isBeside(page: Page, one: number, other: number): boolean {
  const [a, b] = [page.parents[one] ?? 0, page.parents[other] ?? 0];
  return a === b || page.parents[a] === page.parents[b];
}

/** Line by line where the mark holds several segments; empty where it holds an article rather than a byline. */
function textOf(page: Page, mark: Mark): string {
  const lines: string[] = [];
  for (let at = mark.position; at < page.segments.length && lines.length <= MAX_LINES; at++) {
    const segment = page.segments[at];
    if (!segment || !isWithin(page, segment.node, mark.node)) break;
    lines.push(segment.text);
  }
  if (lines.length > MAX_LINES) return '';
  return lines.length > 1 ? lines.filter((line) => line.length < MAX_LINE).join('\n') : mark.text;
}

const MAX_ROW = 12;
const MAX_LINES = 8;
const MAX_LINE = 120;

function wordedBylines(page: Page, place: Place, siteNames: readonly string[]): Offer[] {
  const offers: Offer[] = [];
  const heading = page.segments[place.head]?.text ?? '';
  const read = (text: string, trust: Trust): string[] => readByline(text, siteNames, trust);
  page.segments.forEach((segment, index) => {
    const labelled = LABELLED.test(segment.text) && index > place.head && index <= place.last;
    const away = labelled ? Math.min(distance(index, place), 10) : distance(index, place);
    if (segment.text.length > 140 || away > 10 || isAside(page, segment.node)) return;
    const match = BY.exec(segment.text);
    if (match && (match.index === 0 || /\s/.test(match[1] ?? '')))
      offers.push({
        names: read(segment.text.slice(match.index + match[0].length - (match[1] ?? '').length), 'worded'),
        rank: away + 4,
      });
    // A pen name has no capital; after "by" and with nothing else beside it, it is one.
    if (/^(?:by|von|par|por) \S{3,20}$/i.test(segment.text))
      offers.push({ names: read(segment.text, 'marked'), rank: away + 6 });
    const login = POSTED_BY.exec(segment.text);
    if (login) offers.push({ names: read(login[1] ?? '', 'marked'), rank: away + 6 });
    const next = page.segments[index + 1]?.text ?? '';
    if (LABEL_ALONE.test(segment.text) && next.length < 60)
      offers.push({ names: read(next, 'worded'), rank: away + 5 });
    if (
      index > place.head &&
      away <= 6 &&
      isLoneName(segment.text) &&
      !heading.includes(segment.text) &&
      hasPortrait(page, segment.text)
    )
      offers.push({ names: read(segment.text, 'worded'), rank: away + 6 });
  });
  return offers;
}

const POSTED_BY =
  /^(?:submitted|posted|written|gespeichert|verfasst|geschrieben|erstellt|eingestellt|publié|publicado|escrito) (?:by|von|par|por) (\p{Ll}\S{2,20})(?= (?:on|am|le|el)\b|$)/iu;
/** So sure of itself that it may stand amid the text. */
const LABELLED = /^(?:authors?|autor(?:in|en|a|es)?|auteure?|autore|автор|yazar|written by|verfasst von) ?:? /i;
const LABEL_ALONE =
  /^(?:(?:written|posted|published|article|story|words|created) )?by:?$|^(?:author|autor(?:in|a)?|auteur|autore|verfasst von|escrito por|écrit par|scritto da|автор|yazar|about the author|über den autor|über die autorin):?$/i;

const BY =
  /(?:^|(?<=(?:written|posted|published|story|words|text|created|reported|article|post|contributed|modified|updated|[Bb]eitrag|[Aa]rtikel|[Bb]ericht|[Aa]nalyse|verfasst|geschrieben|gespeichert|escrito|écrit|on|\d{4}|\d\d:\d\d|uhr|[ap]m|[|·•⋅,–—/-])\s?\s?))(?:(?:Text|Written|Posted|Published|Written and photographed|Verfasst|Geschrieben|Story|Words|Gespeichert|Écrit|Escrito|Escribe|Contributors?)\s?:?\s)?(?:[Bb]y:?|BY:?|[Vv]on:?|[Pp]ar|[Pp]or|[Dd]oor|[Pp]rzez|[Aa]vtor:|[Aa]вторы?:|Автор:?|автор:|[Yy]azan:?|[Yy]azar:|[Aa]utor(?:in|en|a|es)?:?|[Tt]ext:|[Aa]uthors?:|Auteur:|Redaktion:|Contributors:|[Oo]leh:?|Penulis:|بقلم:?|كتب:?|نویسنده:?|מאת:?|लेखक:?|作者[:：]|記者|记者|文[:：／/]|글)\s{0,3}((?:\p{Lu}|\p{Lo})[\p{L}\p{M}'’.-]+(?:(?: and| und| &| y| et|,)? (?:(?:van|von|de|der|den|del|di|da|dos|la|le|el|al|bin) )*(?:\p{Lu}|\p{Lo})[\p{L}\p{M}'’.-]*){0,7})/u;

const isLoneName = (text: string): boolean => {
  const words = text.split(' ');
  return text.length < 40 && words.length >= 2 && words.length <= 4 && !/[\d:?!|]/.test(text) && isCapitalised(text);
};

const hasPortrait = (page: Page, name: string): boolean =>
  isPortrayed(page, name) ||
  page.marks.some((mark) => mark.kind === 'author' && mark.text.startsWith(name) && !isCredit(page, mark.node));

/** "Ann Lee is a reporter ...": somewhere the page says who bears the name. */
const isPortrayed = (page: Page, name: string): boolean =>
  page.segments.some(
    ({ node, text }) =>
      !/^h\d$/.test(page.tags[node] ?? '') &&
      text.length > name.length + 15 &&
      text.startsWith(`${name} `) &&
      /^\p{Ll}/u.test(text.slice(name.length + 1)),
  );

function distance(position: number, { head, last }: Place): number {
  const fromEnd = last >= 0 && position > last - 3 ? Math.abs(position - last) + 4 : Number.POSITIVE_INFINITY;
  return Math.min(Math.abs(position - head), fromEnd);
}
