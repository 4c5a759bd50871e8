import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
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

/** What the living owner of `dataDir` says; null when nobody owns it. Waits while the owner is starting. */
export function askOwner(dataDir: string): Promise<OwnerInfo | null> {
  mkdirSync(dataDir, { recursive: true });
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(ownerAddress(dataDir));
    socket.on('data', (chunk) => {
      said += chunk.toString('utf8');
    });
    socket.on('end', () => resolve(said ? OwnerInfo.parse(JSON.parse(said)) : null));
    socket.on('error', (error) => (isCode(error, 'ECONNREFUSED', 'ENOENT') ? resolve(null) : reject(error)));
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
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    info.then((told) => socket.end(JSON.stringify(told)));
  });
  if (!(await listens(server, address))) {
    if (process.platform === 'linux' || (await askOwner(dataDir)) !== null) return null;
    rmSync(address, { force: true });
    if (!(await listens(server, address))) return null;
  }
  server.unref();
  return { announce, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (isCode(error, 'EADDRINUSE') ? resolve(false) : reject(error)));
    server.listen(address, () => resolve(true));
  });
}
