import { readByline } from './byline.js';
import type { LinkedData } from './jsonld.js';
import type { Page } from './page.js';
import type { Place } from './place.js';
import { printedBylines, printedDesk } from './printed.js';
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

/**
 * The persons who wrote the article; empty where the page names none. What the page's data states must agree with
 * what the reader sees: a printed byline completes it, and takes the place of a login or of a bare site-wide meta.
 * Where no person is named but the headline bears a desk's or a company's name as its byline, that name is given.
 */
export function findAuthors(page: Page, data: LinkedData, place: Place, siteNames: readonly string[]): string[] {
  const persons = findPersons(page, data, place, siteNames);
  if (persons.length > 0) return persons;
  const stated = data.authors.map(({ name }) => name);
  const desk = printedDesk(page, place, [...siteNames, ...stated]);
  return desk ? [desk] : [];
}

function findPersons(page: Page, data: LinkedData, place: Place, siteNames: readonly string[]): string[] {
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
  const unseen = !stated.some((name) => isPrinted(page, name));
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
