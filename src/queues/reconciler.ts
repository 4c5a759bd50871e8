import type { Redis } from 'ioredis';
import type { Db } from '../shared/db/schema.js';
import { type ArticleMessage, articleJobId } from './messages.js';
import type { Queues } from './queues.js';

export interface Reconciled {
  /** Unfinished articles that were looked up. */
  checked: number;
  /** Those whose job was gone from Redis, or had finished without the database knowing. */
  requeued: number;
  /** Those whose job BullMQ gave up because the process died under it again and again. */
  stalled: { article: string; run: number; stage: string }[];
}

const PAGE = 1000;

/**
 * PostgreSQL is the truth, Redis is transport: every article that has no outcome and was not touched since `before` must
 * have a job in the queue of its stage. Where it has none, it is added again.
 */
export async function reconcile(db: Db, redis: Redis, queues: Queues, before: Date): Promise<Reconciled> {
  const sum: Reconciled = { checked: 0, requeued: 0, stalled: [] };
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('articles')
      .where('outcome', 'is', null)
      .where('updated_at', '<=', before)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .select(['id', 'run', 'stage', 'source_id'])
      .execute();
    for (const [stage, messages] of byStage(rows)) {
      const { gone, stalled } = await withoutJob(redis, queues, stage, messages);
      await queues.addArticles(stage, gone);
      sum.requeued += gone.length;
      sum.stalled.push(...stalled.map(({ article, run }) => ({ article, run, stage })));
    }
    sum.checked += rows.length;
    const last = rows.at(-1);
    if (rows.length < PAGE || !last) return sum;
    after = last.id;
  }
}

function byStage(
  rows: { id: string; run: number; stage: string | null; source_id: string }[],
): Map<string, ArticleMessage[]> {
  const stages = new Map<string, ArticleMessage[]>();
  for (const { id, run, stage, source_id } of rows) {
    if (stage === null) continue;
    const messages = stages.get(stage) ?? [];
    messages.push({ article: id, run, source: source_id });
    stages.set(stage, messages);
  }
  return stages;
}

async function withoutJob(
  redis: Redis,
  queues: Queues,
  stage: string,
  messages: ArticleMessage[],
): Promise<{ gone: ArticleMessage[]; stalled: ArticleMessage[] }> {
  const queue = queues.all.get(stage);
  if (!queue) return { gone: [], stalled: [] };
  const pipeline = redis.pipeline();
  for (const message of messages) {
    pipeline.hmget(queue.toKey(articleJobId(message)), 'timestamp', 'finishedOn', 'failedReason');
  }
  const answers = (await pipeline.exec()) ?? [];
  const gone: ArticleMessage[] = [];
  const stalled: ArticleMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const [error, fields] = answers[index] ?? [];
    if (error || !Array.isArray(fields)) continue;
    const [timestamp, finishedOn, failedReason] = fields;
    if (timestamp !== null && finishedOn === null) continue;
    if (typeof failedReason === 'string' && failedReason.includes('stalled more than')) {
      stalled.push(message);
      continue;
    }
    // A finished job of the same id would swallow the new one.
    if (timestamp !== null) await queue.remove(articleJobId(message));
    gone.push(message);
  }
  return { gone, stalled };
}
