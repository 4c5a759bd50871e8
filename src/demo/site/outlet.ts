import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { momentOf } from './dates.js';
import { type Entry, FEED_TYPES, feedDocument } from './feeds.js';
import { type Article, type Outlet, sectionSlug } from './library.js';
import { html, type Markup } from './markup.js';
import { articleMarkup } from './templates/index.js';
import { feedLink, type Link } from './templates/page.js';
import { listing } from './templates/special.js';

/** What a path answers: a document with its validators, and how the server is to behave. `delayMs` in milliseconds. */
export type Answer = {
  body: Buffer;
  type: string;
  etag: string;
  lastModified: Date;
  delayMs: number;
  failFirst: number | undefined;
};

/** The addresses of one outlet once its port is known; `siteUrl` ends with a slash. */
export type Place = { outlet: Outlet; siteUrl: string; feedUrl: string };

/** The path of an article on its outlet's site, before any query. */
export function pathOf(outlet: Outlet, article: Article): string {
  if (article.path !== undefined) return article.path;
  const at = momentOf(article.date);
  return outlet.articlePath
    .replace('{slug}', article.slug)
    .replace('{section}', sectionSlug(article.section))
    .replace('{year}', String(at.year))
    .replace('{month}', at.monthNumber);
}

export const urlOf = (place: Place, article: Article): string =>
  new URL(pathOf(place.outlet, article), place.siteUrl).href;

function answer(body: Buffer, type: string, lastModified: Date): Answer {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 20)}"`;
  return { body, type, etag, lastModified, delayMs: 0, failFirst: undefined };
}

const newestFirst = (a: Article, b: Article): number => Date.parse(b.date) - Date.parse(a.date);

/** Neighbours of an article in its outlet, the same on every run. */
function linksFrom(place: Place, own: Article[], article: Article, skip: number): Link[] {
  const at = own.indexOf(article);
  const others = [...own.slice(at + 1), ...own.slice(0, at)].filter(
    (other) => !other.entry.noLink && !other.serve.missing,
  );
  return others.slice(skip, skip + 4).map((other) => ({ title: other.title, url: urlOf(place, other) }));
}

function pageAnswer(place: Place, own: Article[], article: Article): Answer {
  const markup = articleMarkup({
    ...place,
    article,
    blocks: article.blocks,
    url: urlOf(place, article),
    imageUrl: new URL(`/img/${article.slug}.svg`, place.siteUrl).href,
    related: linksFrom(place, own, article, 0),
    mostRead: linksFrom(place, own, article, 4),
  });
  const { charset, delayMs = 0, failFirst } = article.serve;
  const body = iconv.encode(markup.text, charset ?? 'utf-8');
  // The legacy page names its charset in a meta element only, as such pages do.
  const type = charset ? 'text/html' : 'text/html; charset=utf-8';
  return { ...answer(body, type, new Date(article.updated ?? article.date)), delayMs, failFirst };
}

/** Entries of the outlet's own feed, newest first, and those it carries from others. */
function entriesOf(place: Place, own: Article[], places: Place[], articles: Article[]): Entry[] {
  const entries: Entry[] = own.map((article) => ({
    article,
    link: article.entry.noLink ? null : urlOf(place, article),
  }));
  for (const { article: key, query } of place.outlet.feed.carries) {
    const article = articles.find((candidate) => candidate.key === key);
    const home = places.find(({ outlet }) => outlet.id === article?.outlet);
    if (article && home) entries.push({ article, link: `${urlOf(home, article)}?${query}` });
  }
  return entries.sort((a, b) => newestFirst(a.article, b.article));
}

const picture = (label: string): Markup => html`<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">
<rect width="640" height="360" fill="#45525e"/><text x="24" y="330" fill="#fff" font-family="sans-serif">${label}</text></svg>
`;

const CSS = 'body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:auto}aside{font-size:85%}img{max-width:100%}\n';

/** Every path that an outlet answers, with its document. `builtAt` dates the feed, the home page and robots.txt. */
export function routesOf(place: Place, places: Place[], articles: Article[], builtAt: Date): Map<string, Answer> {
  const { outlet } = place;
  const own = articles.filter((article) => article.outlet === outlet.id).sort(newestFirst);
  const routes = new Map<string, Answer>();
  const head = { name: outlet.name, feedLink: feedLink(place), language: outlet.language };
  const put = (path: string, text: string, type: string) => routes.set(path, answer(Buffer.from(text), type, builtAt));
  const list = (path: string, heading: string, rows: Article[]) => {
    const links = rows
      .filter(({ entry }) => !entry.noLink)
      .map((row) => ({ title: row.title, url: urlOf(place, row) }));
    put(path, listing({ ...head, heading }, links).text, 'text/html; charset=utf-8');
  };
  list('/', outlet.tagline, own);
  for (const section of outlet.sections) {
    list(
      `/section/${sectionSlug(section)}`,
      section,
      own.filter((article) => article.section === section),
    );
  }
  put('/robots.txt', outlet.robots, 'text/plain; charset=utf-8');
  put('/assets/site.css', CSS, 'text/css');
  const entries = entriesOf(place, own, places, articles);
  put(outlet.feed.path, feedDocument({ ...place, builtAt, entries }), FEED_TYPES[outlet.feed.format]);
  for (const article of own.filter(({ serve, entry }) => !serve.missing && !entry.noLink)) {
    routes.set(pathOf(outlet, article), pageAnswer(place, own, article));
    put(`/img/${article.slug}.svg`, picture(article.caption ?? outlet.name).text, 'image/svg+xml');
  }
  return routes;
}
