import { z } from 'zod';
import { StageFailure } from '../../shared/failures.js';
import { CleanArticle } from '../../shared/model/article.js';
import { ArticleRef, FetchedPage } from '../../shared/model/stages.js';
import { defineStage } from '../stage.js';

/** Finds the article on its page. The feed's title and date stand in where the page gives none. */
export const clean = defineStage({
  name: 'clean',
  input: z.object({ article: ArticleRef, page: FetchedPage }),
  makes: 'clean',
  output: CleanArticle,
  async run({ article, page }, { threads, config }, limits) {
    const made = await threads.clean(
      {
        body: Buffer.from(page.gzip, 'base64'),
        gzipped: true,
        contentType: page.contentType,
        // An article inspected from a file has no address of its own.
        url: /^https?:/i.test(page.url) ? page.url : null,
        explain: limits.explain ?? false,
        inText: config.clean,
      },
      limits,
    );
    // A photo page has a headline and nothing under it.
    const onlyTitle = made.title !== null && made.text.trim() === made.title.trim();
    if (made.flags.noText || made.text.trim() === '' || onlyTitle) throw new StageFailure('clean/no-text', page.url);
    const fromFeed = made.publishedAt === null && article.publishedAt !== null;
    return {
      ...made,
      title: made.title ?? article.title,
      ...(fromFeed ? { publishedAt: article.publishedAt, publishedPrecision: 'second' as const } : {}),
    };
  },
});
