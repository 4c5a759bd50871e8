import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { connectRedis } from './queues/connection.js';
import { requeueDeliveries } from './queues/deliveries.js';
import { jsonlSink } from './queues/outbox/jsonl.js';
import { forgetDelivered, runRelay } from './queues/outbox/relay.js';
import type { Sink } from './queues/outbox/sink.js';
import { streamSink } from './queues/outbox/stream.js';
import { openQueues, type Queues } from './queues/queues.js';
import { reconcile } from './queues/reconciler.js';
import { alignPolls } from './queues/scheduler.js';
import { keepSubscriptions } from './queues/subscriptions.js';
import { refuseOpenDoor } from './server/guard.js';
import { type ServerDeps, startServer } from './server/index.js';
import { type Clock, systemClock } from './shared/clock.js';
import { type Config, ConfigError } from './shared/config.js';
import { llmStore } from './shared/db/llm.js';
import { syncSources } from './shared/db/sources.js';
import { createHttpClient, type HttpClient, userAgentOf } from './shared/http/client.js';
import { redisGate } from './shared/http/gate.js';
import { redisRobots } from './shared/http/robots.js';
import type { Log } from './shared/log.js';
import { createMetrics } from './shared/metrics.js';
import type { SourceInput } from './shared/model/source.js';
import { openStores, type Stores } from './shared/stores.js';
import { bind } from './workers/bind.js';
import { llmOf } from './workers/extract/llm/client.js';
import { createLedger } from './workers/ledger.js';
import { retries, rowFor, stageNames } from './workers/pipeline.js';
import { createThreads } from './workers/threads.js';

export const ROLES = ['scheduler', 'workers', 'server'] as const;
export type Role = (typeof ROLES)[number];

export interface ServiceOptions {
  config: Config;
  log: Log;
  roles: readonly Role[];
  /** Which stages the workers role works on; all when not given. */
  stages?: readonly string[];
  /** What config/sources.yaml says; the scheduler brings the database in line with it. */
  sources: readonly SourceInput[];
  clock?: Clock;
}

export interface Service {
  stores: Stores;
  redis: Redis;
  queues: Queues;
  /** Address of the HTTP server, when this process has that role. */
  serverUrl: string | null;
  /** Stops in order, with nothing half-done: no new work, jobs at hand finished or handed back, stores closed. */
  stop(): Promise<void>;
}

/** How long jobs at hand may go on after a stop was asked for; what remains of 25 s is for handing back and closing. */
const DRAIN_MS = 15_000;

