import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ArticleMessage, PollMessage } from '../queues/messages.js';
import type { Queues } from '../queues/queues.js';
import { loadArticle, loadArtifacts } from '../shared/db/articles.js';
import { claimIdentity } from '../shared/db/claims.js';
import { reviveDead } from '../shared/db/dead-letters.js';
import { dropDelivery } from '../shared/db/deliveries.js';
import type { Db } from '../shared/db/schema.js';
import type { Ending } from '../shared/db/settle.js';
import type { Seen } from '../shared/db/sightings.js';
import { type DueSource, loadDueSource } from '../shared/db/sources.js';
import { doubtHub } from '../shared/db/subscriptions.js';
import { asFailure, StageFailure } from '../shared/failures.js';
import type { Log } from '../shared/log.js';
import type { Metrics } from '../shared/metrics.js';
import { CleanArticle } from '../shared/model/article.js';
import { Extraction } from '../shared/model/record.js';
import type { Outcome } from '../shared/model/settlement.js';
import { Settlement } from '../shared/model/settlement.js';
import { ARTIFACTS, type ArtifactName } from '../shared/model/stages.js';
import { readDelivery } from './delivery.js';
import { type Ledger, reached } from './ledger.js';
import type { Row } from './pipeline.js';
import { keepPoll, keepPollFailure, type PollingDeps } from './polling.js';
import type { StageDeps } from './stage.js';

/** What turns a stage into a worker: the stage's own dependencies, and the edges that the stage does not see. */
export interface BindDeps extends StageDeps {
  db: Db;
  redis: Redis;
  queues: Queues;
  ledger: Ledger;
  metrics: Metrics;
  log: Log;
  /** Aborted when a stop has waited long enough for the jobs at hand. */
  hurry: AbortSignal;
}

/** How long a job waits for a database or a Redis that is away. */
const AWAY_MS = 5_000;
/** Waiting for one's turn at a host is no failure, but a job that never gets its turn must not wait for ever. */
const MAX_TURNS = 10_000;

/** A BullMQ worker for a row of the pipeline: the only place that knows both stages and BullMQ. */
export function bind(row: Row, deps: BindDeps): Worker {
  const { config } = deps;
  const work = row.stage.makes === 'sightings' ? pollJob : articleJob;
  const worker = new Worker(
    row.stage.name,
    async (job, token) => {
      const { article, source } = Named.parse(job.data);
      const log = deps.log.child({ stage: row.stage.name, article, source, attempt: job.attemptsMade + 1 });
      const ended = deps.metrics.stageStarted(row.stage.name);
      let result = 'wait';
      try {
        result = await work(row, deps, job, log);
        return result;
      } catch (error) {
        const failure = asFailure(error);
        result = failure.code;
        return await translate(row, deps, job, token, log, failure);
      } finally {
        ended(result);
      }
    },
    {
      connection: deps.redis,
      prefix: config.redis.prefix,
      concurrency: row.concurrency,
      lockDuration: config.queues.lockMs,
      stalledInterval: config.queues.stalledMs,
      // One stall is a process that died under the job, not a bad job.
      maxStalledCount: 5,
      drainDelay: 2,
    },
  );
  let told = '';
  worker.on('error', (err) => {
    // While Redis is away each attempt to reach it is an error; the same one is told once.
    if (err.message !== told) deps.log.warn({ err, stage: row.stage.name }, 'worker error');
    told = err.message;
  });
  worker.on('active', () => {
    told = '';
  });
  return worker;
}

/** What every message names, for the log. */
const Named = z.object({ article: z.string().optional(), source: z.string().optional() });

const memberOf = (row: Row, job: Job): string => `${row.stage.name}/${job.id}`;

async function runStage(row: Row, deps: BindDeps, job: Job, input: unknown): Promise<unknown> {
  try {
    return await row.stage.run(input, deps, { stop: deps.hurry, limitMs: row.limitMs, member: memberOf(row, job) });
  } catch (error) {
    if (deps.hurry.aborted) throw new StageFailure('service/stopping', undefined, { cause: error });
    throw error;
  }
}

async function pollJob(row: Row, deps: BindDeps, job: Job, log: Log): Promise<string> {
  const { source: id, at, delivery } = PollMessage.parse(job.data);
  const { queues } = deps;
  const due = await reached(loadDueSource(deps.db, id, new Date(deps.clock.now())));
  if (delivery !== undefined) return deliveryJob(row, deps, job, log, { due, id: delivery });
  if (!due) return 'no such source';
  const planned = { source: id, atMs: due.nextPollAt.getTime() };
  // A planned poll that was overtaken by another one; one that failed may be tried again from the dashboard.
  if (at !== undefined && job.attemptsMade === 0 && (at !== planned.atMs || due.muted)) return 'superseded';
  const made = await runStage(row, deps, job, { source: due.source });
  const { seen, unchanged, next } = await keepPoll(polling(deps, log), due, made);
  const { toFetch, published: _, ...counts } = seen;
  await handOn(row, deps, id, toFetch);
  if (due.standing.pushed && (await reached(doubtHub(deps.db, id, seen.published, new Date(deps.clock.now()))))) {
    log.warn('a hub does not tell of all new entries; the source is polled at its own pace again');
  }
  if (at !== planned.atMs) await queues.dropPoll(planned);
  if (next) await queues.planPolls([next], deps.clock.now());
  log.info({ unchanged, ...counts, next: next && new Date(next.atMs) }, 'polled');
  return unchanged ? 'unchanged' : `${counts.created} new, ${counts.revised} changed of ${counts.entries}`;
}

