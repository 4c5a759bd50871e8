import type { CleanArticle } from '../../shared/model/article.js';
import type { Body } from './body.js';
import { readByline } from './byline.js';
import { agree, dateInUrl, type ReadDate, readDate } from './dates.js';
import type { Measured } from './features.js';
import type { LinkedData } from './jsonld.js';
import type { Mark, Page } from './page.js';
import { Signal } from './signals.js';
import { absoluteUrl, tidy } from './text.js';
import { meta } from './title.js';

type Metadata = Pick<
  CleanArticle,
  | 'byline'
  | 'publishedAt'
  | 'publishedPrecision'
  | 'modifiedAt'
  | 'canonicalUrl'
  | 'siteName'
  | 'section'
  | 'description'
  | 'leadImage'
>;

interface Setting {
  url: string | null;
  siteNames: readonly string[];
  title: string | null;
  language: string;
}

const PUBLISHED = [
  'article:published_time',
  'article:published',
  'og:article:published_time',
  'og:published_time',
  'datepublished',
  'date.published',
  'dc.date.issued',
  'dcterms.created',
  'dcterms.issued',
  'dc.date.created',
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
  'dc.date',
  'dcterms.date',
  'date',
  'analyticsattributes.articledate',
  'rnews:datepublished',
  'originalpublicationdate',
];
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
const AUTHORS = [
  'author',
  'article:author',
  'article:author_name',
  'parsely-author',
  'sailthru.author',
  'dc.creator',
  'dcterms.creator',
  'citation_author',
  'byl',
  'twitter:data1',
  'article.author',
  'cxenseparse:author',
  'og:article:author',
];

/** Everything but title and text, each by its own cascade of places to look; null where the page does not say. */
export function findMetadata(measured: Measured, data: LinkedData, body: Body, setting: Setting): Metadata {
  const { page } = measured;
  const base = absoluteUrl(page.base, setting.url) ?? setting.url;
  const modified = firstDate([data.modified, ...MODIFIED.map((name) => meta(page, name))], setting.language);
  const published = findPublished(measured, data, body, setting) ?? null;
  const canonical = page.links.find(({ rel }) => rel === 'canonical')?.href ?? meta(page, 'og:url') ?? data.url;
  const name = meta(page, 'og:site_name') ?? data.publisher ?? data.siteName ?? meta(page, 'application-name');
  return {
    byline: findByline(measured, data, body, setting),
    publishedAt: published?.iso ?? null,
    publishedPrecision: published?.precision ?? 'unknown',
    modifiedAt: modified?.iso ?? null,
    canonicalUrl: absoluteUrl(canonical, base),
    siteName: name ? tidy(name) : null,
    section: orNull(meta(page, 'article:section') ?? data.section ?? meta(page, 'section')),
    description: orNull(
      meta(page, 'og:description') ??
        meta(page, 'description') ??
        data.description ??
        meta(page, 'twitter:description'),
    ),
    leadImage: findImage(measured, data, body, base),
  };
}

const orNull = (text: string | null): string | null => (text ? tidy(text) || null : null);

function firstDate(sources: readonly (string | null | undefined)[], language: string): ReadDate | null {
  for (const source of sources) {
    const date = source ? readDate(source, language) : null;
    if (date && date.precision !== 'year') return date;
  }
  return null;
}

function findPublished(measured: Measured, data: LinkedData, body: Body, setting: Setting): ReadDate | null {
  const { page } = measured;
  const language = setting.language;
  const linked = data.published ? readDate(data.published, language) : null;
  const metas = firstDate(
    PUBLISHED.map((name) => meta(page, name)),
    language,
  );
  const inUrl = dateInUrl(setting.url ?? meta(page, 'og:url') ?? '');
  const stated = linked ?? metas;
  if (stated && (!inUrl || agree(stated, inUrl))) return stated;
  const visible = visibleDates(measured, body, language);
  // The address is written once; a stated date that both it and the page contradict was set when the page was rebuilt.
  if (inUrl && (!stated || visible.some((date) => agree(date, inUrl)))) return precise(inUrl, visible);
  if (stated) return stated;
  return (
    visible[0] ??
    firstDate([meta(page, 'last-modified'), data.modified, ...MODIFIED.map((name) => meta(page, name))], language)
  );
}

