import { z } from 'zod';
import type { Retry } from '../queues/queues.js';
import type { Config } from '../shared/config.js';
import { ConfigError } from '../shared/config.js';
import { classify } from './classify/index.js';
import { clean } from './clean/index.js';
import { extract } from './extract/index.js';
import { fetchPage } from './fetch/index.js';
import { poll } from './poll/index.js';
import type { Stage } from './stage.js';
import { store } from './store/index.js';

export interface Row {
  stage: Stage;
  /** The next stage; null ends the article. */
  to: string | null;
  /** Jobs of this stage that one process works on at once. */
  concurrency: number;
  attempts: number;
  /** Delay before the second attempt; doubles each time, with jitter. */
  backoffMs: number;
  /** Time limit of one attempt. */
  limitMs: number;
}

const row = (stage: Stage, settings: Omit<Row, 'stage'>): Row => ({ stage, ...settings });

/** THE table: what follows what, how often it is tried, how much runs at once, how long it may take. */
export const pipeline: readonly Row[] = definePipeline([
  // A poll that fails is no retry's business: its source plans the next one by its record of failures.
  row(poll, { to: 'fetch', concurrency: 16, attempts: 1, backoffMs: 5_000, limitMs: 60_000 }),
  row(fetchPage, { to: 'clean', concurrency: 32, attempts: 6, backoffMs: 5_000, limitMs: 45_000 }),
  row(clean, { to: 'classify', concurrency: 8, attempts: 3, backoffMs: 1_000, limitMs: 20_000 }),
  row(classify, { to: 'extract', concurrency: 8, attempts: 3, backoffMs: 1_000, limitMs: 20_000 }),
  row(extract, { to: 'store', concurrency: 8, attempts: 3, backoffMs: 1_000, limitMs: 20_000 }),
  row(store, { to: null, concurrency: 64, attempts: 10, backoffMs: 1_000, limitMs: 30_000 }),
]);

export const stageNames: readonly string[] = pipeline.map(({ stage }) => stage.name);

/** Stages that work on an article, in order: where a re-ingestion can begin, but for the last. */
export const articleStages: readonly string[] = stageNames.slice(1);

/** The row of a stage with the settings of the configuration laid over it. */
export function rowFor(name: string, config: Config): Row {
  const found = pipeline.find(({ stage }) => stage.name === name);
  if (!found) throw new ConfigError(`there is no stage "${name}"; the stages are ${stageNames.join(', ')}`);
  const { concurrency, attempts, limitMs } = config.stages[name] ?? {};
  return {
    ...found,
    concurrency: concurrency ?? found.concurrency,
    attempts: attempts ?? found.attempts,
    limitMs: limitMs ?? found.limitMs,
  };
}

/** How the jobs of each stage are tried, for the queues. */
export const retries = (config: Config): Map<string, Retry> =>
  new Map(
    pipeline.map(({ stage, backoffMs }) => [stage.name, { attempts: rowFor(stage.name, config).attempts, backoffMs }]),
  );

/** Throws when a stage is there twice, leads nowhere, or needs something that no stage before it makes. */
export function definePipeline(rows: readonly Row[]): readonly Row[] {
  const names = rows.map(({ stage }) => stage.name);
  const made = new Map<string, z.core.$ZodType>();
  rows.forEach(({ stage, to }, index) => {
    if (names.indexOf(stage.name) !== index) throw new Error(`stage "${stage.name}" stands in the pipeline twice`);
    const next = names[index + 1] ?? null;
    if (to !== next) throw new Error(`stage "${stage.name}" leads to "${to}", but "${next}" stands below it`);
    if ((to === null) !== (stage.makes === 'settlement')) {
      throw new Error(
        `stage "${stage.name}" must ${to === null ? 'settle the article, being the last' : 'not settle'}`,
      );
    }
    for (const [key, schema] of Object.entries(stage.shape)) {
      if (key === 'article' || key === 'source' || schema instanceof z.ZodOptional) continue;
      if (made.get(key) !== schema)
        throw new Error(`stage "${stage.name}" needs "${key}", which no stage before it makes`);
    }
    made.set(stage.makes, stage.output);
  });
  return rows;
}
