import { blockMarkup } from '../body.js';
import { sectionSlug } from '../library.js';
import { html } from '../markup.js';
import { americanDate, charsetMeta, feedLink, headTitle, linkList, sectionLinks, type Template } from './page.js';

const AD = html`<div class="ad-slot" data-ad="inline"><span>ADVERTISEMENT</span></div>\n`;

/** A daily paper: OpenGraph and Twitter cards, advertisements between paragraphs, comments, a "most read" list. */
export const daily: Template = (page) => {
  const { outlet, article, blocks, url, imageUrl } = page;
  return html`<!doctype html>
<html lang="${article.language ?? outlet.language}">
<head>
${charsetMeta(page)}
${headTitle(page)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${article.summary}">
<meta property="og:type" content="article"><meta property="og:title" content="${article.title}">
<meta property="og:description" content="${article.summary}"><meta property="og:url" content="${url}">
<meta property="og:image" content="${imageUrl}"><meta property="og:site_name" content="${outlet.name}">
<meta property="article:published_time" content="${article.date}">
<meta property="article:modified_time" content="${article.updated ?? article.date}">
<meta name="twitter:card" content="summary_large_image">
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/assets/site.css">
${feedLink(page)}
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({page: 'article', section: 'news', paragraphs: '<p>none</p>'});</script>
</head>
<body>
<div id="gdpr" class="gdpr-popup" role="dialog"><p>We and our 214 partners store and access information on your device. You can change your choice at any time in the privacy centre.</p><button>Reject all</button><button>Accept all</button></div>
<header class="masthead"><a class="brand" href="/">${outlet.name}</a><p>${outlet.tagline}</p>
<nav class="mainmenu">${sectionLinks(outlet, (link) => html`${link} `)}<a href="/epaper">E-paper</a> <a href="/subscribe">Subscribe</a></nav></header>
<div class="leaderboard">ADVERTISEMENT</div>
<ol class="crumbs"><li><a href="/">Home</a></li><li><a href="/section/${sectionSlug(article.section)}">${article.section}</a></li></ol>
<main><article class="news-detail">
<h1>${article.title}</h1>
<p class="spot">${article.summary}</p>
<div class="meta"><span class="by">By ${article.author ?? 'DAILY DESK WITH WIRES'}</span> <time datetime="${article.date}">${americanDate(article.date)}</time></div>
<div class="share"><a href="#fb">Share</a> <a href="#x">Post</a> <a href="#in">LinkedIn</a> <a href="#mail">Email</a> <a href="#print">Print</a></div>
<figure><img src="${imageUrl}" alt=""><figcaption>${article.caption ?? 'File photo.'}</figcaption></figure>
<div class="news-content" id="content">
${blocks.map((block, at) => html`${blockMarkup(block)}${at === 1 || at === 5 ? AD : ''}`)}</div>
<div class="keywords">${article.tags.map((tag) => html`<a href="/tag/${encodeURIComponent(tag)}">${tag}</a>`)}</div>
</article>
<section class="newsletter"><h3>Get the morning briefing</h3><p>The five stories that matter, in your inbox before breakfast.</p><input type="email" placeholder="Your e-mail"><button>Sign up</button></section>
<section id="comments"><h3>${article.comments.length} comments</h3>${article.comments.map((comment) => html`<div class="comment"><b>${comment.by}</b><p>${comment.text}</p><a href="#reply">Reply</a></div>`)}</section>
<section class="more"><h3>Recommended for you</h3>${page.related.map((link) => html`<div class="card"><img src="${imageUrl}" alt=""><a href="${link.url}">${link.title}</a></div>`)}</section></main>
<aside class="mostread"><h3>Most read</h3><ol>${page.mostRead.map((link) => html`<li><a href="${link.url}">${link.title}</a></li>`)}</ol></aside>
<footer>${linkList(
    [
      { title: 'About', url: '/about' },
      { title: 'Advertise', url: '/ads' },
      { title: 'Privacy', url: '/privacy' },
    ],
    'foot',
  )}<p>Copyright ${outlet.name} Publishing Inc.</p></footer>
</body></html>
`;
};
