import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { threadFile } from '../thread-file.js';

export interface EmbeddedPostgres {
  /** Directory of the Unix socket, as libpq and `pg` take it for `host`. */
  socketDir: string;
  close(): Promise<void>;
}

const Message = z.object({ ready: z.boolean(), closed: z.boolean(), error: z.string() }).partial();

/** Unix sockets allow about 100 bytes of path, so a deep data directory gets its socket in the system's temporary one. */
export function socketDirOf(dataDir: string): string {
  const own = join(dataDir, 'run');
  if (Buffer.byteLength(own) < 80) return own;
  return join(tmpdir(), `communique-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
}

/** PostgreSQL (PGlite) under `dataDir`/postgres. The caller holds the directory's lock: PGlite itself takes none. */
export async function startPostgres(dataDir: string, onError: (message: string) => void): Promise<EmbeddedPostgres> {
  const socketDir = socketDirOf(dataDir);
  mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  mkdirSync(join(dataDir, 'postgres'), { recursive: true, mode: 0o700 });
  const socketPath = join(socketDir, '.s.PGSQL.5432');
  rmSync(socketPath, { force: true });
  const worker = new Worker(threadFile(import.meta.url, 'postgres-thread'), {
    workerData: { dataDir: join(dataDir, 'postgres'), socketPath },
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`embedded PostgreSQL ended at start with code ${code}`)));
    worker.on('message', (raw) => {
      const message = Message.parse(raw);
      if (message.ready) resolve();
      if (message.error) onError(message.error);
    });
  });
  worker.removeAllListeners('exit');
  worker.removeAllListeners('error');
  worker.on('error', (error) => onError(error.message));
  return {
    socketDir,
    close: () =>
      new Promise((resolve) => {
        worker.once('exit', () => resolve());
        worker.postMessage('close');
      }),
  };
}
