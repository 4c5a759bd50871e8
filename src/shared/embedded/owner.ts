import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { socketDirOf } from './postgres.js';

/** What the process that owns a data directory tells those who ask. No secret: other users may be able to ask. */
export const OwnerInfo = z.object({ pid: z.number(), redisPort: z.number(), postgresDir: z.string() });
export type OwnerInfo = z.infer<typeof OwnerInfo>;

/**
 * Linux: a socket in the abstract namespace, which the kernel frees when its process dies, however it dies.
 * Elsewhere: a socket file, whose liveness is seen by connecting to it.
 */
function ownerAddress(dataDir: string): string {
  const real = realpathSync(dataDir);
  if (process.platform !== 'linux') return join(socketDirOf(real), 'owner.sock');
  return `\0communique-${createHash('sha256').update(real).digest('hex').slice(0, 32)}`;
}

const isCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/**
 * What the living owner of `dataDir` says; null when nobody owns it, or when it goes away unsaid. Waits while the owner
 * is starting. `onGone` is called when an owner that has answered goes away.
 */
export function askOwner(dataDir: string, onGone?: () => void): Promise<OwnerInfo | null> {
  mkdirSync(dataDir, { recursive: true });
  return new Promise((resolve, reject) => {
    let said = '';
    let answered = false;
    const socket = connect(ownerAddress(dataDir));
    socket.on('data', (chunk) => {
      said += chunk.toString('utf8');
      if (answered || !said.endsWith('\n')) return;
      answered = true;
      resolve(OwnerInfo.parse(JSON.parse(said)));
      // The connection stays open while someone wants to know that the owner lives.
      if (onGone) socket.unref();
      else socket.destroy();
    });
    socket.on('close', () => {
      if (answered) onGone?.();
      else resolve(null);
    });
    socket.on('error', (error) => {
      if (!isCode(error, 'ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE')) reject(error);
    });
  });
}

export interface Ownership {
  /** Answers those who asked and will ask. */
  announce(info: OwnerInfo): void;
  release(): Promise<void>;
}

/** Takes `dataDir` for this process; null when another living process has it. */
export async function takeOwnership(dataDir: string): Promise<Ownership | null> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const address = ownerAddress(dataDir);
  let announce: (info: OwnerInfo) => void = () => {};
  const info = new Promise<OwnerInfo>((resolve) => {
    announce = resolve;
  });
  const asking = new Set<Socket>();
  const server = createServer((socket) => {
    asking.add(socket);
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => asking.delete(socket));
    info.then((told) => socket.write(`${JSON.stringify(told)}\n`));
  });
  if (!(await listens(server, address))) {
    if (process.platform === 'linux' || (await askOwner(dataDir)) !== null) return null;
    rmSync(address, { force: true });
    if (!(await listens(server, address))) return null;
  }
  server.unref();
  const release = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of asking) socket.destroy();
    });
  return { announce, release };
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (isCode(error, 'EADDRINUSE') ? resolve(false) : reject(error)));
    server.listen(address, () => resolve(true));
  });
}
