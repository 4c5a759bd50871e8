import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deliveryJobId } from '../queues/messages.js';
import type { Queues } from '../queues/queues.js';
import type { Clock } from '../shared/clock.js';
import { keepDelivery } from '../shared/db/deliveries.js';
import type { Db } from '../shared/db/schema.js';
import {
  changeSubscription,
  dropSubscription,
  findSubscription,
  type Subscription,
} from '../shared/db/subscriptions.js';
import type { Metrics } from '../shared/metrics.js';
import { CALLBACK_PATH, LEASE_SECONDS } from '../shared/websub.js';

export interface CallbackDeps {
  db: Db;
  queues: Queues;
  clock: Clock;
  metrics: Metrics;
  /** Of one delivery. */
  maxBytes: number;
}

/** The route that is open to hubs, who know no password: an address that nobody can guess, and signatures. */
export const CALLBACK_ROUTE = `${CALLBACK_PATH}:id`;

/** Renewed when this share of the lease is over, but not more often than every few minutes. */
const RENEW_AT = 0.8;
const SOONEST_RENEWAL_MS = 5 * 60_000;
const LONGEST_LEASE_SECONDS = 365 * 86_400;
const AGAIN_MS = 86_400_000;
/** Deliveries of one source that may wait to be read. */
const MOST_WAITING = 50;
/** What says how to read the document. */
const KEPT_HEADERS = ['content-type', 'content-language', 'content-location'] as const;

/** Where hubs verify subscriptions and deliver (W3C WebSub, sections 5.3 and 7). */
export async function websub(app: FastifyInstance, deps: CallbackDeps): Promise<void> {
  await app.register(async (scope) => {
    // The signature is over the bytes as they came, whatever type they say they are of.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.get<Callback>(CALLBACK_ROUTE, { schema: { hide: true }, exposeHeadRoute: false }, async (request, reply) => {
      const challenge = await answerHub(deps, request);
      if (challenge === undefined) return reply.code(404).send({ error: 'nobody asked for this subscription' });
      return reply.header('x-content-type-options', 'nosniff').type('text/plain; charset=utf-8').send(challenge);
    });
    const options = { schema: { hide: true }, bodyLimit: deps.maxBytes };
    scope.post<Callback>(CALLBACK_ROUTE, options, async (request, reply) => {
      const { status, told } = await take(deps, request);
      return reply.code(status).send(told);
    });
  });
}

interface Callback {
  Params: { id: string };
}

const Query = z.object({
  'hub.mode': z.enum(['subscribe', 'unsubscribe', 'denied']),
  'hub.topic': z.string(),
  'hub.challenge': z.string().max(2000).optional(),
  'hub.lease_seconds': z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
  'hub.reason': z.string().optional(),
});

/** What to answer to a hub that verifies our intent, or tells of its refusal; undefined when we have no such intent. */
async function answerHub({ db, clock }: CallbackDeps, request: FastifyRequest<Callback>): Promise<string | undefined> {
  const query = Query.safeParse(request.query).data;
  const subscription = query && (await findSubscription(db, request.params.id));
  if (!subscription || subscription.topic !== query['hub.topic']) return undefined;
  const leaving = subscription.state === 'leaving';
  const about = { source: subscription.source_id, hub: subscription.hub };
  const challenge = query['hub.challenge'];
  if (query['hub.mode'] === 'denied') {
    const detail = query['hub.reason'] ?? 'the hub gave no reason';
    request.log.warn({ ...about, reason: detail }, 'the hub refuses the subscription');
    if (leaving) await dropSubscription(db, subscription.id);
    else
      await changeSubscription(db, subscription, { state: 'denied', lease_until: null, detail, due_at: later(clock) });
    return '';
  }
  if (challenge === undefined || leaving !== (query['hub.mode'] === 'unsubscribe')) return undefined;
  if (leaving) {
    await dropSubscription(db, subscription.id);
    request.log.info(about, 'the hub ended the subscription');
    return challenge;
  }
  // Refused already: it is asked again first.
  if (subscription.state === 'denied') return undefined;
  const lease = await begin({ db, clock }, subscription, Number(query['hub.lease_seconds'] ?? LEASE_SECONDS));
  if (lease === undefined) return undefined;
  request.log.info({ ...about, leaseUntil: lease }, 'the hub tells of new entries from now on');
  return challenge;
}

const later = (clock: Clock): Date => new Date(clock.now() + AGAIN_MS);

async function begin(
  { db, clock }: Pick<CallbackDeps, 'db' | 'clock'>,
  subscription: Subscription,
  seconds: number,
): Promise<Date | undefined> {
  const leaseMs = Math.min(seconds, LONGEST_LEASE_SECONDS) * 1000;
  const due_at = new Date(clock.now() + Math.max(leaseMs * RENEW_AT, SOONEST_RENEWAL_MS));
  const lease_until = new Date(clock.now() + leaseMs);
  const begun_at = subscription.state === 'active' ? subscription.begun_at : new Date(clock.now());
  const change = { state: 'active' as const, begun_at, lease_until, due_at, detail: null };
  const begun = await changeSubscription(db, subscription, change);
  return begun ? lease_until : undefined;
}

/**
 * A delivery is in the database before the hub hears that it was taken, and its job carries only its id. One with a
 * wrong signature is acknowledged and dropped: whoever sent it learns nothing.
 */
async function take(
  { db, queues, clock, metrics }: CallbackDeps,
  request: FastifyRequest<Callback>,
): Promise<{ status: number; told?: { error: string } }> {
  const subscription = await findSubscription(db, request.params.id);
  if (!subscription || subscription.state === 'leaving') {
    metrics.delivered('unknown');
    return { status: subscription ? 410 : 404, told: { error: 'there is no such subscription' } };
  }
  const source = subscription.source_id;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!isSigned(subscription.secret, body, request.headers['x-hub-signature'])) {
    metrics.delivered('bad-signature');
    request.log.warn({ source, hub: subscription.hub }, 'dropped a delivery whose signature is not right');
    return { status: 202 };
  }
  const id = randomUUID();
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  if (!(await keepDelivery(db, { id, source, headers, body }, MOST_WAITING, new Date(clock.now())))) {
    metrics.delivered('too-many');
    return { status: 503, told: { error: 'too many deliveries wait to be read; come back later' } };
  }
  metrics.delivered('taken');
  // Redis may be away, and the hub need not wait for it: the watchdog finds what has no job.
  queues.addPoll({ source, delivery: id }, deliveryJobId(id)).catch((err) => {
    request.log.warn({ err, source, delivery: id }, 'the delivery has no job yet');
  });
  return { status: 202 };
}

/** X-Hub-Signature: `sha256=` and the HMAC of the body in hexadecimal digits, with one of the four methods of the table. */
export function isSigned(secret: string, body: Uint8Array, header: string | string[] | undefined): boolean {
  const [, method, hex] = /^(sha1|sha256|sha384|sha512)=([0-9a-f]+)$/i.exec(String(header ?? '').trim()) ?? [];
  if (method === undefined || hex === undefined) return false;
  const wanted = createHmac(method.toLowerCase(), secret).update(body).digest();
  const given = Buffer.from(hex, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
