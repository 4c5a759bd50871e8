import { isCapitalised, readByline, readDesk, type Trust } from './byline.js';
import type { Mark, Page } from './page.js';
import { areaOf, isAside, isWithin, type Place } from './place.js';
import { fold } from './text.js';

/** Names that stand somewhere on the page; the lower the rank, the likelier they are its author's. */
export interface Offer {
  names: string[];
  rank: number;
}

const unique = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((other) => fold(other) === fold(name)) === index);

/** All bylines that the reader may see near the head of the article or just after its end, the likeliest first. */
export function printedBylines(page: Page, place: Place, siteNames: readonly string[]): Offer[] {
  const offers = [
    ...markedBylines(page, place, siteNames),
    ...wordedBylines(page, place, siteNames),
    ...labelledBylines(page, place, siteNames),
    ...repeatedNames(page, place, siteNames),
  ];
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
    if (segment.text.length > 140) return;
    let away = distance(index, place);
    if (away > 10 && index > place.head && index <= place.last && LABELLED.test(segment.text)) away = 10;
    if (away > 10 || isAside(page, segment.node)) return;
    // "Von Häfen und Schiffen" is a headline.
    const match = index === place.head ? null : BY.exec(segment.text);
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
/** A label and, in the segment after it, the name. Far from the text it counts where all such labels of the page agree. */
function labelledBylines(page: Page, place: Place, siteNames: readonly string[]): Offer[] {
  const near: Offer[] = [];
  const far: Offer[] = [];
  page.segments.forEach(({ node, text }, index) => {
    if (text.length > 24 || !LABEL_ALONE.test(text) || areaOf(page, node) === 'others') return;
    const next = page.segments[index + 1]?.text ?? '';
    const away = distance(index, place);
    if (next.length > 60) return;
    const names = readByline(next, siteNames, 'worded');
    if (away <= 10) near.push({ names, rank: away + 5 });
    else if (index > place.head && LABEL_FAR.test(text) && next.length < 40) far.push({ names, rank: 18 });
  });
  const [first] = far;
  return first && far.every(({ names }) => names.join() === first.names.join()) ? [...near, first] : near;
}

/** A name that stands alone by the headline and once more after the text, above a few words on its bearer. */
function repeatedNames(page: Page, { head, last }: Place, siteNames: readonly string[]): Offer[] {
  if (last < 0) return [];
  const presented = new Set<string>();
  for (let at = last - 2; at < last + PRESENTED; at++) {
    const segment = page.segments[at];
    const next = page.segments[at + 1]?.text ?? '';
    if (segment && next.length > 60 && areaOf(page, segment.node) !== 'others') presented.add(segment.text);
  }
  return page.segments
    .slice(head + 1, head + 7)
    .filter(({ text }) => presented.has(text) && isLoneName(text))
    .map(({ text }, at) => ({ names: readByline(text, siteNames, 'worded'), rank: at + 9 }));
}

/** How many segments after the text an author may be presented. */
const PRESENTED = 12;

/** So sure of itself that it may stand amid the text. */
const LABELLED = /^(?:authors?|autor(?:in|en|a|es)?|auteure?|autore|автор|yazar|written by|verfasst von) ?:? /i;
const LABEL_ALONE =
  /^(?:by|von|par|por|di|door|av|af|przez|od|od:|oleh|text):?$|^(?:(?:(?:this )?(?:article|story|post|text)(?: was)? )?(?:written|posted|published|created) by|(?:article|story|words) by|authors?|autor(?:in|en|a|es)?|auteure?s?|autore|autori|verfasst von|geschrieben von|escrito por|écrit par|scritto da|geschreven door|autorzy|автор|авторы|автори|yazar|yazan|penulis|tác giả|بقلم|الكاتب|نویسنده|מאת|作者|記者|about the author|über den autor|über die autorin):?$/i;
/** Of those, the ones that may stand far from the text, at its end or beside it. */
const LABEL_FAR = /\p{L}{4}|[^\p{Script=Latin}\s:]{2}/u;

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

/** A desk, an agency or a company that stands as the byline: marked as the author, or after "By", near the headline. */
export function printedDesk(page: Page, place: Place, known: readonly string[]): string | null {
  const marked = page.marks.filter(
    ({ kind, node, position, text }) =>
      kind === 'author' &&
      text.length < 100 &&
      distance(position, place) <= 12 &&
      areaOf(page, node) === null &&
      !isCredit(page, node),
  );
  for (const { text } of marked) {
    const desk = readDesk(text, known);
    if (desk) return desk;
  }
  for (let index = place.head + 1; index < place.head + 8; index++) {
    const text = page.segments[index]?.text ?? '';
    const line = LABEL_ALONE.test(text) ? `By ${page.segments[index + 1]?.text ?? ''}` : text;
    const desk = line.length < 100 && BYLINE.test(line) ? readDesk(line, known) : null;
    if (desk) return desk;
  }
  return null;
}

/** Begins as a byline does. */
const BYLINE =
  /^(?:(?:written|posted|published) )?(?:by|von|par|por|door|oleh)\b:? |^(?:authors?|autor(?:in)?|auteur|автор|yazar)\s?: /i;
