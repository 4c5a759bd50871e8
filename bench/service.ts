import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { z } from 'zod';
import { projectDir } from '../src/shared/config.js';
import { embeddedRedisUrl, freePort } from '../src/shared/embedded/redis.js';
import { readSamples, type Sample } from './prometheus.js';

const ENTRY = join(projectDir, 'dist', 'cli', 'index.js');
const run = promisify(execFile);

export interface FeedSource {
  id: string;
  url: string;
  outlet: string;
  country: string;
  language: string;
  intervalSeconds: number;
}

export interface Progress {
  /** Entries with an outcome, and all that were seen. */
  ended: number;
  entries: number;
  /** Whether every source was polled, so that there are no more entries to come. */
  polled: boolean;
}

const SourceList = z.object({ sources: z.array(z.object({ lastOkAt: z.string().nullable() })) });

/** The real service as a child process, with embedded stores in a temporary data directory of its own. */
export class ServiceProcess {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'communique-run-'));
  private child: ChildProcess | undefined;
  private port = 0;
  private peakRss = 0;

  constructor(
    private readonly sources: readonly FeedSource[],
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {
    writeFileSync(join(this.dataDir, 'sources.yaml'), stringify({ sources }));
  }

  get logFile(): string {
    return join(this.dataDir, 'service.log');
  }

  /** Starts, or starts again on what an earlier start left; resolves when Redis and database answer. */
  async start(): Promise<void> {
    this.port = await freePort();
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [ENTRY, 'start'], {
      cwd: projectDir,
      env: this.environment(),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    for (const giveUp = Date.now() + 60_000; !(await this.ready()); await delay(100)) {
      if (child.exitCode !== null || child.signalCode !== null) throw this.trouble('the service ended at its start');
      if (Date.now() > giveUp) throw this.trouble('the service was not ready within 60 s');
    }
  }

  async metrics(): Promise<Sample[]> {
    this.peakRss = Math.max(this.peakRss, this.highWater());
    return readSamples(await this.get('/metrics'));
  }

  async progress(): Promise<Progress> {
    // The sources first: entries are written before a source counts as polled.
    const { sources } = SourceList.parse(JSON.parse(await this.get('/api/sources')));
    const entries = (await this.metrics()).filter((sample) => sample.name === 'communique_entries');
    const sum = (samples: Sample[]) => samples.reduce((total, sample) => total + sample.value, 0);
    return {
      ended: sum(entries.filter((sample) => sample.labels.outcome !== 'pending')),
      entries: sum(entries),
      polled: sources.length === this.sources.length && sources.every((source) => source.lastOkAt !== null),
    };
  }

  /** Resolves when `done` says so of the progress; throws after `limitMs`, or when the service ends by itself. */
  async until(done: (progress: Progress) => boolean, limitMs: number, everyMs = 250): Promise<Progress> {
    for (const giveUp = Date.now() + limitMs; ; await delay(everyMs)) {
      const progress = await this.progress().catch((error: unknown) => {
        throw this.trouble(`the service does not answer: ${error instanceof Error ? error.message : String(error)}`);
      });
      if (done(progress)) return progress;
      if (Date.now() > giveUp) throw this.trouble(`not done after ${limitMs} ms: ${JSON.stringify(progress)}`);
    }
  }

  drained(limitMs: number): Promise<Progress> {
    return this.until(({ polled, ended, entries }) => polled && ended === entries, limitMs);
  }

  /** What a command of the CLI prints, beside the running service. */
  async cli(...args: string[]): Promise<string> {
    const options = { cwd: projectDir, env: this.environment(), maxBuffer: 1 << 30 };
    return (await run(process.execPath, [ENTRY, ...args], options)).stdout;
  }

  /** SIGKILL: nothing is closed, nothing is handed back. Redis lives on unless it is to die as well. */
  async kill(alsoRedis = false): Promise<void> {
    await this.signal('SIGKILL');
    if (!alsoRedis) return;
    await this.onRedis(async (redis) => {
      const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
      if (pid > 0) process.kill(pid, 'SIGKILL');
    });
  }

  async flushRedis(): Promise<void> {
    await this.onRedis((redis) => redis.flushall());
  }

  /** SIGTERM; the exit code (null when a signal ended it) and how long it took. */
  async terminate(): Promise<{ code: number | null; ms: number }> {
    const asked = Date.now();
    const code = await this.signal('SIGTERM');
    return { code, ms: Date.now() - asked };
  }

  /** The largest resident set so far in bytes, of whichever process of this service had it. */
  peakRssBytes(): number {
    return Math.max(this.peakRss, this.highWater());
  }

  /** Ends whatever still runs, Redis too, and removes the data directory unless it is to be kept. */
  async discard(keep = false): Promise<void> {
    if (this.running()) {
      const late = setTimeout(() => this.child?.kill('SIGKILL'), 30_000);
      await this.signal('SIGTERM');
      clearTimeout(late);
    }
    // A killed service leaves its Redis to the next start; here there is none.
    await this.onRedis((redis) => redis.shutdown('NOSAVE')).catch(() => {});
    if (!keep) rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  private running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private async signal(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || !this.running()) throw this.trouble('the service does not run');
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  }

  private environment(): Record<string, string | undefined> {
    // An installation of the one who runs this must not be touched.
    const { REDIS_URL: _redis, DATABASE_URL: _database, ...rest } = process.env;
    const own = Object.entries(rest).filter(([name]) => !name.startsWith('COMMUNIQUE_'));
    const settings = {
      dataDir: this.dataDir,
      sources: join(this.dataDir, 'sources.yaml'),
      'server.port': String(this.port),
      'fetch.allowAddresses': '[127.0.0.0/8]',
      ...this.settings,
    };
    const set = Object.entries(settings).map(([name, value]) => [`COMMUNIQUE_${name.replaceAll('.', '__')}`, value]);
    return Object.fromEntries([...own, ...set]);
  }

  private async get(path: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(20_000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 200)}`);
    return text;
  }

  private ready(): Promise<boolean> {
    return this.get('/readyz').then(
      () => true,
      () => false,
    );
  }

  private async onRedis(act: (redis: Redis) => Promise<unknown>): Promise<void> {
    const portFile = join(this.dataDir, 'redis', 'port');
    if (!existsSync(portFile)) return;
    const url = embeddedRedisUrl(this.dataDir, Number(readFileSync(portFile, 'utf8')));
    const redis = new Redis(url, { retryStrategy: null, maxRetriesPerRequest: 0 });
    redis.on('error', () => {});
    try {
      await act(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Linux keeps the peak; elsewhere there is none to be had from outside. */
  private highWater(): number {
    const file = `/proc/${this.child?.pid ?? 0}/status`;
    if (!existsSync(file)) return 0;
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
  }

  private trouble(what: string): Error {
    const log = existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').split('\n').slice(-15).join('\n') : '';
    return new Error(`${what}\n${log}`);
  }
}
