import { blockMarkup } from './body.js';
import { rfc822 } from './dates.js';
import type { Article, Outlet } from './library.js';
import { escapeText, html, type Markup } from './markup.js';

/** One entry as a feed shows it; `link` is null for a note without an address. */
export type Entry = { article: Article; link: string | null };

/** What a feed is made from. `builtAt` is the moment of the last change, in UTC. */
export type FeedPage = { outlet: Outlet; siteUrl: string; feedUrl: string; builtAt: Date; entries: Entry[] };

export const FEED_TYPES = {
  rss2: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  rdf: 'application/rdf+xml; charset=utf-8',
} as const;

const body = (article: Article): Markup => html`${article.blocks.map(blockMarkup)}`;

/** Some publishing tools forget to escape titles: with `rawTitle` the '&' goes out as it is. */
const rssTitle = ({ title, entry }: Article): string => (entry.rawTitle ? title : escapeText(title));

function rssItem({ article, link }: Entry, full: boolean): string {
  const lines = [
    `<title>${rssTitle(article)}</title>`,
    link === null ? '' : `<link>${escapeText(link)}</link>`,
    `<guid isPermaLink="false">${article.key}</guid>`,
    `<pubDate>${escapeText(article.entry.dateText ?? rfc822(article.date))}</pubDate>`,
    article.updated ? `<atom:updated>${article.updated}</atom:updated>` : '',
    article.author ? `<dc:creator>${escapeText(article.author)}</dc:creator>` : '',
    `<category>${escapeText(article.section)}</category>`,
    ...article.tags.map((tag) => `<category>${escapeText(tag)}</category>`),
    `<description>${escapeText(html`<p>${article.summary}</p>`.text)}</description>`,
    full ? `<content:encoded><![CDATA[${body(article).text}]]></content:encoded>` : '',
  ];
  return `<item>\n${lines.filter((line) => line !== '').join('\n')}\n</item>`;
}

function rss2({ outlet, siteUrl, feedUrl, builtAt, entries }: FeedPage): string {
  const ttl = outlet.feed.ttlMinutes === undefined ? '' : `\n<ttl>${outlet.feed.ttlMinutes}</ttl>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>${escapeText(outlet.name)}</title>
<link>${siteUrl}</link>
<description>${escapeText(outlet.tagline)}</description>
<language>${outlet.language}</language>
<lastBuildDate>${rfc822(builtAt.toISOString())}</lastBuildDate>${ttl}
<atom:link href="${feedUrl}" rel="self" type="application/rss+xml"/>
${entries.map((entry) => rssItem(entry, outlet.feed.content === 'full')).join('\n')}
</channel>
</rss>
`;
}

function atom({ outlet, siteUrl, feedUrl, builtAt, entries }: FeedPage): string {
  const rows = entries.map(
    ({ article, link }) => html`<entry>
<id>tag:${outlet.id}.example,2023:${article.slug}</id>
<title>${article.title}</title>
${link === null ? '' : html`<link rel="alternate" type="text/html" href="${link}"/>`}
<published>${article.date}</published>
<updated>${article.updated ?? article.date}</updated>
${article.author ? html`<author><name>${article.author}</name></author>` : ''}
<category term="${article.section}"/>
<summary type="text">${article.summary}</summary>
${outlet.feed.content === 'full' ? html`<content type="html">${body(article).text}</content>` : ''}
</entry>
`,
  );
  return html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${outlet.language}">
<id>tag:${outlet.id}.example,2023:feed</id>
<title>${outlet.name}</title>
<subtitle>${outlet.tagline}</subtitle>
<link rel="alternate" type="text/html" href="${siteUrl}"/>
<link rel="self" type="application/atom+xml" href="${feedUrl}"/>
<updated>${builtAt.toISOString()}</updated>
<author><name>${outlet.name}</name></author>
${rows}</feed>
`.text;
}

function rdf({ outlet, siteUrl, feedUrl, entries }: FeedPage): string {
  const abouts = entries.map(({ article, link }) => ({
    article,
    link,
    about: link ?? `urn:${outlet.id}:${article.slug}`,
  }));
  return html`<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="${feedUrl}">
<title>${outlet.name}</title>
<link>${siteUrl}</link>
<description>${outlet.tagline}</description>
<dc:language>${outlet.language}</dc:language>
<sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>2</sy:updateFrequency>
<items><rdf:Seq>${abouts.map(({ about }) => html`<rdf:li rdf:resource="${about}"/>`)}</rdf:Seq></items>
</channel>
${abouts.map(
  ({ article, link, about }) => html`<item rdf:about="${about}">
<title>${article.title}</title>
${link === null ? '' : html`<link>${link}</link>`}
<description>${article.summary}</description>
<dc:date>${article.updated ?? article.date}</dc:date>
${article.author ? html`<dc:creator>${article.author}</dc:creator>` : ''}
<dc:subject>${article.section}</dc:subject>
</item>
`,
)}</rdf:RDF>
`.text;
}

const WRITERS = { rss2, atom, rdf };

/** The feed document in the outlet's format. */
export const feedDocument = (page: FeedPage): string => WRITERS[page.outlet.feed.format](page);
