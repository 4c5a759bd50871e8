import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DueSource, loadDueSource, saveSource } from '../../src/shared/db/sources.js';
import { StageFailure } from '../../src/shared/failures.js';
import type { SourceInput } from '../../src/shared/model/source.js';
import type { PollResult } from '../../src/shared/model/stages.js';
import { keepPoll, keepPollFailure, type PollingDeps } from '../../src/workers/polling.js';
import { aPollResult, aSighting } from '../support/samples.js';
import { openTestStores, silent, type TestStores } from '../support/stores.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T10:00:00Z');
const stated: SourceInput = {
  id: 'wire',
  url: 'https://wire.example/feed',
  outlet: 'Wire',
  country: 'GEO',
  language: 'en',
};

let stores: TestStores;
let nowMs = START;
let deps: PollingDeps;
beforeAll(async () => {
  stores = await openTestStores('pglite');
  const clock = { now: () => nowMs, sleep: async () => {} };
  deps = { db: stores.db, clock, log: silent, random: () => 0.5, firstMs: 30 * MINUTE };
});
afterAll(() => stores?.close());
beforeEach(async () => {
  nowMs = START;
  for (const table of ['entries', 'articles', 'sources'] as const) await stores.db.deleteFrom(table).execute();
  await state({});
});

const state = (over: Partial<SourceInput>) => saveSource(stores.db, { ...stated, ...over }, 'yaml', new Date(nowMs));
const row = () => stores.db.selectFrom('sources').where('id', '=', 'wire').selectAll().executeTakeFirstOrThrow();
async function begun(): Promise<DueSource> {
  const due = await loadDueSource(stores.db, 'wire', new Date(nowMs));
  if (!due) throw new Error('not due');
  nowMs += 1000;
  return due;
}
const found = (keys: string[], over: Partial<PollResult> = {}): PollResult => ({
  ...aPollResult(0),
  etag: '"of the old"',
  sightings: keys.map((key) => aSighting(key, `https://wire.example/${key}`)),
  ...over,
});

describe('a poll that ends after its source was stated anew', () => {
  it.each<[string, Partial<SourceInput>]>([
    ['at another address', { url: 'https://new.example/feed' }],
    ['to be read in another way', { identity: 'link' }],
  ])('%s keeps its entries, but tells nothing of the source', async (_how, over) => {
    const due = await begun();
    await state(over);
    const { next, seen } = await keepPoll(deps, due, found(['a']));
    expect(seen.created).toBe(1);
    expect(next?.atMs).toBe(START + 1000);
    expect(await row()).toMatchObject({ etag: null, last_ok_at: null, next_poll_at: new Date(START + 1000) });
  });

  it('and failed does not put the new address off', async () => {
    const due = await begun();
    await state({ url: 'https://new.example/feed' });
    const failure = new StageFailure('poll/gone');
    const next = await keepPollFailure(deps, 'wire', failure, due.nextPollAt.getTime());
    expect(next?.atMs).toBe(START + 1000);
    expect(await row()).toMatchObject({ muted: null, failures: 0 });
  });

  it('and switched off is not planned again', async () => {
    const due = await begun();
    await state({ enabled: false });
    expect((await keepPoll(deps, due, found(['a']))).next).toBeNull();
  });
});

describe('two polls of a source at once', () => {
  it('learn from each entry, and both name the same next time', async () => {
    const planned = await begun();
    const byHand = await begun();
    await keepPoll(deps, byHand, found(['a', 'b']));
    const learned = (await row()).pace;
    const { next } = await keepPoll(deps, planned, found(['a', 'b']));
    expect((await row()).pace).toMatchObject({ newestAt: Date.parse('2026-01-04T08:00:00Z') });
    expect((await row()).pace).toMatchObject({ hours: Reflect.get(Object(learned), 'hours') });
    expect((await row()).next_poll_at.getTime()).toBe(next?.atMs);
  });

  it('count no failure where the other one has planned the next poll meanwhile', async () => {
    const planned = await begun();
    const byHand = await begun();
    const { next } = await keepPoll(deps, byHand, found(['a']));
    const failure = new StageFailure('http/timeout');
    expect(await keepPollFailure(deps, 'wire', failure, planned.nextPollAt.getTime())).toEqual(next);
    expect(await row()).toMatchObject({ failures: 0, last_failure: null });
  });
});

describe('a feed whose identifiers change with each poll', () => {
  it('is no busier for that', async () => {
    const urls = ['a', 'b', 'c'].map((path) => `https://wire.example/${path}`);
    const withIds = (poll: number) => urls.map((url, n) => aSighting(`g:${poll}-${n}`, url));
    await keepPoll(deps, await begun(), found([], { sightings: withIds(0) }));
    nowMs += 30 * MINUTE;
    const { seen } = await keepPoll(deps, await begun(), found([], { sightings: withIds(1) }));
    expect(seen).toMatchObject({ created: 0, duplicates: 3, published: [] });
    expect((await row()).pace).toMatchObject({ knownShare: 1 });
  });
});

describe('what a failure says', () => {
  it('is kept whatever is in it', async () => {
    await keepPollFailure(deps, 'wire', new StageFailure('poll/not-a-feed', `a NUL \0 and ${'x'.repeat(5000)}`));
    expect((await row()).last_failure?.length).toBe(1000);
  });
});
