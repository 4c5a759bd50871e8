import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Log } from '../log.js';

export interface EmbeddedRedis {
  port: number;
  url: string;
  close(): Promise<void>;
}

/** redis-server is not there or does not start: says what to do. */
export class RedisMissing extends Error {
  override readonly name = 'RedisMissing';
}

const INSTALL =
  'redis-server was not found. Install it (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis; ' +
  'Fedora: sudo dnf install redis) or point REDIS_URL at a running Redis.';

/** The password of the embedded Redis, readable by this user only; made once per data directory. */
function secretOf(dataDir: string): string {
  const file = join(dataDir, 'redis', 'secret');
  if (!existsSync(file)) {
    mkdirSync(join(dataDir, 'redis'), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

export const embeddedRedisUrl = (dataDir: string, port: number): string =>
  `redis://:${secretOf(dataDir)}@127.0.0.1:${port}`;

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Whether our own Redis answers at `port`: same password, same directory. */
async function isOurs(dataDir: string, port: number): Promise<boolean> {
  const client = new Redis(embeddedRedisUrl(dataDir, port), {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const dir = await client.config('GET', 'dir');
    return Array.isArray(dir) && dir[1] === join(dataDir, 'redis');
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** Ends the Redis that a killed process left behind in a data directory which is about to be deleted. */
export async function stopOrphan(dataDir: string): Promise<void> {
  const portFile = join(dataDir, 'redis', 'port');
  const port = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  if (port && (await isOurs(dataDir, port))) await shutdown(embeddedRedisUrl(dataDir, port), 'NOSAVE');
}

async function shutdown(url: string, how: 'SAVE' | 'NOSAVE'): Promise<void> {
  const client = new Redis(url, { retryStrategy: null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  // Redis closes the connection instead of answering.
  await client.call('SHUTDOWN', how).catch(() => {});
  client.disconnect();
}

async function untilOurs(dataDir: string, port: number, giveUp: () => Error | undefined): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isOurs(dataDir, port)) return;
    const error = giveUp();
    if (error) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new RedisMissing(
    `redis-server did not answer on port ${port} within 10 s; see ${join(dataDir, 'redis', 'log')}`,
  );
}

/**
 * Redis under `dataDir`/redis with AOF and noeviction, on a free loopback port, behind a password. It runs in a process
 * group of its own: a signal to the service must not stop it before the service has drained, and when the service is
 * killed the orphan is found by its port file and adopted by the next start. Restarted when it dies by itself.
 */
export async function startRedis(dataDir: string, log: Log): Promise<EmbeddedRedis> {
  const secret = secretOf(dataDir);
  const portFile = join(dataDir, 'redis', 'port');
  const known = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  let closing = false;
  const port = known && (await isOurs(dataDir, known)) ? known : await freePort();

  const launch = async () => {
    let failed: Error | undefined;
    const child = spawn('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      failed = error.code === 'ENOENT' ? new RedisMissing(INSTALL) : error;
    });
    child.once('exit', (code) => {
      failed ??= new Error(`redis-server ended with code ${code}; see ${join(dataDir, 'redis', 'log')}`);
      if (closing || !started) return;
      log.error({ code }, 'embedded Redis died; starting it again');
      setTimeout(() => launch().catch((err) => log.error({ err }, 'embedded Redis does not start')), 500);
    });
    child.stdin.on('error', () => {});
    // Through standard input, so that the password stands in no process list.
    child.stdin.end(settings(dataDir, port, secret));
    child.unref();
    await untilOurs(dataDir, port, () => failed);
  };
  let started = false;
  if (port !== known) {
    writeFileSync(portFile, String(port));
    await launch();
  } else log.info({ port }, 'found the embedded Redis of an earlier run');
  started = true;

  const url = embeddedRedisUrl(dataDir, port);
  return {
    port,
    url,
    close: async () => {
      closing = true;
      await shutdown(url, 'SAVE');
    },
  };
}

const settings = (dataDir: string, port: number, secret: string): string =>
  [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${secret}`,
    `dir "${join(dataDir, 'redis')}"`,
    `logfile "${join(dataDir, 'redis', 'log')}"`,
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');