async function deliveryJob(
  row: Row,
  deps: BindDeps,
  job: Job,
  log: Log,
  { due, id }: { due: DueSource | undefined; id: string },
): Promise<string> {
  const run = (input: unknown) => runStage(row, deps, job, input);
  const seen = await readDelivery(deps, due, id, run);
  if (!due || !seen) return 'superseded';
  const { toFetch, published: _, ...counts } = seen;
  await handOn(row, deps, due.source.id, toFetch);
  log.info(counts, 'read what a hub delivered');
  return `${counts.created} new, ${counts.revised} changed of ${counts.entries} delivered`;
}

async function handOn(row: Row, { queues }: BindDeps, source: string, toFetch: Seen['toFetch']): Promise<void> {
  if (row.to === null) return;
  await queues.addArticles(
    row.to,
    toFetch.map(({ id, run }) => ({ article: id, run, source })),
  );
}

const polling = ({ db, clock, config }: BindDeps, log: Log): PollingDeps => ({
  db,
  clock,
  log,
  random: Math.random,
  firstMs: config.poll.intervalSeconds * 1000,
});

async function articleJob(row: Row, deps: BindDeps, job: Job, log: Log): Promise<string> {
  const message = ArticleMessage.parse(job.data);
  const { db, ledger, queues } = deps;
  const article = await reached(loadArticle(db, message.article));
  if (!article || article.run !== message.run) return 'superseded';
  const waiting = article.stage === row.stage.name;
  const now = new Date(deps.clock.now());
  if (!waiting && !(await reached(reviveDead(db, article.id, article.run, row.stage.name, now)))) {
    // This stage has run already and the process died before it added the next job, or Redis delivered twice.
    if (article.stage !== null) await queues.addArticles(article.stage, [message]);
    return 'done before';
  }
  const needed = neededBy(row);
  const artifacts = await reached(loadArtifacts(db, article.id, article.run, needed.all));
  const missing = needed.required.filter((name) => artifacts[name] === undefined);
  if (missing.length > 0) throw new StageFailure('stage/missing-input', missing.join(', '));
  const made = await runStage(row, deps, job, { article, ...artifacts });
  if (row.stage.makes === 'settlement') {
    const settled = await ledger.settle({ ...Settlement.parse(made), ...endsAt(row, message), deadLetter: null });
    log.info(settled, 'stored');
    return 'stored';
  }
  if (row.stage.makes === 'sightings' || row.to === null) throw new Error(`stage ${row.stage.name} hands nothing on`);
  if (row.stage.makes === 'clean') {
    const duplicate = await reached(claimIdentity(db, article, CleanArticle.parse(made)));
    if (duplicate) {
      const alike = duplicate.similarity === null ? '' : ` (similarity ${duplicate.similarity.toFixed(2)})`;
      throw new StageFailure(duplicate.reason, `${duplicate.of}${alike}`, { made, duplicateOf: duplicate.of });
    }
  }
  if (row.stage.makes === 'extraction') {
    const { llm } = Extraction.pick({ llm: true }).parse(made);
    if (llm) deps.metrics.llmAsked(llm);
  }
  const artifact = { name: row.stage.makes, body: made };
  await ledger.advance({ articleId: article.id, run: article.run, from: row.stage.name, to: row.to, artifact });
  await queues.addArticles(row.to, [message]);
  log.debug('done');
  return 'done';
}

const isArtifact = (name: string): name is ArtifactName => Object.hasOwn(ARTIFACTS, name);

function neededBy({ stage }: Row): { all: ArtifactName[]; required: ArtifactName[] } {
  const all = Object.keys(stage.shape).filter(isArtifact);
  return { all, required: all.filter((name) => !(stage.shape[name] instanceof z.ZodOptional)) };
}

const endsAt = (
  row: Row,
  { article, run }: ArticleMessage,
): Pick<Ending, 'articleId' | 'run' | 'stage' | 'artifact'> => ({
  articleId: article,
  run,
  stage: row.stage.name,
  artifact: null,
});

