import { type BodyBlock, blockMarkup } from '../body.js';
import { html, type Markup } from '../markup.js';
import { charsetMeta, dottedDate, feedLink, linkList, sectionLinks, type Template } from './page.js';

/** Bodies of old content systems: a paragraph is a `div` with `br`s after it. */
const oldParagraph = (block: BodyBlock): Markup =>
  block.kind === 'paragraph' ? html`<div align="justify">${blockMarkup(block)}</div><br>\n` : blockMarkup(block);

/** A ministry's press office: an old table layout without any metadata, the date as plain text. */
export const ministry: Template = (page) => {
  const { outlet, article, blocks, imageUrl } = page;
  return html`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html lang="${article.language ?? outlet.language}">
<head>
${charsetMeta(page)}
<title>${outlet.name} - ${article.title}</title>
<link rel="stylesheet" href="/assets/site.css" type="text/css">
${feedLink(page)}
</head>
<body>
<table width="980" border="0" align="center">
<tr><td colspan="2" class="head"><img src="/img/coat-of-arms.svg" alt="Coat of arms"> <a href="/">${outlet.name}</a><br><i>${outlet.tagline}</i> | <a href="/bg">BG</a> | <a href="/">EN</a> | <a href="/sitemap">Site map</a> | <a href="/access">For the visually impaired</a></td></tr>
<tr><td width="200" valign="top" class="menu"><ul>${sectionLinks(outlet, (link) => html`<li>${link}</li>`)}<li><a href="/tenders">Public procurement</a></li><li><a href="/careers">Careers in the armed forces</a></li><li><a href="/foi">Access to information</a></li></ul>
<b>Archive</b>${linkList(page.mostRead, 'archive')}</td>
<td valign="top" class="content">
<div class="path">Home &gt; Press centre &gt; ${article.section}</div>
<h2 class="title">${article.title}</h2>
<span class="datum">${dottedDate(article.date)}</span>
<hr>
<div class="text">
<img src="${imageUrl}" alt="" align="left"><i class="under">${article.caption ?? ''}</i>
${blocks.map(oldParagraph)}</div>
<p class="print"><a href="javascript:window.print()">Print version</a> | <a href="#top">Back to top</a></p>
<h4>Latest news</h4>${linkList(page.related, 'latest')}
</td></tr>
<tr><td colspan="2" class="foot">3 Oborishte Str. Press centre: +359 2 555 01 12. This site uses only cookies that are strictly necessary. Web design: state IT agency.</td></tr>
</table>
</body>
</html>
`;
};
