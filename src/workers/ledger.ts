import { Batcher } from '../shared/batch.js';
import type { Clock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { type Advance, advance } from '../shared/db/articles.js';
import type { Db } from '../shared/db/schema.js';
import { type Ending, type Settled, settle } from '../shared/db/settle.js';
import { StageFailure } from '../shared/failures.js';

/** The two ways an article moves, micro-batched: on to the next stage, or to its end. */
export interface Ledger {
  /** False when the article was not waiting for that stage in that run any more. */
  advance(step: Advance): Promise<boolean>;
  settle(ending: Ending): Promise<Settled>;
}

export function createLedger(db: Db, config: Config, clock: Clock): Ledger {
  const limits = { maxItems: config.database.batchRows, maxWaitMs: config.database.batchMs, inFlight: 2 };
  const options = { sinks: enabledSinks(config), eventSource: config.emit.source };
  const steps = new Batcher<Advance, boolean>((items) => advance(db, items, new Date(clock.now())), limits);
  const endings = new Batcher<Ending, Settled>(
    (items) => settle(db, items, { ...options, now: new Date(clock.now()) }),
    limits,
  );
  return { advance: (step) => reached(steps.add(step)), settle: (ending) => reached(endings.add(ending)) };
}

export const enabledSinks = ({ emit }: Config): string[] => [
  ...(emit.stream.enabled ? ['stream'] : []),
  ...(emit.jsonl.enabled ? ['jsonl'] : []),
];

/** Connection trouble and shutdown by PostgreSQL's class 08, 53 and 57, or of the socket itself. */
const UNREACHABLE = /^(08...|53300|57P0.|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Awaits a database call; what only says that the database cannot be reached becomes the failure to wait. */
export async function reached<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const lost =
      error instanceof Error &&
      /connection (terminated|timeout)|timeout exceeded when trying to connect/i.test(error.message);
    if (UNREACHABLE.test(code) || lost) {
      throw new StageFailure('database/unavailable', code || undefined, { cause: error });
    }
    throw error;
  }
}
