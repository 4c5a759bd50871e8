import { z } from 'zod';
import { CleanArticle } from '../../shared/model/article.js';
import { Extraction, Verdict } from '../../shared/model/record.js';
import { Settlement } from '../../shared/model/settlement.js';
import { ArticleRef } from '../../shared/model/stages.js';
import { defineStage } from '../stage.js';
import { identify } from './record-id.js';

/** Says what is to be written down of an article that went all the way; the writing is one transaction in bind.ts. */
export const store = defineStage({
  name: 'store',
  input: z.object({ article: ArticleRef, clean: CleanArticle, verdict: Verdict, extraction: Extraction }),
  makes: 'settlement',
  output: Settlement,
  async run({ article, clean, extraction }) {
    const records = identify(article.id, trueOnes(extraction, clean.text));
    return {
      outcome: 'stored' as const,
      reason: records.length > 0 ? 'records' : 'no-records',
      detail: null,
      duplicateOf: null,
      facts: { title: clean.title, publishedAt: clean.publishedAt, language: clean.language },
      records: { rules: extraction.rules, list: records },
    };
  },
});

/** The promise of every record is its passage: one whose quote is not in the text at its place does not pass. */
const trueOnes = (extraction: Extraction, text: string): Extraction['records'] =>
  extraction.records.filter((record) =>
    record.evidence.every((span) => text.slice(span.start, span.end) === span.quote),
  );
