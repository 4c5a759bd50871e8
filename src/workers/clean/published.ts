import { agree, dateInUrl, type ReadDate, readDate } from './dates.js';
import type { LinkedData } from './jsonld.js';
import type { Mark, Page } from './page.js';
import { isAside, type Place } from './place.js';
import { meta } from './title.js';

const PUBLISHED = [
  'article:published_time',
  'article:published',
  'og:article:published_time',
  'og:published_time',
  'datepublished',
  'date.published',
  'dc.date.issued',
  'dcterms.issued',
  'parsely-pub-date',
  'sailthru.date',
  'article.published',
  'published-date',
  'publish-date',
  'publication_date',
  'publishdate',
  'pubdate',
  'cxenseparse:recs:publishtime',
  'article_date_original',
  'citation_publication_date',
  'citation_date',
  'analyticsattributes.articledate',
  'rnews:datepublished',
  'originalpublicationdate',
];
/** Metas that often hold the date of a change, or of the page rather than its article. */
const VAGUE = ['dcterms.created', 'dc.date.created', 'dc.date', 'dcterms.date', 'date'];
const MODIFIED = [
  'article:modified_time',
  'og:updated_time',
  'datemodified',
  'last-modified',
  'dcterms.modified',
  'dc.date.modified',
  'lastmod',
  'article:modified',
  'revised',
];
/** Names that sites invent for the same thing. */
const LIKE_PUBLISHED = /publish(?!er)|published|publication|pubdate|release.?date|(?:^|[.:_-])created(?![a-z])/;
const NOT_PUBLISHED = /publisher|modif|updat|expir|unpublish|last/;

const UPDATED =
  /updat|modif|revis|edited|reviewed|aktualisiert|bearbeitet|mis à jour|mise à jour|actualizad|atualizad|aggiornat|bijgewerkt|uppdaterad|oppdatert|opdateret|päivitetty|aktualiz|обновл|оновл|güncelle|yenilən|更新|수정|cập nhật|diperbarui/i;
const COPYRIGHT = /©|copyright|\(c\)|all rights|alle rechte|tous droits/i;

/** A date that the reader sees; the lower the rank, the likelier it is the article's. */
interface Printed {
  date: ReadDate;
  rank: number;
  text: string;
  /** It says of itself that it is the date of a change. */
  updated: boolean;
  /** It stands alone by the headline: nothing else there could bear it. */
  close: boolean;
}

/** `language` as `dates.ts` takes it: with the region where day and month depend on it. */
export interface DateSetting {
  url: string | null;
  language: string | null;
}

export function findModified(page: Page, data: LinkedData, language: string | null): ReadDate | null {
  return firstDate([data.modified, ...MODIFIED.map((name) => meta(page, name))], language);
}

/** When the article was published: what its data states, checked against its address and against what is printed by the headline. */
export function findPublished(page: Page, data: LinkedData, place: Place, setting: DateSetting): ReadDate | null {
  const { language } = setting;
  const stated = firstDate([data.published, ...PUBLISHED.map((name) => meta(page, name))], language);
  const inUrl = dateInUrl(setting.url ?? meta(page, 'og:url') ?? '');
  const printed = printedDates(page, place, language);
  if (stated && inUrl && agree(stated, inUrl)) return stated;
  // The address is written once; a stated date that both it and the page contradict was set when the page was rebuilt.
  if (inUrl && (!stated || printed.some(({ date }) => agree(date, inUrl))))
    return printed.find(({ date }) => agree(date, inUrl))?.date ?? inUrl;
  if (stated) return confirmed(stated, printed, findModified(page, data, language));
  const vague = firstDate([...likePublished(page), ...VAGUE.map((name) => meta(page, name))], language);
  const plain = printed.find(({ close, updated }) => close && !updated);
  if (vague && (!plain || agree(vague, plain.date))) return vague;
  return printed[0]?.date ?? datelineOf(page, place, language);
}

function firstDate(sources: readonly (string | null | undefined)[], language: string | null): ReadDate | null {
  for (const source of sources) {
    const date = source ? readDate(source, language) : null;
    if (date && date.precision !== 'year') return date;
  }
  return null;
}

const likePublished = (page: Page): string[] =>
  [...page.metas]
    .filter(([name]) => LIKE_PUBLISHED.test(name) && !NOT_PUBLISHED.test(name))
    .flatMap(([, values]) => values.slice(0, 1));

/** The stated date, unless the headline bears another one that is neither a change nor the same in other words. */
function confirmed(stated: ReadDate, printed: readonly Printed[], modified: ReadDate | null): ReadDate {
  const close = printed.filter((one) => one.close && one.date.precision !== 'month');
  if (close.some(({ date, text }) => agree(date, stated) || (NUMERIC.test(text) && agree(swapped(date), stated))))
    return stated;
  for (const { date } of close) {
    const local = inLocalTime(stated, date);
    if (local) return local;
  }
  const plain = close.filter(({ updated }) => !updated);
  const [first] = plain;
  if (!first || plain.some(({ date }) => !agree(date, first.date))) return stated;
  const changed = modified !== null && first.date.iso.slice(0, 10) >= modified.iso.slice(0, 10);
  return changed || daysBetween(first.date, stated) < 2 ? stated : first.date;
}

const NUMERIC = /\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/;

/** With day and month the other way round. */
function swapped(date: ReadDate): ReadDate {
  const [year, month, day] = date.iso.slice(0, 10).split('-');
  return { ...date, iso: `${year}-${day}-${month}` };
}