const precise = (date: ReadDate, others: readonly ReadDate[]): ReadDate =>
  others.find((other) => agree(other, date)) ?? date;

/** Dates that the reader sees near the head of the article, the most trustworthy first. */
function visibleDates(measured: Measured, body: Body, language: string): ReadDate[] {
  const { page } = measured;
  const head = headOf(measured, body);
  const found: { date: ReadDate; rank: number }[] = [];
  for (const mark of page.marks) {
    let rank = Math.abs(mark.position - head) + (mark.position > body.last ? 30 : 0);
    if (mark.kind === 'author' || rank > 150) continue;
    const date = dateOfMark(mark, language);
    if (!date || date.precision === 'year') continue;
    const props = page.attributes[mark.node]?.itemprop ?? '';
    if (/datepublished/i.test(props)) rank -= 60;
    if (/datemodified/i.test(props) || /updated|modified|aktualisiert/.test(page.hints[mark.node] ?? '')) rank += 15;
    if (mark.kind === 'time') rank -= 3;
    if (isAside(page, mark.node)) rank += 60;
    found.push({ date, rank });
  }
  page.segments.forEach((segment, index) => {
    if (segment.text.length > 160 || Math.abs(index - head) > 25 || segment.linkChars * 2 > segment.text.length + 40)
      return;
    const date = readDate(segment.text, language);
    if (!date || (date.precision !== 'day' && date.precision !== 'minute' && date.precision !== 'second')) return;
    const far =
      Math.abs(index - head) +
      Math.min(20, segment.text.length / 10) +
      (index > body.last ? 25 : 0) +
      (isAside(page, segment.node) ? 60 : 0);
    found.push({ date, rank: far + 6 });
  });
  return found.sort((a, b) => a.rank - b.rank).map(({ date }) => date);
}

function dateOfMark(mark: Mark, language: string): ReadDate | null {
  const stated = mark.datetime ? readDate(mark.datetime, language) : null;
  if (stated) return stated;
  return mark.text.length < 200 ? readDate(mark.text, language) : null;
}

/** Where the article begins: its h1, or the first kept segment. */
function headOf(measured: Measured, body: Body): number {
  const { page } = measured;
  const first = body.first;
  let heading = -1;
  page.segments.forEach((segment, index) => {
    if (page.tags[segment.node] === 'h1' && (heading < 0 || first < 0 || index <= first)) heading = index;
  });
  return heading >= 0 ? heading : Math.max(0, first);
}

const ASIDE =
  /comment|related|recommend|sidebar|widget|teaser|\bcards?\b|popular|recent|latest|footer|bookmark|carousel|disqus/;

function isAside(page: Page, from: number): boolean {
  for (let node = from, steps = 0; node > 0 && steps < 5; node = page.parents[node] ?? 0, steps++) {
    const tag = page.tags[node];
    if (tag === 'aside' || tag === 'nav') return true;
    if (tag === 'article' || tag === 'main' || tag === 'body') return false;
    if (ASIDE.test(page.hints[node] ?? '')) return true;
  }
  return false;
}

function findByline(measured: Measured, data: LinkedData, body: Body, setting: Setting): string[] {
  const { page } = measured;
  const names = setting.siteNames;
  const linked = data.authors.filter(({ person }) => person).flatMap(({ name }) => readByline(name, names, true));
  if (linked.length > 0) return unique(linked);
  for (const key of AUTHORS) {
    const values = page.metas.get(key) ?? [];
    const label = key === 'twitter:data1' ? (meta(page, 'twitter:label1') ?? '') : 'author';
    if (!/author|written|von|autor|verfasst|écrit|escrito|автор|yazar/i.test(label)) continue;
    const found = values.flatMap((value) => readByline(value, names, true));
    if (found.length > 0) return unique(found);
  }
  return visibleByline(measured, body, names);
}

