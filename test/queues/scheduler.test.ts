import { type Job, type Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/queues/connection.js';
import { articleJobId } from '../../src/queues/messages.js';
import { openQueues, type Queues } from '../../src/queues/queues.js';
import { reconcile } from '../../src/queues/reconciler.js';
import { reingest } from '../../src/queues/reingest.js';
import { alignPolls } from '../../src/queues/scheduler.js';
import { systemClock } from '../../src/shared/clock.js';
import { recordSightings } from '../../src/shared/db/sightings.js';
import { noteSource, saveSource } from '../../src/shared/db/sources.js';
import { pipeline } from '../../src/workers/pipeline.js';
import { aSighting } from '../support/samples.js';
import { openTestStores, silent, type TestStores } from '../support/stores.js';

let stores: TestStores;
let redis: Redis;
let queues: Queues;
let polls: Queue;

function queueOf(stage: string): Queue {
  const found = queues.all.get(stage);
  if (!found) throw new Error(`no queue ${stage}`);
  return found;
}

beforeAll(async () => {
  stores = await openTestStores('pglite');
  redis = connectRedis(stores.redisUrl, silent);
  queues = openQueues(redis, stores.config, new Map(pipeline.map(({ stage, ...retry }) => [stage.name, retry])));
  polls = queueOf('poll');
});
afterAll(async () => {
  await queues?.close();
  redis?.disconnect();
  await stores?.close();
});
beforeEach(async () => {
  await redis.flushall();
  for (const table of ['entries', 'articles', 'sources'] as const) await stores.db.deleteFrom(table).execute();
});

const then = new Date('2026-01-05T10:00:00Z');

const source = (id: string, intervalSeconds: number | null = null) =>
  saveSource(
    stores.db,
    {
      id,
      url: `https://${id}.example/feed`,
      outlet: id,
      country: 'GEO',
      language: 'en',
      enabled: true,
      intervalSeconds,
    },
    'yaml',
    then,
  );

describe('the schedule of polls', () => {
  const align = () => alignPolls(stores.db, redis, queues, Date.now());
  const pending = async () => {
    const jobs = await polls.getJobs(['waiting', 'delayed', 'prioritized']);
    return jobs.map((job: Job) => job.data.source).sort();
  };
  const dueAt = (id: string, at: Date) => noteSource(stores.db, id, { next_poll_at: at });
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  it('has one job a source, at once for what was never polled, later for what is due later', async () => {
    await source('a');
    await source('b');
    await dueAt('b', inAnHour());
    expect(await align()).toBe(2);
    expect(await pending()).toEqual(['a', 'b']);
    const polled: string[] = [];
    const worker = new Worker('poll', async (job) => polled.push(job.data.source), {
      connection: redis,
      prefix: stores.config.redis.prefix,
    });
    await expect.poll(() => polled, { timeout: 5_000 }).toEqual(['a']);
    await worker.close();
    expect(await pending()).toEqual(['b']);
  });

  it('is left as it is when nothing changed, and when two set it at once', async () => {
    await source('a');
    await source('b');
    await Promise.all([align(), align(), align()]);
    expect(await align()).toBe(0);
    expect(await pending()).toEqual(['a', 'b']);
  });

  it('plans anew what ended in Redis without the database hearing of it', async () => {
    await source('a');
    await align();
    const worker = new Worker('poll', async () => 'done', { connection: redis, prefix: stores.config.redis.prefix });
    await expect.poll(() => polls.getCompletedCount(), { timeout: 5_000 }).toBe(1);
    await worker.close();
    expect(await align()).toBe(1);
    expect(await pending()).toEqual(['a']);
  });

  it('follows a fixed interval, a source switched off or muted, and one that came back', async () => {
    for (const id of ['a', 'b', 'c']) {
      await source(id);
      await noteSource(stores.db, id, { last_polled_at: new Date(), next_poll_at: inAnHour() });
    }
    await source('a', 60);
    const { next_poll_at: due } = await stores.db
      .selectFrom('sources')
      .where('id', '=', 'a')
      .select('next_poll_at')
      .executeTakeFirstOrThrow();
    expect(due.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
    await noteSource(stores.db, 'b', { enabled: false });
    await noteSource(stores.db, 'c', { muted: '410 Gone' });
    expect(await align()).toBe(1);
    expect(await pending()).toEqual(['a']);
    await source('b');
    expect(await align()).toBe(1);
    expect(await pending()).toEqual(['a', 'b']);
  });

  it('is restored after FLUSHALL', async () => {
    await source('a');
    await source('b');
    await align();
    await redis.flushall();
    expect(await pending()).toEqual([]);
    expect(await align()).toBe(2);
    expect(await pending()).toEqual(['a', 'b']);
  });

  it.each([
    ['cleaned', () => Promise.all([polls.clean(0, 100, 'delayed'), polls.clean(0, 100, 'wait')])],
    ['drained', () => polls.drain(true)],
    ['obliterated', () => polls.obliterate({ force: true })],
  ])('still polls every source after the queue was %s in the dashboard', async (_how, harm) => {
    await source('new');
    await source('polled');
    await dueAt('polled', inAnHour());
    await align();
    await harm();
    await align();
    expect(await pending()).toEqual(['new', 'polled']);
  });
});

describe('the reconciler', () => {
  const paths = ['a', 'b', 'c'];
  const later = () => new Date(then.getTime() + 1);
  const round = (before = later()) => reconcile(stores.db, redis, queues, before);

  async function threeArticles() {
    await source('wire');
    const { toFetch } = await recordSightings(
      stores.db,
      'wire',
      paths.map((path) => aSighting(path, `https://wire.example/${path}`)),
      then,
    );
    const messages = toFetch.map(({ id, run }) => ({ article: id, run, source: 'wire' }));
    await queues.addArticles('fetch', messages);
    return messages;
  }

  const jobsIn = async (stage: string) =>
    (await queueOf(stage).getJobs(['waiting', 'delayed', 'active', 'prioritized'])).map((job) => job.id).sort();

  async function finish(stage: string, work: () => Promise<unknown>): Promise<void> {
    const options = { connection: redis, prefix: stores.config.redis.prefix, autorun: true };
    const worker = new Worker(stage, work, options);
    const left = async () => (await queueOf(stage).getJobCounts('waiting', 'active')).waiting;
    await expect.poll(left, { timeout: 5_000 }).toBe(0);
    await worker.close();
  }

  it('leaves alone what is waiting, and what was touched a moment ago', async () => {
    const ids = (await threeArticles()).map(articleJobId).sort();
    expect(await round()).toEqual({ checked: 3, requeued: 0, stalled: [] });
    await redis.flushall();
    expect(await round(new Date(then.getTime() - 1))).toEqual({ checked: 0, requeued: 0, stalled: [] });
    expect(await jobsIn('fetch')).toEqual([]);
    expect(await round()).toMatchObject({ checked: 3, requeued: 3 });
    expect(await jobsIn('fetch')).toEqual(ids);
  });

  it('adds the jobs that Redis lost, each in the queue of its stage, and no second time', async () => {
    const [first, ...rest] = await threeArticles();
    await stores.db
      .updateTable('articles')
      .where('id', '=', first?.article ?? '')
      .set({ stage: 'extract' })
      .execute();
    await redis.flushall();
    const rounds = await Promise.all([round(), round()]);
    expect(Math.max(...rounds.map((one) => one.requeued))).toBe(3);
    expect(await round()).toMatchObject({ requeued: 0 });
    expect(await jobsIn('fetch')).toEqual(rest.map(articleJobId).sort());
    expect(await jobsIn('extract')).toEqual([`${first?.article}-1`]);
    const job = await queueOf('extract').getJob(`${first?.article}-1`);
    expect(job?.data).toEqual(first);
    expect(job?.opts.attempts).toBe(3);
  });

  it('adds anew what finished in Redis but not in the database', async () => {
    const ids = (await threeArticles()).map(articleJobId).sort();
    await finish('fetch', async () => 'done');
    expect(await queueOf('fetch').getCompletedCount()).toBe(3);
    expect(await round()).toMatchObject({ requeued: 3 });
    expect(await jobsIn('fetch')).toEqual(ids);
    await finish('fetch', async () => {
      throw new UnrecoverableError('lost its database');
    });
    expect(await round()).toMatchObject({ requeued: 3, stalled: [] });
    expect(await jobsIn('fetch')).toEqual(ids);
  });

  it('names what BullMQ gave up because the process died under it, instead of trying for ever', async () => {
    const messages = await threeArticles();
    await finish('fetch', async () => {
      // The words in which BullMQ fails such a job.
      throw new UnrecoverableError('job stalled more than allowable limit');
    });
    const { requeued, stalled } = await round();
    expect(requeued).toBe(0);
    expect(stalled.map((one) => one.article).sort()).toEqual(messages.map((one) => one.article).sort());
    expect(stalled[0]).toMatchObject({ run: 1, stage: 'fetch' });
  });

  it('leaves what has ended, and finds a new run whatever is kept of the old one', async () => {
    const [first] = await threeArticles();
    await finish('fetch', async () => 'done');
    await stores.db.updateTable('articles').set({ stage: null, outcome: 'stored' }).execute();
    expect(await round()).toMatchObject({ checked: 0 });
    const selection = { article: first?.article };
    const { runs } = await reingest({ db: stores.db, queues, clock: systemClock }, selection, {
      from: 'fetch',
      dryRun: false,
    });
    expect(runs).toEqual([{ id: first?.article, run: 2 }]);
    expect(await jobsIn('fetch')).toEqual([`${first?.article}-2`]);
    await redis.flushall();
    expect(await round(new Date(Date.now() + 1000))).toMatchObject({ requeued: 1 });
    expect(await jobsIn('fetch')).toEqual([`${first?.article}-2`]);
  });

  it('goes through more articles than one page holds', async () => {
    await source('wire');
    const many = Array.from({ length: 2300 }, (_, n) => ({
      id: `a${String(n).padStart(5, '0')}`,
      url: `https://wire.example/${n}`,
      source_id: 'wire',
      stage: 'clean',
      run: 1,
      revision: 1,
      first_seen_at: then,
      updated_at: then,
    }));
    for (let at = 0; at < many.length; at += 1000)
      await stores.db
        .insertInto('articles')
        .values(many.slice(at, at + 1000))
        .execute();
    expect(await round()).toMatchObject({ checked: 2300, requeued: 2300 });
    expect(await queueOf('clean').getWaitingCount()).toBe(2300);
  });

  it('knows that jobs stay small', async () => {
    await threeArticles();
    const [key = ''] = (await redis.keys(`${stores.config.redis.prefix}:fetch:a*`)) ?? [];
    const fields = await redis.hgetall(key);
    expect(Buffer.byteLength(fields.data ?? '')).toBeLessThan(1024);
  });
});
