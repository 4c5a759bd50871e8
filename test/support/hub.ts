import { createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { startHost, type TestHost } from './http.js';

/** What the hub does with a request: its answer, and whether and how it goes on to the callback. */
export interface HubRules {
  status: number;
  /** The callback is told this at once; null: nothing. */
  next: { mode: 'subscribe' | 'unsubscribe' | 'denied' | 'as asked'; leaseSeconds: number } | null;
}

export interface TestHub extends TestHost {
  rules: HubRules;
  /** The forms that were sent, as asked. */
  asked: Record<string, string>[];
  /** What callbacks answered to the hub. */
  answers: { status: number; body: string; type: string | null }[];
  verify(form: Record<string, string>, over?: Record<string, string>): Promise<number>;
  deliver(form: Record<string, string>, body: string, options?: Delivering): Promise<number>;
}

interface Delivering {
  method?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  secret?: string;
  type?: string;
  headers?: Record<string, string>;
}

/** A WebSub hub on loopback that does what its rules say. */
export async function startHub(): Promise<TestHub> {
  const asked: Record<string, string>[] = [];
  const answers: TestHub['answers'] = [];
  const host = await startHost(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push(form);
    const { status, next } = hub.rules;
    if (next) {
      const mode = next.mode === 'as asked' ? (form['hub.mode'] ?? '') : next.mode;
      await hub.verify(form, { 'hub.mode': mode, 'hub.lease_seconds': String(next.leaseSeconds) });
    }
    response.writeHead(status).end(status === 202 ? '' : 'no');
  });
  const hub: TestHub = {
    ...host,
    rules: { status: 202, next: { mode: 'as asked', leaseSeconds: 864_000 } },
    asked,
    answers,
    async verify(form, over = {}) {
      const callback = new URL(form['hub.callback'] ?? '');
      const challenge = `challenge-${answers.length}`;
      const { 'hub.topic': topic = '' } = form;
      const query = { 'hub.mode': 'subscribe', 'hub.topic': topic, 'hub.challenge': challenge, ...over };
      for (const [name, value] of Object.entries(query)) callback.searchParams.set(name, value);
      const response = await fetch(callback);
      const answer = {
        status: response.status,
        body: await response.text(),
        type: response.headers.get('content-type'),
      };
      answers.push(answer);
      return answer.status;
    },
    async deliver(form, body, { method = 'sha256', secret, type = 'application/rss+xml', headers = {} } = {}) {
      const key = secret ?? form['hub.secret'] ?? '';
      const signature = `${method}=${createHmac(method, key).update(body).digest('hex')}`;
      const response = await fetch(form['hub.callback'] ?? '', {
        method: 'POST',
        body,
        headers: { 'content-type': type, 'x-hub-signature': signature, ...headers },
      });
      await response.text();
      return response.status;
    },
  };
  return hub;
}
