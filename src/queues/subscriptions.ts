import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/clock.js';
import type { Db } from '../shared/db/schema.js';
import {
  addSubscription,
  changeSubscription,
  dropSubscription,
  dropSubscriptions,
  dueSubscriptions,
  type HubbedSource,
  heldSubscriptions,
  hubbedSources,
  type Subscription,
} from '../shared/db/subscriptions.js';
import { asFailure, StageFailure } from '../shared/failures.js';
import type { HttpClient, HttpResponse } from '../shared/http/client.js';
import type { Log } from '../shared/log.js';
import { callbackUrl, LEASE_SECONDS } from '../shared/websub.js';

export interface SubscribingDeps {
  db: Db;
  http: HttpClient;
  clock: Clock;
  log: Log;
  /** Where hubs reach this installation; null: they cannot, so none is asked. */
  publicUrl: string | null;
}

const DAY_MS = 86_400_000;
/** A hub that has not answered, refused or failed is asked again so seldom; until then the source is polled at its pace. */
const AGAIN_MS = DAY_MS;
const HUB_LIMIT_MS = 10_000;
const MOST_ANSWER_BYTES = 65_536;
const MOST_A_ROUND = 100;

/**
 * One round of the WebSub subscriber (W3C Recommendation, 23 January 2018): what the feeds say of their hubs is made
 * true in the table of subscriptions, and hubs are asked where that is due. Returns how many were asked.
 */
export async function keepSubscriptions(deps: SubscribingDeps, stop?: AbortSignal): Promise<number> {
  const { db, clock, publicUrl } = deps;
  if (publicUrl === null) {
    await dropSubscriptions(db);
    return 0;
  }
  await align(db, publicUrl, new Date(clock.now()));
  const due = await dueSubscriptions(db, new Date(clock.now()), MOST_A_ROUND);
  // The gate lets one at a time to a host, and one hub that does not answer must not keep the others waiting.
  await Promise.all(
    [...byHub(due).values()].map(async (subscriptions) => {
      for (const subscription of subscriptions) if (!stop?.aborted) await ask(deps, subscription, stop);
    }),
  );
  return due.length;
}

function byHub(subscriptions: readonly Subscription[]): Map<string, Subscription[]> {
  const groups = new Map<string, Subscription[]>();
  for (const one of subscriptions) {
    const { host } = new URL(one.hub);
    groups.set(host, [...(groups.get(host) ?? []), one]);
  }
  return groups;
}

async function align(db: Db, publicUrl: string, now: Date): Promise<void> {
  const held = new Map((await heldSubscriptions(db)).map((one) => [one.source_id, one]));
  for (const source of await hubbedSources(db)) {
    const wanted = wantedBy(source);
    const before = held.get(source.source);
    if (!wanted) continue;
    held.delete(source.source);
    if (before && fits(before, wanted, publicUrl)) {
      await tryNextHub(db, before, wanted.hubs, now);
      continue;
    }
    if (before) await leave(db, before, now);
    const id = randomBytes(24).toString('base64url');
    const made = { id, source_id: source.source, callback: callbackUrl(publicUrl, id), topic: wanted.topic };
    await addSubscription(db, { ...made, hub: wanted.hubs[0], secret: randomBytes(32).toString('hex') }, now);
  }
  for (const unwanted of held.values()) await leave(db, unwanted, now);
}

interface Wanted {
  hubs: [string, ...string[]];
  topic: string;
}

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** The topic is what the feed calls its own address, even where it was found at another one. */
function wantedBy({ url, hubs, self }: HubbedSource): Wanted | undefined {
  const [first, ...rest] = hubs.filter(isHttp);
  if (first === undefined) return undefined;
  return { hubs: [first, ...rest], topic: self !== undefined && isHttp(self) ? self : url };
}

const fits = ({ id, hub, topic, callback }: Subscription, wanted: Wanted, publicUrl: string): boolean =>
  topic === wanted.topic && wanted.hubs.includes(hub) && callback === callbackUrl(publicUrl, id);

/** Where a feed names several hubs and one did not work out, the next one is asked. */
async function tryNextHub(db: Db, subscription: Subscription, hubs: readonly string[], now: Date): Promise<void> {
  const { state, hub, asked_at, due_at } = subscription;
  const unanswered = state === 'asked' && asked_at < due_at;
  if (due_at > now || !(unanswered || state === 'failed' || state === 'denied')) return;
  const next = hubs[(hubs.indexOf(hub) + 1) % hubs.length];
  if (next !== undefined && next !== hub) await changeSubscription(db, subscription, { hub: next });
}

/** What the hub never confirmed ends by itself: we do not confirm it either. */
async function leave(db: Db, subscription: Subscription, now: Date): Promise<void> {
  if (subscription.lease_until === null) await dropSubscription(db, subscription.id);
  else await changeSubscription(db, subscription, { state: 'leaving', due_at: now });
}

async function ask({ db, http, clock, log }: SubscribingDeps, before: Subscription, stop?: AbortSignal): Promise<void> {
  const now = new Date(clock.now());
  const leaving = before.state === 'leaving';
  if (leaving && (before.lease_until === null || before.lease_until <= now)) return dropSubscription(db, before.id);
  const state = leaving || before.state === 'active' ? before.state : 'asked';
  // First of all, so that no second process asks as well, and so that the answer finds it.
  const claimed = { ...before, state, asked_at: now, due_at: new Date(now.getTime() + AGAIN_MS) };
  const { due_at, asked_at } = claimed;
  if (!(await changeSubscription(db, before, { state, asked_at, due_at }))) return;
  const { source_id: source, hub, topic } = before;
  try {
    const response = await http.post({
      url: hub,
      member: `websub/${before.id}`,
      form: formOf(claimed),
      maxBytes: MOST_ANSWER_BYTES,
      limitMs: HUB_LIMIT_MS,
      ...(stop ? { stop } : {}),
    });
    failOnStatus(response);
    log.info({ source, hub, topic }, leaving ? 'asked the hub to end the subscription' : 'asked the hub to subscribe');
  } catch (error) {
    const failure = asFailure(error);
    log.warn({ source, hub, topic, err: failure }, 'the hub could not be asked');
    const detail = failure.message;
    if (failure.fate === 'wait' || stop?.aborted) {
      // Told to come later, or stopped on the way: neither is a refusal.
      const later = new Date(failure.retryAtMs ?? now.getTime());
      await changeSubscription(db, claimed, { asked_at: later, due_at: later, detail });
    } else {
      // An active subscription is active as long as its lease lasts.
      await changeSubscription(db, claimed, { state: state === 'asked' ? 'failed' : state, detail });
    }
  }
}

function failOnStatus({ status, body }: HttpResponse): void {
  if (status >= 200 && status < 300) return;
  // Hubs say in words what they do not like.
  throw new StageFailure('websub/refused', `${status} ${Buffer.from(body).toString('utf8').slice(0, 200)}`);
}

/** The secret goes along with every request: a delivery that is not signed is worth nothing to us. */
function formOf({ state, topic, callback, secret }: Subscription): URLSearchParams {
  const named = { 'hub.topic': topic, 'hub.callback': callback };
  if (state === 'leaving') return new URLSearchParams({ 'hub.mode': 'unsubscribe', ...named });
  const lease = String(LEASE_SECONDS);
  return new URLSearchParams({ 'hub.mode': 'subscribe', ...named, 'hub.secret': secret, 'hub.lease_seconds': lease });
}
