import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Config } from '../shared/config.js';
import type { PlannedPoll } from '../shared/db/sources.js';
import { type ArticleMessage, articleJobId, type PollMessage, pollJobId } from './messages.js';

/** How the jobs of a stage are tried; from the pipeline's table. */
export interface Retry {
  attempts: number;
  backoffMs: number;
}

export interface Queues {
  all: ReadonlyMap<string, Queue>;
  /** Adds the jobs of a stage; one that is there already, in whatever state, is left alone. */
  addArticles(stage: string, messages: readonly ArticleMessage[]): Promise<void>;
  /** A poll outside the schedule. */
  addPoll(message: PollMessage, jobId: string): Promise<void>;
  /** Jobs that wait until their source is due; one that is there already is left alone. */
  planPolls(planned: readonly PlannedPoll[], nowMs: number): Promise<void>;
  /** Takes a planned poll away, unless it is under way. */
  dropPoll(planned: PlannedPoll): Promise<void>;
  close(): Promise<void>;
}

const retryOptions = ({ attempts, backoffMs }: Retry): JobsOptions => ({
  attempts,
  backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
});

/** One queue a stage, under the prefix of the installation. The connection is the caller's to close. */
export function openQueues(
  connection: Redis,
  config: Pick<Config, 'redis' | 'queues'>,
  stages: ReadonlyMap<string, Retry>,
): Queues {
  const all = new Map<string, Queue>();
  for (const [name, retry] of stages) {
    const queue = new Queue(name, {
      connection,
      prefix: config.redis.prefix,
      defaultJobOptions: {
        ...retryOptions(retry),
        removeOnComplete: { count: config.queues.keepCompleted },
        removeOnFail: { count: config.queues.keepFailed },
      },
    });
    // The connection tells once that Redis is away; each queue would print every attempt.
    queue.on('error', () => {});
    all.set(name, queue);
  }
  const queue = (stage: string): Queue => {
    const found = all.get(stage);
    if (!found) throw new Error(`there is no queue "${stage}"`);
    return found;
  };
  return {
    all,
    async addArticles(stage, messages) {
      if (messages.length === 0) return;
      await queue(stage).addBulk(
        messages.map((message) => ({ name: stage, data: message, opts: { jobId: articleJobId(message) } })),
      );
    },
    async addPoll(message, jobId) {
      await queue('poll').add('poll', message, { jobId });
    },
    async planPolls(planned, nowMs) {
      if (planned.length === 0) return;
      await queue('poll').addBulk(
        planned.map(({ source, atMs }) => {
          const data: PollMessage = { source, at: atMs };
          return { name: 'poll', data, opts: { jobId: pollJobId(source, atMs), delay: Math.max(atMs - nowMs, 0) } };
        }),
      );
    },
    async dropPoll({ source, atMs }) {
      // Refused while a worker holds it; that worker finds out by itself that it is not wanted.
      await queue('poll')
        .remove(pollJobId(source, atMs))
        .catch(() => 0);
    },
    async close() {
      await Promise.all([...all.values()].map((one) => one.close()));
    },
  };
}
