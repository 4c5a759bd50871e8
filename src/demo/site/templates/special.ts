import { html, Markup } from '../markup.js';
import { charsetMeta, feedLink, headTitle, type Link, linkList, type Template } from './page.js';

/** A photo page: pictures, numbers and next to no words. */
export const gallery: Template = (page) => {
  const { outlet, article, imageUrl } = page;
  const frames = Array.from({ length: 8 }, (_, at) => at + 1);
  return html`<!DOCTYPE html>
<html lang="${outlet.language}"><head>${charsetMeta(page)}${headTitle(page)}${feedLink(page)}</head>
<body><header><a href="/">${outlet.name}</a></header>
<main class="gallery"><h1>${article.title}</h1>
${frames.map((frame) => html`<figure><a href="${imageUrl}?n=${frame}"><img src="${imageUrl}?n=${frame}" alt=""></a><figcaption>${frame} / ${frames.length}</figcaption></figure>\n`)}
<p class="credit">${article.caption ?? ''}</p></main>
<aside>${linkList(page.mostRead, 'more')}</aside><footer>&copy; ${outlet.name}</footer></body></html>
`;
};

const WALL = html`<div id="cmp-wall" class="cmp cmp-fullscreen" role="dialog" aria-modal="true" aria-label="Consent">
<h2>Before you continue</h2>
<p>We value your privacy. With your agreement, we and our partners use cookies or similar technologies to store, access and process personal data such as your visit on this website.</p>
<p>You can withdraw your consent or object to data processing based on legitimate interest at any time by clicking on "Learn more" or in our privacy policy on this website.</p>
<ul><li>Precise geolocation data and identification through device scanning</li><li>Personalised advertising and content, advertising and content measurement, audience research and services development</li></ul>
<button>Learn more</button><button>Agree and close</button><a href="/subscribe">Subscribe to read without tracking</a></div>
`;

/** Puts a consent wall before everything else on the page; the article stays in the HTML behind it. */
export function walled(page: Markup): Markup {
  const behind = page.text.replace(
    /<body([^>]*)>/,
    (_, attributes: string) => `<body${attributes} style="overflow:hidden">\n${WALL.text}`,
  );
  return new Markup(behind);
}

/** A list of links with its heading: the home page and the section pages. */
export function listing(
  head: { name: string; heading: string; feedLink: Markup; language: string },
  links: Link[],
): Markup {
  return html`<!DOCTYPE html>
<html lang="${head.language}"><head><meta charset="utf-8"><title>${head.heading} | ${head.name}</title>${head.feedLink}</head>
<body><header><a href="/">${head.name}</a></header><main><h1>${head.heading}</h1>${linkList(links, 'listing')}</main><footer>&copy; ${head.name}</footer></body></html>
`;
}
