import type { Outlet } from '../library.js';
import { Markup, unclosed } from '../markup.js';
import { agency } from './agency.js';
import { broadcaster } from './broadcaster.js';
import { daily } from './daily.js';
import { magazine } from './magazine.js';
import { ministry } from './ministry.js';
import type { ArticlePage, Template } from './page.js';
import { gallery, walled } from './special.js';
import { wire } from './wire.js';

const TEMPLATES: Record<Outlet['template'], Template> = { agency, daily, ministry, broadcaster, magazine, wire };

/** The article's HTML in its outlet's design, with what is special about its layout. */
export function articleMarkup(page: ArticlePage): Markup {
  const template = TEMPLATES[page.outlet.template];
  switch (page.article.serve.layout) {
    case 'article':
      return template(page);
    case 'gallery':
      return gallery(page);
    case 'wall':
      return walled(template(page));
    case 'unclosed':
      return new Markup(unclosed(template(page).text));
  }
}
