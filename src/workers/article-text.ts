import type { ArticleText, CleanArticle } from '../shared/model/article.js';
import type { ArticleRef } from '../shared/model/stages.js';

const known = (language: string): string | null => (language === 'und' ? null : language);

/** The text that classify and extract read, with what the source and the page say of it. */
export const articleText = (article: ArticleRef, clean: CleanArticle): ArticleText => ({
  title: clean.title ?? '',
  text: clean.text,
  date: clean.publishedAt,
  language: known(clean.language) ?? known(article.language),
  outlet: article.outlet,
  outletCountry: /^[A-Z]{3}$/.test(article.country) && article.country !== 'INT' ? article.country : null,
});
