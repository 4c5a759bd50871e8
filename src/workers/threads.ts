import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { type FailureCode, StageFailure } from '../shared/failures.js';
import type { ArticleText, CleanArticle } from '../shared/model/article.js';
import type { Feed } from '../shared/model/feed.js';
import type { Extraction, Verdict } from '../shared/model/record.js';
import { threadFile } from '../shared/thread-file.js';
import type { Grounded } from './extract/llm/ground.js';
import type { Sitemap } from './poll/sitemap.js';
import type {
  CleanTask,
  ExtractTask,
  FeedTask,
  GroundTask,
  ListingTask,
  SitemapTask,
  TaskResult,
} from './thread-tasks.js';

/** How long a task may take, counted from when a thread takes it up, and what ends it before. */
export interface Limits {
  limitMs: number;
  stop: AbortSignal;
}

/** CPU work, off the main loop. A task over its limit costs the thread that does it; a fresh one takes its place. */
export interface Threads {
  feed(task: FeedTask, limits: Limits): Promise<Feed>;
  sitemap(task: SitemapTask, limits: Limits): Promise<Sitemap>;
  listing(task: ListingTask, limits: Limits): Promise<Feed>;
  clean(task: CleanTask, limits: Limits): Promise<CleanArticle>;
  classify(article: ArticleText, limits: Limits): Promise<Verdict>;
  extract(task: ExtractTask, limits: Limits): Promise<Extraction>;
  /** Keeps of a language model's answer what the text bears out. */
  ground(task: GroundTask, limits: Limits): Promise<Grounded>;
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
  const free = new Slots(size);
  const run = async <Value>(name: string, timeout: FailureCode, task: unknown, limits: Limits): Promise<Value> => {
    await free.take();
    const limit = AbortSignal.timeout(limits.limitMs);
    let result: TaskResult<Value>;
    try {
      result = await pool.run(task, { name, signal: AbortSignal.any([limit, limits.stop]) });
    } catch (error) {
      if (limits.stop.aborted) throw new StageFailure('service/stopping');
      throw limit.aborted ? new StageFailure(timeout, `${limits.limitMs} ms`) : threadFailure(error);
    } finally {
      free.give();
    }
    if ('failure' in result) throw new StageFailure(result.failure.code, result.failure.detail);
    return result.value;
  };
  return {
    feed: (task, limits) => run('feed', 'poll/timeout', task, limits),
    sitemap: (task, limits) => run('sitemap', 'poll/timeout', task, limits),
    listing: (task, limits) => run('listing', 'poll/timeout', task, limits),
    clean: (task, limits) => run('clean', 'clean/timeout', task, limits),
    classify: (article, limits) => run('classify', 'classify/timeout', article, limits),
    extract: (task, limits) => run('extract', 'extract/timeout', task, limits),
    ground: (task, limits) => run('ground', 'extract/timeout', task, limits),
    size,
    close: () => pool.destroy(),
  };
}

/** Lets as many in as there are threads, first come first served, so that no task's time runs while it queues. */
class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}

function threadFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new StageFailure('threads/out-of-memory');
  return error;
}