/** A failure's fate in BullMQ's terms, after the ledger has it. */
async function translate(
  row: Row,
  deps: BindDeps,
  job: Job,
  token: string | undefined,
  log: Log,
  failure: StageFailure,
): Promise<string> {
  const later = laterThan(row, deps, job, failure);
  if (later !== undefined) return comeBack(job, token, later.counted, later.atMs);
  const last = job.attemptsMade + 1 >= row.attempts;
  if (failure.fate === 'retry' && !last) {
    log.warn({ err: failure, code: failure.code }, 'failed; will be tried again');
    throw failure;
  }
  try {
    await end(row, deps, job, failure);
  } catch (error) {
    // What cannot be written down now must not be lost: the job comes back and fails again.
    if (asFailure(error).fate === 'wait') return comeBack(job, token, 'turns', deps.clock.now() + AWAY_MS);
    throw error;
  }
  if (failure.fate === 'skip') {
    log.info({ code: failure.code, detail: failure.message }, 'left out');
    return failure.code;
  }
  log.error({ err: failure, code: failure.code }, 'failed');
  throw new UnrecoverableError(`${failure.code}: ${failure.message}`);
}

/** How often a job was put off: by a server that said so, and because it was not its turn at a host. */
const Delays = z.object({ waits: z.int().default(0), turns: z.int().default(0) });

async function comeBack(
  job: Job,
  token: string | undefined,
  counted: keyof z.infer<typeof Delays>,
  atMs: number,
): Promise<never> {
  await job.updateData({ ...job.data, [counted]: Delays.parse(job.data)[counted] + 1 });
  await job.moveToDelayed(atMs, token);
  throw new DelayedError();
}

/** When a job comes back (epoch ms) and what is counted, for the fate `wait`; undefined when it waited enough. */
function laterThan(
  row: Row,
  deps: BindDeps,
  job: Job,
  failure: StageFailure,
): { atMs: number; counted: keyof z.infer<typeof Delays> } | undefined {
  if (failure.fate !== 'wait') return undefined;
  const { waits, turns } = Delays.parse(job.data);
  const atMs = failure.retryAtMs ?? deps.clock.now() + AWAY_MS;
  if (failure.code === 'fetch/status-429' || failure.code === 'fetch/robots-unreachable') {
    // The source says so and is planned anew; as a job it would come back every minute where no time was told.
    if (row.stage.makes === 'sightings') return undefined;
    return waits < deps.config.fetch.maxWaits ? { atMs, counted: 'waits' } : undefined;
  }
  // A database that is away, or a service that stops, says nothing about the job: it may come back as often as it must.
  const endless = failure.code !== 'http/host-busy';
  return endless || turns < MAX_TURNS ? { atMs, counted: 'turns' } : undefined;
}

const OUTCOMES: Record<string, Outcome> = {
  'classify/irrelevant': 'irrelevant',
  'article/duplicate-url': 'duplicate',
  'article/duplicate-text': 'duplicate',
};

/** Writes a failure or a skip down: on the source for a poll, in the ledger for an article. */
async function end(row: Row, deps: BindDeps, job: Job, failure: StageFailure): Promise<void> {
  if (row.stage.makes === 'sightings') {
    const { source, at, delivery } = PollMessage.parse(job.data);
    if (delivery !== undefined) {
      // One that may be read next time stays, and the watchdog gives it a new job.
      if (failure.fate !== 'retry') await reached(dropDelivery(deps.db, delivery));
      return;
    }
    const planned = job.attemptsMade === 0 ? at : undefined;
    const next = await keepPollFailure(polling(deps, deps.log), source, failure, planned);
    deps.metrics.feedFailed(failure.code);
    if (next) await deps.queues.planPolls([next], deps.clock.now());
    return;
  }
  const message = ArticleMessage.parse(job.data);
  const skipped = failure.fate === 'skip';
  await deps.ledger.settle({
    ...endsAt(row, message),
    outcome: skipped ? (OUTCOMES[failure.code] ?? 'skipped') : 'failed',
    reason: failure.code,
    detail: failure.message,
    duplicateOf: failure.duplicateOf ?? null,
    facts: await factsOf(row, deps, message, failure),
    // What is left out has no records. A failure says nothing about them: those of an earlier run stay.
    records: skipped ? { rules: '', list: [] } : null,
    deadLetter: skipped ? null : { attempts: job.attemptsMade + 1 },
    artifact: failure.made === undefined ? null : { name: row.stage.makes, body: failure.made },
  });
}

async function factsOf(
  row: Row,
  deps: BindDeps,
  message: ArticleMessage,
  failure: StageFailure,
): Promise<Settlement['facts']> {
  const clean =
    row.stage.makes === 'clean'
      ? CleanArticle.safeParse(failure.made).data
      : (await reached(loadArtifacts(deps.db, message.article, message.run, ['clean']))).clean;
  return clean ? { title: clean.title, publishedAt: clean.publishedAt, language: clean.language } : null;
}
