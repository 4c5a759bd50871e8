import { blockMarkup } from '../body.js';
import { html, jsonLd } from '../markup.js';
import { charsetMeta, feedLink, headTitle, linkList, longDate, sectionLinks, type Template } from './page.js';

/** A public broadcaster: JSON-LD in a graph, a lead in bold, an embedded video, a live ticker. */
export const broadcaster: Template = (page) => {
  const { outlet, article, blocks, url, siteUrl, imageUrl } = page;
  const news = {
    '@type': 'NewsArticle',
    '@id': `${url}#article`,
    headline: article.title,
    datePublished: article.date,
    dateModified: article.updated ?? article.date,
    inLanguage: article.language ?? outlet.language,
    articleSection: article.section,
    image: [imageUrl],
    author: article.author ? [{ '@type': 'Person', name: article.author }] : { '@id': `${siteUrl}#org` },
    publisher: { '@id': `${siteUrl}#org` },
    mainEntityOfPage: url,
  };
  const graph = [{ '@type': 'NewsMediaOrganization', '@id': `${siteUrl}#org`, name: outlet.name, url: siteUrl }, news];
  return html`<!DOCTYPE html>
<html lang="${article.language ?? outlet.language}">
<head>
${charsetMeta(page)}
${headTitle(page)}
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/assets/site.css">
${feedLink(page)}
${jsonLd({ '@context': 'https://schema.org', '@graph': graph })}
</head>
<body class="article-view">
<div class="consent-banner" aria-live="polite"><h2>Your privacy</h2><p>We use cookies to make our programmes better. Choose which of them you allow.</p><button>Only necessary</button><button>Allow all</button></div>
<header class="site-header"><a href="/" aria-label="Home">${outlet.name}</a><ul class="nav">${sectionLinks(outlet, (link) => html`<li>${link}</li>`)}<li><a href="/live">Live radio</a></li><li><a href="/tv">TV guide</a></li></ul></header>
<div class="ticker"><strong>Now:</strong> ${page.mostRead.slice(0, 2).map((link) => html`<a href="${link.url}">${link.title}</a> · `)}</div>
<main>
<article>
<header><p class="kicker">${article.section}</p><h1>${article.title}</h1>
<p class="published">Published <time datetime="${article.date}">${longDate(article.date)}</time>${article.updated ? html` · Updated <time datetime="${article.updated}">${longDate(article.updated)}</time>` : ''}</p></header>
<figure class="lead"><picture><source srcset="${imageUrl}"><img src="${imageUrl}" alt="${article.title}"></picture><figcaption>${article.caption ?? 'Illustrative image'} <span class="credit">Photo: ${outlet.name}</span></figcaption></figure>
<div class="article-text">
<p class="lead-text"><strong>${article.summary}</strong></p>
${blocks.map(blockMarkup)}</div>
<div class="video-embed"><iframe title="Evening news" src="/embed/evening"></iframe><p>Watch: the evening news</p></div>
<footer class="article-footer">${article.author ? html`<p>Author: <span class="author">${article.author}</span></p>` : ''}<p>Noticed a mistake? Mark the text and press Ctrl + Enter.</p><ul class="share"><li><a href="#">Facebook</a></li><li><a href="#">X</a></li><li><a href="#">Copy link</a></li></ul></footer>
</article>
<section class="related"><h2>Related</h2>${linkList(page.related, 'teasers')}</section>
</main>
<footer class="site-footer"><p>${outlet.tagline}</p>${linkList(
    [
      { title: 'Editorial code', url: '/code' },
      { title: 'Contact', url: '/contact' },
    ],
    'links',
  )}</footer>
</body></html>
`;
};
