import { createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { RequestReader, statusAfter } from './wire.js';

/**
 * PGlite in a thread of its own (its queries block the thread they run on), served over a Unix socket so that the
 * service and the command line share one database. PGlite has one session: a client keeps it from the first message of
 * a request until the server is idle again, so that neither transactions nor half-sent requests of two clients mix.
 */
const { dataDir, socketPath } = z.object({ dataDir: z.string(), socketPath: z.string() }).parse(workerData);

class Session {
  private tail: Promise<void> = Promise.resolve();
  private owner: symbol | undefined;
  private release: (() => void) | undefined;

  constructor(private readonly db: PGlite) {}

  /** The bytes that answer `messages`, sent by `client` once the session is its own. */
  async answer(client: symbol, messages: readonly Uint8Array[]): Promise<Uint8Array> {
    if (this.owner !== client) await this.acquire(client);
    const parts: Uint8Array[] = [];
    for (const message of messages) {
      await this.db.execProtocolRawStream(new Uint8Array(message), { onRawData: (data) => parts.push(data.slice()) });
    }
    const answer = Buffer.concat(parts);
    if (statusAfter(answer) === 'I') this.leave(client);
    return answer;
  }

  /** A client went away: what it left open is rolled back. */
  async forget(client: symbol): Promise<void> {
    if (this.owner !== client) return;
    await this.db.exec('ROLLBACK');
    this.leave(client);
  }

  private async acquire(client: symbol): Promise<void> {
    const before = this.tail;
    let release = () => {};
    this.tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.owner = client;
    this.release = release;
  }

  private leave(client: symbol): void {
    if (this.owner !== client) return;
    this.owner = undefined;
    this.release?.();
  }
}

function serve(session: Session, socket: Socket): void {
  const client = Symbol('client');
  const reader = new RequestReader();
  let work: Promise<void> = Promise.resolve();
  let gone = false;
  const end = () => {
    if (gone) return;
    gone = true;
    work = work.then(() => session.forget(client)).catch(report);
  };
  socket.on('data', (chunk) => {
    for (const request of reader.read(chunk)) {
      work = work.then(async () => {
        if (gone) return;
        if (request.kind === 'refuse-encryption') socket.write('N');
        else if (request.kind === 'cancel' || request.kind === 'terminate') socket.end();
        else socket.write(await session.answer(client, request.messages));
      });
      work = work.catch((error) => {
        report(error);
        socket.destroy();
      });
    }
  });
  socket.on('error', end);
  socket.on('close', end);
}

const report = (error: unknown) =>
  parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });

const db = await PGlite.create({ dataDir });
const session = new Session(db);
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  serve(session, socket);
});
server.listen(socketPath, () => parentPort?.postMessage({ ready: true }));

parentPort?.on('message', async () => {
  server.close();
  for (const socket of sockets) socket.destroy();
  await db.close();
  parentPort?.postMessage({ closed: true });
  parentPort?.close();
});
