import type { BodyBlock } from '../body.js';
import { momentOf } from '../dates.js';
import { type Article, type Outlet, sectionSlug } from '../library.js';
import { html, type Markup, type Slot } from '../markup.js';

export type Link = { title: string; url: string };

/** All that a template needs to set one article. Addresses are absolute. */
export type ArticlePage = {
  outlet: Outlet;
  article: Article;
  blocks: BodyBlock[];
  url: string;
  siteUrl: string;
  feedUrl: string;
  imageUrl: string;
  related: Link[];
  mostRead: Link[];
};

export type Template = (page: ArticlePage) => Markup;

/** The charset as the page's head declares it; a legacy page uses the old form. */
export function charsetMeta({ article }: ArticlePage): Markup {
  return article.serve.charset
    ? html`<meta http-equiv="Content-Type" content="text/html; charset=${article.serve.charset}">`
    : html`<meta charset="utf-8">`;
}

/** The `<link>` by which readers and programs find the feed from any page. */
export function feedLink({ outlet, feedUrl }: { outlet: Outlet; feedUrl: string }): Markup {
  const type = { rss2: 'application/rss+xml', atom: 'application/atom+xml', rdf: 'application/rdf+xml' };
  return html`<link rel="alternate" type="${type[outlet.feed.format]}" title="${outlet.name}" href="${feedUrl}">`;
}

export const linkList = (links: Link[], className: string): Markup =>
  html`<ul class="${className}">${links.map(({ title, url }) => html`<li><a href="${url}">${title}</a></li>`)}</ul>`;

/** Navigation over the outlet's sections, within whatever list the template uses. */
export const sectionLinks = (outlet: Outlet, wrap: (link: Markup) => Slot): Slot =>
  outlet.sections.map((section) => wrap(html`<a href="/section/${sectionSlug(section)}">${section}</a>`));

export const longDate = (iso: string): string => {
  const at = momentOf(iso);
  return `${at.day} ${at.month} ${at.year}, ${at.time}`;
};

export const americanDate = (iso: string): string => {
  const at = momentOf(iso);
  return `${at.month} ${at.day}, ${at.year} ${at.time}`;
};

export const dottedDate = (iso: string): string => {
  const at = momentOf(iso);
  return `${String(at.day).padStart(2, '0')}.${at.monthNumber}.${at.year} ${at.time}`;
};

/** Page titles carry the outlet's name, as on the live web. */
export const headTitle = ({ article, outlet }: ArticlePage): Markup =>
  html`<title>${article.title} | ${outlet.name}</title>`;
