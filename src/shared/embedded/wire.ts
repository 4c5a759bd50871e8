/**
 * The framing of PostgreSQL's frontend protocol 3.0, as much as a server in front of one shared session needs:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;

/** One thing a client asked for, complete: everything up to the message that makes the server answer. */
export type Request =
  | { kind: 'refuse-encryption' }
  | { kind: 'cancel' }
  | { kind: 'startup'; messages: Uint8Array[] }
  | { kind: 'terminate' }
  | { kind: 'batch'; messages: Uint8Array[] };

const ENDS_BATCH = new Set(['Q', 'S', 'H'].map((letter) => letter.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);

/** Cuts a client's byte stream into requests. */
export class RequestReader {
  private buffered: Buffer = Buffer.alloc(0);
  private started = false;
  private batch: Uint8Array[] = [];

  read(chunk: Buffer): Request[] {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    const requests: Request[] = [];
    for (let next = this.next(); next !== undefined; next = this.next()) {
      if (next !== 'more-of-batch') requests.push(next);
    }
    return requests;
  }

  private take(length: number): Buffer | undefined {
    if (this.buffered.length < length) return undefined;
    const message = this.buffered.subarray(0, length);
    this.buffered = this.buffered.subarray(length);
    return message;
  }

  private next(): Request | 'more-of-batch' | undefined {
    return this.started ? this.nextMessage() : this.nextStartup();
  }

  private nextStartup(): Request | undefined {
    if (this.buffered.length < 8) return undefined;
    const code = this.buffered.readInt32BE(4);
    const message = this.take(this.buffered.readInt32BE(0));
    if (!message) return undefined;
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'refuse-encryption' };
    if (code === CANCEL_REQUEST) return { kind: 'cancel' };
    this.started = true;
    return { kind: 'startup', messages: [message] };
  }

  private nextMessage(): Request | 'more-of-batch' | undefined {
    if (this.buffered.length < 5) return undefined;
    const message = this.take(1 + this.buffered.readInt32BE(1));
    if (!message) return undefined;
    const type = message[0];
    if (type === TERMINATE) return { kind: 'terminate' };
    this.batch.push(message);
    if (type === undefined || !ENDS_BATCH.has(type)) return 'more-of-batch';
    const messages = this.batch;
    this.batch = [];
    return { kind: 'batch', messages };
  }
}

/** The transaction status of an answer that ends with ReadyForQuery: 'I' idle, 'T' in a transaction, 'E' in a failed one. */
export function statusAfter(answer: Uint8Array): string | undefined {
  const at = answer.length - 6;
  return at >= 0 && answer[at] === 'Z'.charCodeAt(0) ? String.fromCharCode(answer[at + 5] ?? 0) : undefined;
}
