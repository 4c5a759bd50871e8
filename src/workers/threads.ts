import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { StageFailure } from '../shared/failures.js';
import type { ArticleText, CleanArticle } from '../shared/model/article.js';
import type { Feed } from '../shared/model/feed.js';
import type { Extraction, Verdict } from '../shared/model/record.js';
import { threadFile } from '../shared/thread-file.js';
import type { CleanTask, ExtractTask, FeedTask, TaskResult } from './thread-tasks.js';

/** CPU work, off the main loop. An aborted signal ends the thread that does it; a fresh one takes its place. */
export interface Threads {
  feed(task: FeedTask, signal: AbortSignal): Promise<Feed>;
  clean(task: CleanTask, signal: AbortSignal): Promise<CleanArticle>;
  classify(article: ArticleText, signal: AbortSignal): Promise<Verdict>;
  extract(task: ExtractTask, signal: AbortSignal): Promise<Extraction>;
  size: number;
  close(): Promise<void>;
}

/** `count` threads (0: one a core), each with `heapMb` of old-generation heap. */
export function createThreads({ count, heapMb }: { count: number; heapMb: number }): Threads {
  const size = count || availableParallelism();
  const pool = new Piscina({
    filename: threadFile(import.meta.url, 'thread-tasks'),
    minThreads: 1,
    maxThreads: size,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const run = async <Value>(name: string, task: unknown, signal: AbortSignal): Promise<Value> => {
    let result: TaskResult<Value>;
    try {
      result = await pool.run(task, { name, signal });
    } catch (error) {
      throw threadFailure(error);
    }
    if ('failure' in result) throw new StageFailure(result.failure.code, result.failure.detail);
    return result.value;
  };
  return {
    feed: (task, signal) => run('feed', task, signal),
    clean: (task, signal) => run('clean', task, signal),
    classify: (article, signal) => run('classify', article, signal),
    extract: (task, signal) => run('extract', task, signal),
    size,
    close: () => pool.destroy(),
  };
}

function threadFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new StageFailure('threads/out-of-memory');
  return error;
}
