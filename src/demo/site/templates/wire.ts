import { type BodyBlock, blockMarkup, inline } from '../body.js';
import { sectionSlug } from '../library.js';
import { html, jsonLd, type Markup } from '../markup.js';
import { americanDate, charsetMeta, feedLink, headTitle, linkList, sectionLinks, type Template } from './page.js';

/** The first paragraph of a wire story runs on from the place and day of its filing. */
function opening(block: BodyBlock, dateline: string | undefined): Markup {
  if (dateline === undefined || block.kind !== 'paragraph') return blockMarkup(block);
  return html`<p class="css-1xq9"><span class="css-d1ne">${dateline}</span> (MWW) — ${inline(block.text)}</p>\n`;
}

/** A world wire: JSON-LD and OpenGraph, a dateline, obfuscated class names of a modern front end. */
export const wire: Template = (page) => {
  const { outlet, article, blocks, url, siteUrl, imageUrl } = page;
  const data = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: article.title,
    description: article.summary,
    datePublished: article.date,
    dateModified: article.updated ?? article.date,
    image: imageUrl,
    author: article.author
      ? { '@type': 'Person', name: article.author }
      : { '@type': 'Organization', name: outlet.name },
    publisher: { '@type': 'Organization', name: outlet.name, url: siteUrl },
    mainEntityOfPage: { '@type': 'WebPage', '@id': url },
  };
  return html`<!DOCTYPE html>
<html lang="${article.language ?? outlet.language}">
<head>
${charsetMeta(page)}
${headTitle(page)}
<meta name="description" content="${article.summary}">
<meta property="og:title" content="${article.title}"><meta property="og:type" content="article">
<meta property="og:url" content="${url}"><meta property="og:image" content="${imageUrl}">
<link rel="canonical" href="${url}">
<link rel="stylesheet" href="/assets/site.css">
${feedLink(page)}
${jsonLd(data)}
</head>
<body>
<div id="__app"><div class="css-7f2a"><a class="css-0d1e" href="#main">Skip to main content</a>
<header class="css-h3ad" role="banner"><a href="/">${outlet.name}</a><nav class="css-n4v0">${sectionLinks(outlet, (link) => link)}</nav><button class="css-b77n">My account</button></header>
<main id="main" class="css-m41n">
<div class="css-t0p1"><a class="css-s3ct" href="/section/${sectionSlug(article.section)}">${article.section}</a><h1 class="css-h1h1">${article.title}</h1>
<div class="css-by11">${article.author ? html`By <a href="/authors/desk" rel="author">${article.author}</a>` : 'By staff'}</div>
<div class="css-d4te"><time datetime="${article.date}">${americanDate(article.date)} GMT</time>${article.updated ? html` <span>Updated <time datetime="${article.updated}">${americanDate(article.updated)} GMT</time></span>` : ''}</div></div>
<div class="css-p1ct"><img src="${imageUrl}" alt=""><div class="css-c4pt">${article.caption ?? 'A file picture.'} /File Photo Purchase Licensing Rights</div></div>
<div class="css-b0dy">
${blocks.map((block, at) => (at === 0 ? opening(block, article.dateline) : blockMarkup(block)))}<p class="css-cr3d">${article.author ? `Reporting by ${article.author}; ` : ''}Editing by the Meridian night desk</p>
</div>
<div class="css-5h4r"><button>Share</button><button>Save</button><button>A A</button></div>
<div class="css-nl01"><h2>Sign up here</h2><p>The Daily Meridian newsletter provides all the news you need to start your day.</p></div>
<div class="css-r3ad"><h2>Read next</h2>${linkList(page.related, 'css-l15t')}</div>
</main>
<aside class="css-4s1d"><h2>Trending</h2>${linkList(page.mostRead, 'css-l15t')}</aside>
<footer class="css-f00t"><p>${outlet.tagline}</p><p>All quotes delayed a minimum of 15 minutes.</p></footer>
</div></div>
<div class="css-0v3r" id="privacy-manager" hidden><p>Manage your privacy preferences: functional, performance, targeting.</p></div>
</body></html>
`;
};
