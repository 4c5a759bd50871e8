import { z } from 'zod';
import { StageFailure } from '../../shared/failures.js';
import { CleanArticle } from '../../shared/model/article.js';
import { Verdict } from '../../shared/model/record.js';
import { ArticleRef } from '../../shared/model/stages.js';
import { articleText } from '../article-text.js';
import { defineStage } from '../stage.js';
import { readableLanguages } from './verdict.js';

/** Says whether the article is about defence cooperation. What is not ends here, with the reason in the ledger. */
export const classify = defineStage({
  name: 'classify',
  input: z.object({ article: ArticleRef, clean: CleanArticle }),
  makes: 'verdict',
  output: Verdict,
  async run({ article, clean }, { threads }, limits) {
    const verdict = await threads.classify(articleText(article, clean), limits);
    if (verdict.language !== 'und' && !readableLanguages.includes(verdict.language)) {
      const detail = `${verdict.language}; the rules read ${readableLanguages.join(', ')}`;
      throw new StageFailure('classify/language', detail, { made: verdict });
    }
    if (!verdict.relevant) {
      const signals = verdict.evidence.map(({ signal: name }) => name).slice(0, 5);
      const seen = signals.length > 0 ? `; seen: ${signals.join(', ')}` : '';
      throw new StageFailure('classify/irrelevant', `score ${verdict.score.toFixed(2)}${seen}`, { made: verdict });
    }
    return verdict;
  },
});
