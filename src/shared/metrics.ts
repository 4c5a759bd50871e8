import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { LlmReport } from './model/record.js';

/** What this process counts, in Prometheus' words. What the database and Redis know is added when it is asked for. */
export interface Metrics {
  registry: Registry;
  /** Starts the clock of a job; the returned function stops it and counts the result. */
  stageStarted(stage: string): (result: string) => void;
  feedFailed(code: string): void;
  /** What asking the language model came to, and what of its answer the text did not bear out. */
  llmAsked(report: LlmReport): void;
  /** What became of something that came to a WebSub callback. */
  delivered(result: DeliveryResult): void;
}

export type DeliveryResult = 'taken' | 'bad-signature' | 'unknown' | 'too-many';

export function createMetrics(): Metrics {
  const registry = new Registry();
  // Among them nodejs_eventloop_lag_seconds and the heap.
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'communique_stage_duration_seconds',
    help: 'Time one attempt of a stage took, its waiting for a free thread included.',
    labelNames: ['stage'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'communique_stage_attempts_total',
    help: 'Attempts of a stage by what they came to: done, stored, a code of the table of failures, or error.',
    labelNames: ['stage', 'result'],
    registers: [registry],
  });
  const feeds = new Counter({
    name: 'communique_feed_errors_total',
    help: 'Polls that failed, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const llm = new Counter({
    name: 'communique_llm_requests_total',
    help: 'Articles that a language model was asked about, by what came of it.',
    labelNames: ['result'],
    registers: [registry],
  });
  const dropped = new Counter({
    name: 'communique_llm_dropped_total',
    help: 'What a language model said and the text does not bear out, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const deliveries = new Counter({
    name: 'communique_websub_deliveries_total',
    help: 'Deliveries of WebSub hubs: taken, or dropped for a bad signature, an unknown address, or too many waiting.',
    labelNames: ['result'],
    registers: [registry],
  });
  return {
    registry,
    stageStarted(stage) {
      const stop = seconds.startTimer({ stage });
      return (result) => {
        stop();
        // Free text such as "3 new of 20" would make a time series each.
        attempts.inc({ stage, result: /^[\w/-]+$/.test(result) ? result : 'done' });
      };
    },
    feedFailed: (code) => feeds.inc({ code }),
    llmAsked(report) {
      llm.inc({ result: report.result });
      for (const [kind, count] of Object.entries(report.dropped)) dropped.inc({ kind }, count);
    },
    delivered: (result) => deliveries.inc({ result }),
  };
}