const unique = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) === index);

/** A byline near the head or just after the end of the body; comments and teasers have authors too, who are not meant. */
function visibleByline(measured: Measured, body: Body, siteNames: readonly string[]): string[] {
  const { page } = measured;
  const head = headOf(measured, body);
  const offers: { names: string[]; rank: number }[] = [];
  for (const mark of page.marks) {
    if (mark.kind !== 'author' || mark.text.length > 120 || mark.text.length < 3) continue;
    const rank = distance(mark.position, head, body);
    if (rank > 25 || isAside(page, mark.node)) continue;
    const { rel = '', itemprop = '' } = page.attributes[mark.node] ?? {};
    const sure = /author/.test(rel) || /\bname\b|author/.test(itemprop);
    offers.push({ names: readByline(mark.text, siteNames, sure), rank: rank + mark.text.length / 20 - (sure ? 8 : 0) });
  }
  page.segments.forEach((segment, index) => {
    if (segment.text.length > 110 || distance(index, head, body) > 8) return;
    const match = BY.exec(segment.text);
    if (!match || isAside(page, segment.node)) return;
    // In running text one word after "by" is no name.
    if (match.index > 0 && !/\s/.test(match[1] ?? '')) return;
    offers.push({ names: readByline(match[1] ?? '', siteNames), rank: distance(index, head, body) + 8 });
  });
  const best = offers.filter(({ names }) => names.length > 0).sort((a, b) => a.rank - b.rank)[0];
  return best?.names ?? [];
}

const BY =
  /(?:^(?:[Tt]ext |[Ww]ritten |[Pp]osted |[Pp]ublished )?|\s|\|)(?:[Bb]y:?|BY:?|[Vv]on:?|[Pp]ar|[Pp]or|[Aa]vtor:|Автор:?|автор:|[Yy]azan:?|[Yy]azar:|[Aa]utor(?:in)?:|[Tt]ext:|[Aa]uthor:)\s{0,3}(\p{Lu}[\p{L}'’.-]+(?:(?: and| und|,)? \p{Lu}[\p{L}'’.-]*){0,5})/u;

function distance(position: number, head: number, body: Body): number {
  const fromEnd = position > body.last ? position - body.last + 4 : Number.POSITIVE_INFINITY;
  return Math.min(Math.abs(position - head), fromEnd);
}

function findImage(measured: Measured, data: LinkedData, body: Body, base: string | null): CleanArticle['leadImage'] {
  const { page } = measured;
  const stated = meta(page, 'og:image') ?? meta(page, 'og:image:url') ?? meta(page, 'twitter:image') ?? data.image;
  const near = page.pictures.find(
    (picture) =>
      picture.position >= body.first - 12 &&
      picture.position <= body.last &&
      (picture.width === 0 || picture.width >= 200),
  );
  const url = absoluteUrl(stated, base) ?? absoluteUrl(near?.url, base);
  if (!url) return null;
  const key = fileKey(url);
  const shown = page.pictures.find((picture) => fileKey(picture.url) === key) ?? null;
  const caption = shown ? captionOf(measured, shown.node, shown.position) : null;
  return { url, caption: caption ?? orNull(meta(page, 'og:image:alt')) };
}

/** File name without sizes: the same picture is served in many. */
const fileKey = (url: string): string =>
  (/([^/?#]+)(?:[?#].*)?$/.exec(url)?.[1] ?? url).replace(/-\d+x\d+(?=\.)|@2x/g, '').toLowerCase();

function captionOf(measured: Measured, image: number, position: number): string | null {
  const { page, signals } = measured;
  for (const segment of page.segments.slice(position, position + 3)) {
    const caption =
      page.tags[segment.node] === 'figcaption' ||
      page.tags[page.parents[segment.node] ?? 0] === 'figcaption' ||
      ((signals[segment.node] ?? 0) & Signal.caption) !== 0;
    if (caption && segment.text.length < 600 && Math.abs(segment.node - image) < 40) return segment.text;
  }
  return null;
}
