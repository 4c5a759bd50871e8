import { type BodyBlock, blockMarkup, inline } from '../body.js';
import { momentOf } from '../dates.js';
import { html, type Markup } from '../markup.js';
import { charsetMeta, feedLink, headTitle, linkList, sectionLinks, type Template } from './page.js';

const designed = (block: BodyBlock): Markup =>
  block.kind === 'quote'
    ? html`<aside class="pullquote"><blockquote>${inline(block.text)}</blockquote></aside>\n`
    : blockMarkup(block);

/** A trade magazine: schema.org microdata, a box about the author, a white-paper promotion, sponsored links. */
export const magazine: Template = (page) => {
  const { outlet, article, blocks, url, imageUrl } = page;
  const at = momentOf(article.date);
  return html`<!DOCTYPE html>
<html lang="${article.language ?? outlet.language}">
<head>
${charsetMeta(page)}
${headTitle(page)}
<meta name="description" content="${article.summary}">
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/assets/site.css">
${feedLink(page)}
</head>
<body>
<div class="topbar"><a href="/subscribe">Subscribe to the print edition</a> <a href="/login">Log in</a></div>
<div id="cookie-notice"><p>By continuing to browse you agree to our use of cookies.</p><a href="#ok">OK</a></div>
<div class="header"><a class="logo" href="/">${outlet.name}</a><div class="strap">${outlet.tagline}</div>
<div class="menu">${sectionLinks(outlet, (link) => html`<span>${link}</span>`)}<span><a href="/events">Events</a></span><span><a href="/directory">Supplier directory</a></span></div></div>
<div class="wrap" itemscope itemtype="https://schema.org/NewsArticle">
<meta itemprop="mainEntityOfPage" content="${url}">
<h1 class="entry-title" itemprop="headline">${article.title}</h1>
<div class="standfirst" itemprop="description">${article.summary}</div>
<div class="entry-meta">${article.author ? html`<span itemprop="author" itemscope itemtype="https://schema.org/Person">by <a rel="author" href="/staff" itemprop="name">${article.author}</a></span> | ` : ''}<time itemprop="datePublished" datetime="${article.date}">${at.weekday}, ${at.month} ${at.day} ${at.year}</time> | <span itemprop="articleSection">${article.section}</span></div>
<div class="addthis"><a href="#li">in</a> <a href="#x">x</a> <a href="#em">mail</a></div>
<div class="wp-caption"><img itemprop="image" src="${imageUrl}" alt=""><p class="wp-caption-text">${article.caption ?? ''}</p></div>
<div class="entry-content" itemprop="articleBody">
${blocks.slice(0, 3).map(designed)}</div>
<div class="whitepaper"><strong>White paper:</strong> <a href="/wp/42">Seven questions to ask before you buy a tactical radio</a> (free download, registration required)</div>
<div class="entry-content" itemprop="articleBody">
${blocks.slice(3).map(designed)}</div>
<div class="author-box"><h4>About the author</h4><p>${article.author ?? outlet.name} writes on land systems and the business of defence.</p></div>
</div>
<div class="sponsored"><h4>Sponsored</h4><ul><li><a href="/sp/1">Rugged displays for armoured vehicles</a></li><li><a href="/sp/2">Connectors that survive the desert</a></li></ul></div>
<div class="sidebar"><h4>Most popular</h4>${linkList(page.mostRead, 'popular')}<h4>In this issue</h4>${linkList(page.related, 'issue')}</div>
<div class="footer">${outlet.name} is published ten times a year. Reproduction in whole or part without permission is prohibited.</div>
</body></html>
`;
};