const daysBetween = (a: ReadDate, b: ReadDate): number =>
  Math.abs(Date.parse(a.iso.slice(0, 10)) - Date.parse(b.iso.slice(0, 10))) / 86_400_000;

/** The stated instant as the publisher's clock shows it, when the printed time is the same but for the zone. */
function inLocalTime(stated: ReadDate, printed: ReadDate): ReadDate | null {
  const [wall] = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.exec(printed.iso) ?? [];
  const zoned = /T(\d\d:\d\d)(:\d\d)?(?:Z|[+-]\d\d:\d\d)$/.exec(stated.iso);
  if (!wall || !zoned || printed.iso.length > 19) return null;
  const instant = Date.parse(stated.iso);
  const minutes = Math.round((Date.parse(`${wall}:00Z`) - Math.floor(instant / 60_000) * 60_000) / 60_000);
  if (Math.abs(minutes) > 14 * 60 || minutes % 15 !== 0) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return { ...stated, iso: `${wall}${zoned[2] ?? ''}${offset}` };
}

/** Dates that the reader sees near the head of the article, the most trustworthy first. */
function printedDates(page: Page, place: Place, language: string | null): Printed[] {
  const found = [...markedDates(page, place, language), ...wordedDates(page, place, language)];
  // A wrapper says "Updated" of the bare date inside it.
  const changes = new Set(found.filter(({ updated }) => updated).map(({ date }) => date.iso.slice(0, 10)));
  for (const one of found) one.updated ||= changes.has(one.date.iso.slice(0, 10));
  return found.sort((a, b) => a.rank - b.rank);
}

function markedDates(page: Page, place: Place, language: string | null): Printed[] {
  const found: Printed[] = [];
  for (const mark of page.marks) {
    const away = awayFrom(place, mark.position);
    const aside = isAside(page, mark.node);
    if (mark.kind === 'author' || away > (aside ? MAX_AWAY_ASIDE : MAX_AWAY)) continue;
    const date = dateOfMark(mark, language);
    if (!date || date.precision === 'year') continue;
    const props = page.attributes[mark.node]?.itemprop ?? '';
    const published = /datepublished/i.test(props);
    const updated =
      !published && (/datemodified/i.test(props) || UPDATED.test(`${page.hints[mark.node] ?? ''} ${mark.text}`));
    const rank =
      away +
      (mark.position > place.last ? 30 : 0) -
      (published ? 60 : 0) +
      (updated ? 15 : 0) -
      (mark.kind === 'time' ? 3 : 0);
    const close =
      !aside && isClose(mark.position, place.head) && mark.text.length < 70 && readDate(mark.text, language) !== null;
    found.push({ date, rank, text: mark.text, updated, close });
  }
  return found;
}

function wordedDates(page: Page, place: Place, language: string | null): Printed[] {
  const found: Printed[] = [];
  page.segments.forEach(({ node, text, linkChars }, index) => {
    const away = awayFrom(place, index);
    if (text.length > 160 || away > 25 || linkChars * 2 > text.length + 40 || COPYRIGHT.test(text)) return;
    // Under a heading of its own, what follows the article is another article.
    if (index > place.last && place.last >= 0 && hasHeading(page, place.last + 1, index)) return;
    const date = readDate(text, language);
    if (!date || date.precision === 'year' || date.precision === 'month') return;
    const aside = isAside(page, node);
    const updated = UPDATED.test(`${text} ${page.hints[node] ?? ''}`);
    const rank = away + Math.min(20, text.length / 10) + (index > place.last ? 25 : 0) + (aside ? 60 : 0) + 6;
    found.push({
      date,
      rank,
      text,
      updated,
      close: !aside && isClose(index, place.head) && text.length < 70 && !/[.!?…]$/.test(text),
    });
  });
  return found;
}

/** Segments between the headline and a date that may yet be meant; in a side column there are other articles' dates too. */
const MAX_AWAY = 150;
const MAX_AWAY_ASIDE = 35;

/** What stands before the headline belongs to it less often than what stands after. */
function awayFrom({ head, first, last }: Place, position: number): number {
  const fromHead = position < head ? 2 * (head - position) + 2 : position - head;
  const fromFirst = position <= first ? first - position + 4 : Number.POSITIVE_INFINITY;
  const fromLast = position > last && last >= 0 ? position - last + 8 : Number.POSITIVE_INFINITY;
  return Math.min(fromHead, fromFirst, fromLast);
}

function hasHeading(page: Page, from: number, to: number): boolean {
  for (let at = from; at <= to; at++) if (/^h[1-6]$/.test(page.tags[page.segments[at]?.node ?? 0] ?? '')) return true;
  return false;
}

const isClose = (position: number, head: number): boolean => position >= head - 3 && position <= head + 6;

function dateOfMark(mark: Mark, language: string | null): ReadDate | null {
  const stated = mark.datetime ? readDate(mark.datetime, language) : null;
  if (stated) return stated;
  return mark.text.length < 200 ? readDate(mark.text, language) : null;
}

/** "BERLIN, 25 January 2022 – ...": the date with which a report opens. */
function datelineOf(page: Page, { head, first }: Place, language: string | null): ReadDate | null {
  for (const at of [first, head + 1]) {
    const opening = DATELINE.exec(page.segments[at]?.text ?? '');
    const date = opening ? readDate(opening[0], language) : null;
    if (date && (date.precision === 'day' || date.precision === 'minute')) return date;
  }
  return null;
}

const DATELINE = /^(?:[^.!?]|(?<=\d)\.){0,60}?(?:19|20)\d\d\.?\)?\s*[–—|:/-]/;
