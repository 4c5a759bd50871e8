import { z } from 'zod';
import { CleanArticle } from '../../shared/model/article.js';
import { Extraction, type LlmReport, RecordType, Verdict } from '../../shared/model/record.js';
import { ArticleRef } from '../../shared/model/stages.js';
import { articleText } from '../article-text.js';
import { defineStage } from '../stage.js';
import type { ExtractTask } from '../thread-tasks.js';
import type { Limits, Threads } from '../threads.js';
import type { Llm } from './llm/client.js';
import { combine } from './llm/combine.js';
import { PROMPT_VERSION } from './llm/prompt.js';

/**
 * Writes down the cooperative acts that the text tells of, each with the passage that proves it. By rules; where the
 * operator has set up a language model, by it or by both, and by the rules alone when it gives no answer.
 * Acts of every type are looked for: the background of an article may tell of acts that are not its subject.
 */
export const extract = defineStage({
  name: 'extract',
  input: z.object({ article: ArticleRef, clean: CleanArticle, verdict: Verdict }),
  makes: 'extraction',
  output: Extraction,
  run({ article, clean }, { threads, llm, config }, limits) {
    const task = { article: articleText(article, clean), types: RecordType.options };
    const { engine } = config.extract;
    return llm === null || engine === 'rules'
      ? threads.extract(task, limits)
      : withModel(task, engine, { threads, llm, limits });
  },
});

const NOTHING = { acts: 0, parties: 0, people: 0, dates: 0 };

async function withModel(
  task: ExtractTask,
  engine: 'model' | 'both',
  { threads, llm, limits }: { threads: Threads; llm: Llm; limits: Limits },
): Promise<Extraction> {
  const [reply, byRules] = await Promise.all([llm.ask(task.article, limits.stop), threads.extract(task, limits)]);
  const report = { model: llm.name, prompt: PROMPT_VERSION };
  if ('silence' in reply) {
    const silent: LlmReport = { ...report, result: reply.silence, detail: reply.detail, dropped: NOTHING };
    return { ...byRules, llm: silent };
  }
  const { records, dropped } = await threads.ground({ article: task.article, answer: reply.answer }, limits);
  const answered: LlmReport = { ...report, result: reply.cached ? 'cached' : 'answered', detail: null, dropped };
  return {
    records: engine === 'both' ? combine(byRules.records, records) : records,
    rules: byRules.rules,
    llm: answered,
  };
}
