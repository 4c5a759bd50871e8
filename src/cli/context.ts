import { type Command, InvalidArgumentError } from 'commander';
import type { Redis } from 'ioredis';
import type { Queues } from '../queues/queues.js';
import { type Config, ConfigError, loadConfig } from '../shared/config.js';
import { BadSelection } from '../shared/db/reingest.js';
import { createLog, type Log, withoutPassword } from '../shared/log.js';
import type { Stores } from '../shared/stores.js';

/** A wrong call: what is wrong goes to stderr, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface GlobalOptions {
  config?: string;
  set?: string[];
}

/** The configuration as the global options, the environment and the files give it. */
export function configOf(command: Command): Config {
  const { config: file, set } = command.optsWithGlobals<GlobalOptions>();
  return loadConfig({ file, env: process.env, set: set ?? [], cwd: process.cwd() });
}

/** One-off commands write their answer to stdout, so the log goes to stderr and only when something is wrong. */
export const quietLog = (): Log => createLog('warn', process.stderr);

export interface Session {
  config: Config;
  log: Log;
  stores: Stores;
  redis: Redis;
  queues: Queues;
}

/** Opens stores and queues for one command and closes them after it, whether a service runs meanwhile or not. */
export async function withSession<Value>(command: Command, work: (session: Session) => Promise<Value>): Promise<Value> {
  const config = configOf(command);
  const log = quietLog();
  // Loaded here, for commands without a session and help texts do without.
  const [{ openStores }, { connectRedis }, { openQueues }, { retries }] = await Promise.all([
    import('../shared/stores.js'),
    import('../queues/connection.js'),
    import('../queues/queues.js'),
    import('../workers/pipeline.js'),
  ]);
  const stores = await openStores(config, log);
  const redis = connectRedis(stores.redisUrl, log);
  const queues = openQueues(redis, config, retries(config));
  try {
    await answers(redis, stores.redisUrl);
    return await work({ config, log, stores, redis, queues });
  } finally {
    // Queues share the connection, and one that was never there cannot be closed in order.
    if (redis.status === 'ready') await queues.close();
    redis.disconnect();
    await stores.close();
  }
}

/** A command that a person waits for must not wait for a Redis that is not there. */
async function answers(redis: Redis, url: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const told = `Redis did not answer at ${withoutPassword(url)} within 5 s; see communique doctor`;
    timer = setTimeout(() => reject(new Error(told)), 5_000);
  });
  await Promise.race([redis.ping(), late]).finally(() => clearTimeout(timer));
}

/** Zero or a positive whole number, for commander. */
export const atLeastZero = (text: string): number => (text === '0' ? 0 : positive(text));

/** A positive whole number, for commander. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above zero');
  return value;
}

/** A day such as 2026-01-31, for commander. */
export function day(text: string): string {
  const known = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
  if (!known) throw new InvalidArgumentError('expected a day such as 2026-01-31');
  return text;
}

/** What went wrong, in words for the terminal, and the exit code: 2 for a wrong call or setting, else 1. */
export function explain(error: unknown): { message: string; exitCode: number } {
  const theirs = error instanceof UsageError || error instanceof ConfigError || error instanceof BadSelection;
  const message = error instanceof Error ? error.message || error.name : String(error);
  return { message, exitCode: theirs ? 2 : 1 };
}
