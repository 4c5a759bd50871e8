import { blockMarkup } from '../body.js';
import { sectionSlug } from '../library.js';
import { html } from '../markup.js';
import { charsetMeta, feedLink, headTitle, linkList, longDate, sectionLinks, type Template } from './page.js';

/** A news agency: OpenGraph, breadcrumbs, a hit counter, related links in the middle of the text. */
export const agency: Template = (page) => {
  const { outlet, article, blocks, url, siteUrl, imageUrl } = page;
  const middle = Math.ceil(blocks.length / 2);
  return html`<!DOCTYPE html>
<html lang="${article.language ?? outlet.language}" prefix="og: http://ogp.me/ns#">
<head>
${charsetMeta(page)}
${headTitle(page)}
<meta name="description" content="${article.summary}">
<meta property="og:type" content="article">
<meta property="og:site_name" content="${outlet.name}">
<meta property="og:title" content="${article.title}">
<meta property="og:image" content="${imageUrl}">
<meta property="og:url" content="${url}">
<meta property="article:published_time" content="${article.date}">
<meta property="article:section" content="${article.section}">
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/assets/site.css">
${feedLink(page)}
</head>
<body class="inner news-page">
<div class="cookie-bar" id="cookieBar"><span>${outlet.name} uses cookies to count visits and to remember your language.</span> <button>Accept</button> <a href="/privacy">Learn more</a></div>
<header id="top"><div class="logo"><a href="/">${outlet.name}</a><small>${outlet.tagline}</small></div>
<form action="/search"><input name="q" placeholder="Search the archive"><button>Go</button></form>
<div class="currency">USD 1.7000 | EUR 1.8421 | GBP 2.1510</div>
<nav><ul>${sectionLinks(outlet, (link) => html`<li>${link}</li>`)}</ul></nav></header>
<div class="breadcrumbs"><a href="/">Home</a> / <a href="/section/${sectionSlug(article.section)}">${article.section}</a> / <span>${article.title}</span></div>
<div class="container"><div class="col-main">
<h1>${article.title}</h1>
<div class="news-info"><span class="date">${longDate(article.date)} (UTC+04:00)</span> <span class="views">Read: 1482</span></div>
<div class="news-photo"><img src="${imageUrl}" alt="${article.title}"><div class="photo-caption">${article.caption ?? 'Photo: archive'}</div></div>
${article.author ? html`<div class="news-author"><b>${article.author}</b></div>` : ''}
<div class="news-body">
${blocks.slice(0, middle).map(blockMarkup)}<div class="see-also"><b>See also:</b> ${page.related.slice(0, 1).map((link) => html`<a href="${link.url}">${link.title}</a>`)}</div>
${blocks.slice(middle).map(blockMarkup)}</div>
<div class="social">Share: <a href="${siteUrl}share?to=fb">Facebook</a> <a href="${siteUrl}share?to=x">X</a> <a href="${siteUrl}share?to=tg">Telegram</a> <a href="${siteUrl}share?to=wa">WhatsApp</a></div>
<div class="tags">Tags: ${article.tags.map((tag) => html`<a href="/tag/${encodeURIComponent(tag)}">#${tag}</a> `)}</div>
<p class="promo">Follow us on our Telegram channel and never miss a headline</p>
<h3>Other news of the section</h3>
${linkList(page.related, 'other-news')}
</div>
<aside class="col-side"><h3>Newsfeed</h3>${linkList(page.mostRead, 'newsfeed')}<div class="banner">Advertisement<br><a href="/adv">Your banner could be here</a></div></aside></div>
<footer><p>&copy; ${outlet.name}. All rights reserved. When using material, a reference to ${outlet.name} is required.</p><p>Phone: (+994 12) 555-01-70, editorial e-mail: desk@${outlet.id}.example</p></footer>
</body></html>
`;
};
