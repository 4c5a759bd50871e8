import { z } from 'zod';
import { CleanArticle } from '../../shared/model/article.js';
import { Extraction, Verdict } from '../../shared/model/record.js';
import { ArticleRef } from '../../shared/model/stages.js';
import { articleText } from '../article-text.js';
import { defineStage } from '../stage.js';

/** Writes down the cooperative acts that the text tells of, each with the passage that proves it. */
export const extract = defineStage({
  name: 'extract',
  input: z.object({ article: ArticleRef, clean: CleanArticle, verdict: Verdict }),
  makes: 'extraction',
  output: Extraction,
  run: ({ article, clean, verdict }, { threads }, limits) =>
    threads.extract({ article: articleText(article, clean), types: verdict.types }, limits),
});