/** The composition root: builds the dependencies and starts the roles asked for. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, roles, clock = systemClock } = options;
  for (const name of Object.keys(config.stages)) rowFor(name, config);
  const stages = options.stages ?? stageNames;
  const unknown = stages.find((name) => !stageNames.includes(name));
  if (unknown) throw new ConfigError(`there is no stage "${unknown}"; the stages are ${stageNames.join(', ')}`);

  // The server refuses as well, but only after the other roles have begun to work.
  if (roles.includes('server')) refuseOpenDoor(config.server);
  const stores = await openStores(config, log);
  const redis = connectRedis(stores.redisUrl, log);
  const queues = openQueues(redis, config, retries(config));
  const metrics = createMetrics();
  const stopping: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stopping.splice(0).reverse()) await step();
  };
  stopping.push(
    () => stores.close(),
    async () => redis.disconnect(),
    () => queues.close(),
  );
  let serverUrl: string | null = null;
  try {
    if (roles.includes('workers')) {
      stopping.push(startWorkers({ config, log, clock, stores, redis, queues, metrics }, stages));
    }
    if (roles.includes('scheduler')) {
      await syncSources(stores.db, options.sources, new Date(clock.now()));
      stopping.push(startScheduler({ config, log, clock, stores, redis, queues }));
      stopping.push(startSubscriber({ config, log, clock, stores, redis, queues }));
    }
    if (roles.includes('server')) {
      const server = await startServer({ config, log, clock, stores, redis, queues, metrics });
      serverUrl = server.url;
      stopping.push(() => server.close());
    }
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ roles, stages, redis: stores.redisIs, database: stores.databaseIs, server: serverUrl }, 'started');
  return { stores, redis, queues, serverUrl, stop };
}

type Common = Omit<ServerDeps, 'metrics'>;

const httpClient = ({ config, redis, clock }: Common): HttpClient =>
  createHttpClient(
    { ...config.fetch, userAgent: userAgentOf(config.fetch) },
    { gate: redisGate(redis, config.redis.prefix, clock), robots: redisRobots(redis, config.redis.prefix), clock },
  );

function startWorkers(common: ServerDeps, stages: readonly string[]) {
  const { config, log, clock, stores, redis, queues, metrics } = common;
  const http = httpClient(common);
  const threads = createThreads(config.threads);
  const ledger = createLedger(stores.db, config, clock);
  const llm = llmOf(
    config,
    llmStore(stores.db, () => new Date(clock.now())),
    clock,
  );
  const hurry = new AbortController();
  const deps = {
    config,
    log,
    clock,
    http,
    threads,
    llm,
    ledger,
    metrics,
    db: stores.db,
    redis,
    queues,
    hurry: hurry.signal,
  };
  const workers = stages.map((name) => bind(rowFor(name, config), deps));
  return async () => {
    const late = setTimeout(() => hurry.abort(), DRAIN_MS);
    await Promise.all(workers.map((worker) => worker.close()));
    clearTimeout(late);
    await Promise.all([http.close(), threads.close()]);
  };
}

function startScheduler(common: Common) {
  const { config, log, clock, stores, redis, queues } = common;
  const stop = new AbortController();
  const round = async (graceMs: number) => {
    const now = clock.now();
    const polls = await alignPolls(stores.db, redis, queues, now);
    const { requeued, stalled } = await reconcile(stores.db, redis, queues, new Date(now - graceMs));
    const deliveries = await requeueDeliveries(stores.db, redis, queues, new Date(now - graceMs), log);
    if (polls || requeued || deliveries) {
      log.info({ polls, requeued, deliveries }, 'brought Redis in line with the database');
    }
    await giveUpStalled(common, stalled);
    await forgetDelivered(stores.db, new Date(now - config.emit.keepDays * 86_400_000));
  };
  const rounds = async () => {
    // What an earlier process left unfinished is looked at once without waiting.
    for (let graceMs = 0; !stop.signal.aborted; graceMs = config.scheduler.graceSeconds * 1000) {
      await round(graceMs).catch((err) => log.warn({ err }, 'a round of the watchdog failed; the next one comes'));
      await clock.sleep(config.scheduler.everySeconds * 1000, stop.signal).catch(() => {});
    }
  };
  const sinks: Sink[] = [
    ...(config.emit.stream.enabled
      ? [streamSink(redis, `${config.redis.prefix}:${config.emit.stream.key}`, config.emit.stream.maxLength)]
      : []),
    ...(config.emit.jsonl.enabled ? [jsonlSink(join(config.dataDir, config.emit.jsonl.file))] : []),
  ];
  const running = Promise.all([rounds(), runRelay(stores.db, sinks, { clock, log, stop: stop.signal })]);
  return async () => {
    stop.abort();
    await running;
  };
}

/** Asks hubs beside the watchdog's rounds: one that does not answer must not hold those up. */
function startSubscriber(common: Common) {
  const { config, log, clock, stores } = common;
  const stop = new AbortController();
  const http = httpClient(common);
  const deps = { db: stores.db, http, clock, log, publicUrl: config.server.publicUrl };
  const rounds = async () => {
    while (!stop.signal.aborted) {
      await keepSubscriptions(deps, stop.signal).catch((err) => log.warn({ err }, 'a round of subscribing failed'));
      await clock.sleep(config.scheduler.everySeconds * 1000, stop.signal).catch(() => {});
    }
  };
  const running = rounds();
  return async () => {
    stop.abort();
    await running;
    await http.close();
  };
}

async function giveUpStalled(
  { config, log, clock, stores }: Common,
  stalled: { article: string; run: number; stage: string }[],
): Promise<void> {
  const ledger = createLedger(stores.db, config, clock);
  for (const { article, run, stage } of stalled) {
    log.error({ article, stage }, 'given up: the process died several times while it worked on this article');
    await ledger.settle({
      articleId: article,
      run,
      stage,
      outcome: 'failed',
      reason: 'internal/stalled',
      detail: null,
      duplicateOf: null,
      facts: null,
      records: null,
      deadLetter: { attempts: rowFor(stage, config).attempts },
      artifact: null,
    });
  }
}
