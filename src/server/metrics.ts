import type { FastifyInstance } from 'fastify';
import { Gauge, Registry } from 'prom-client';
import type { Queues } from '../queues/queues.js';
import type { Clock } from '../shared/clock.js';
import type { Db } from '../shared/db/schema.js';
import { articleCounts, ledgerCounts, recordCounts, sourceStateCounts } from '../shared/db/status.js';
import type { Metrics } from '../shared/metrics.js';

/**
 * /metrics in Prometheus' text format: what this process counted, and what database and Redis say of the whole
 * installation, so that one scrape is enough however many processes there are.
 */
export function metricsPage(
  app: FastifyInstance,
  deps: { db: Db; queues: Queues; metrics: Metrics; clock: Clock },
): void {
  const shared = new Registry();
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name: `communique_${name}`, help, labelNames, registers: [shared] });
  const articles = gauge('articles', 'Articles by the stage they wait for, or by outcome.', ['stage', 'outcome']);
  const entries = gauge('entries', 'Feed entries by outcome and reason; pending are under way.', ['outcome', 'reason']);
  const records = gauge('records', 'Records in force by type.', ['type']);
  const jobs = gauge('queue_jobs', 'Jobs in a queue by state.', ['queue', 'state']);
  const sources = gauge('sources', 'Sources by state; stale ones publish no more, failing ones cannot be read.', [
    'state',
  ]);
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    for (const one of [articles, entries, records, jobs]) one.reset();
    for (const { stage, outcome, count } of await articleCounts(deps.db)) {
      articles.set({ stage: stage ?? '', outcome: outcome ?? '' }, count);
    }
    for (const { outcome, reason, count } of await ledgerCounts(deps.db)) {
      entries.set({ outcome, reason: reason ?? '' }, count);
    }
    for (const { type, count } of await recordCounts(deps.db)) records.set({ type }, count);
    for (const [state, count] of await sourceStateCounts(deps.db, deps.clock.now())) sources.set({ state }, count);
    for (const [queue, one] of deps.queues.all) {
      for (const [state, count] of Object.entries(await one.getJobCounts())) jobs.set({ queue, state }, count);
    }
    const text = `${await deps.metrics.registry.metrics()}\n${await shared.metrics()}`;
    return reply.type(shared.contentType).send(text);
  });
}
