import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/queues/connection.js';
import { jsonlSink } from '../../src/queues/outbox/jsonl.js';
import { forgetDelivered, relay, runRelay } from '../../src/queues/outbox/relay.js';
import type { Sink } from '../../src/queues/outbox/sink.js';
import { streamSink } from '../../src/queues/outbox/stream.js';
import { canonicalUrl } from '../../src/shared/canonical-url.js';
import { systemClock } from '../../src/shared/clock.js';
import { articleId } from '../../src/shared/db/articles.js';
import { restart } from '../../src/shared/db/reingest.js';
import { settle } from '../../src/shared/db/settle.js';
import { recordSightings } from '../../src/shared/db/sightings.js';
import { saveSource } from '../../src/shared/db/sources.js';
import { CloudEvent } from '../../src/shared/model/event.js';
import type { Status } from '../../src/shared/model/record.js';
import { identify } from '../../src/workers/store/record-id.js';
import { aRecord, aSighting } from '../support/samples.js';
import { DATABASES, openTestStores, silent, type TestStores } from '../support/stores.js';

const now = new Date('2026-01-05T10:00:00Z');
const urlOf = (path: string) => `https://wire.example/${path}`;
const idAt = (path: string) => articleId(canonicalUrl(urlOf(path)));

/** A sink that keeps what it gets, as long as `take` does not throw. */
function listener(name: string, take: (events: readonly CloudEvent[]) => void | Promise<void> = () => {}) {
  const got: CloudEvent[] = [];
  const sink: Sink = {
    name,
    async deliver(events) {
      got.push(...events);
      await take(events);
    },
  };
  return { sink, got };
}

describe.each(DATABASES)('the outbox on %s', (kind) => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores(kind);
  });
  afterAll(() => stores?.close());
  beforeEach(async () => {
    for (const table of ['outbox', 'entries', 'articles', 'sources'] as const)
      await stores.db.deleteFrom(table).execute();
    const rest = { outlet: 'Wire', country: 'GEO', language: 'en', enabled: true, intervalSeconds: 600 };
    await saveSource(stores.db, { id: 'wire', url: 'https://wire.example/feed', ...rest }, 'yaml', now);
  });

  const see = (...paths: string[]) =>
    recordSightings(
      stores.db,
      'wire',
      paths.map((path) => aSighting(path, urlOf(path))),
      now,
    );

  /** One run of an article; its record has that status, or is withdrawn. */
  async function tell(path: string, run: number, status: Status | null): Promise<void> {
    const id = idAt(path);
    if (run > 1) await restart(stores.db, [{ id, from: 'fetch' }], now);
    const list = status === null ? [] : identify(id, [{ ...aRecord(), status }]);
    const ending = {
      articleId: id,
      run,
      stage: 'fetch',
      outcome: 'stored' as const,
      reason: 'records',
      detail: null,
      duplicateOf: null,
      facts: null,
      records: { rules: 'r1', list },
      deadLetter: null,
      artifact: null,
    };
    await settle(stores.db, [ending], { sinks: ['jsonl', 'stream'], eventSource: 'urn:test', now });
  }

  async function threeStories(): Promise<string[]> {
    await see('a', 'b', 'c');
    await tell('a', 1, 'proposed');
    await tell('b', 1, 'planned');
    await tell('a', 2, 'planned');
    await tell('c', 1, 'ongoing');
    await tell('a', 3, 'completed');
    await tell('b', 2, null);
    await tell('a', 4, null);
    const rows = await stores.db
      .selectFrom('outbox')
      .where('sink', '=', 'jsonl')
      .orderBy('seq')
      .select('event_id')
      .execute();
    return rows.map((row) => row.event_id);
  }

  const waiting = async () =>
    (await stores.db.selectFrom('outbox').where('delivered_at', 'is', null).select('seq').execute()).length;

  it('is delivered to each sink, in order for each article, once', async () => {
    const ids = await threeStories();
    const { sink, got } = listener('jsonl');
    expect(await relay(stores.db, sink, now)).toBe(7);
    expect(await relay(stores.db, sink, now)).toBe(0);
    expect(got.map((event) => event.id)).toEqual(ids);
    const told = (path: string) =>
      got
        .filter((event) => event.data.article.id === idAt(path))
        .map((event) => [event.type.split('.')[2], event.data.revision]);
    expect(told('a')).toEqual([
      ['created', 1],
      ['changed', 2],
      ['changed', 3],
      ['withdrawn', 4],
    ]);
    expect(told('b')).toEqual([
      ['created', 1],
      ['withdrawn', 2],
    ]);
    expect(got.at(-1)?.data.record).toBeNull();
    expect(await waiting()).toBe(7);
    const other = listener('stream');
    await relay(stores.db, other.sink, now);
    expect(other.got).toEqual(got);
  });

  it('does not keep the database to a sink that never answers', async () => {
    await threeStories();
    const before = await waiting();
    const hanging = relay(stores.db, { name: 'stream', deliver: () => new Promise<never>(() => {}) }, now);
    await expect(hanging).rejects.toThrow('did not answer');
    expect(await waiting()).toBe(before);
  });

  it('is delivered again when the sink threw after it had taken the events', async () => {
    const ids = await threeStories();
    let calls = 0;
    const { sink, got } = listener('jsonl', () => {
      if (++calls === 1) throw new Error('the disk is full');
    });
    await expect(relay(stores.db, sink, now)).rejects.toThrow('the disk is full');
    expect(await waiting()).toBe(14);
    await relay(stores.db, sink, now);
    expect(got.map((event) => event.id)).toEqual([...ids, ...ids]);
    expect(await waiting()).toBe(7);
  });

  it('goes on by itself when one sink fails, and holds the other up no longer than that', async () => {
    const ids = await threeStories();
    const stop = new AbortController();
    let failures = 3;
    const weak = listener('jsonl', () => {
      if (failures-- > 0) throw new Error('not yet');
      stop.abort();
    });
    const sound = listener('stream');
    await runRelay(stores.db, [weak.sink, sound.sink], {
      clock: systemClock,
      log: silent,
      stop: stop.signal,
      idleMs: 10,
    });
    expect(weak.got).toHaveLength(4 * ids.length);
    expect(sound.got.map((event) => event.id)).toEqual(ids);
    expect(await waiting()).toBe(0);
  });

  it('is delivered once when two relays come at once', async () => {
    const ids = await threeStories();
    const slow = listener('jsonl', () => systemClock.sleep(100));
    const counts = await Promise.all([1, 2, 3].map(() => relay(stores.db, slow.sink, now)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ids.length);
    expect(slow.got.map((event) => event.id)).toEqual(ids);
  });

  it('is delivered whole however much there is', async () => {
    const paths = Array.from({ length: 30 }, (_, n) => `many-${n}`);
    await see(...paths);
    for (const path of paths) await tell(path, 1, 'planned');
    const [row] = await stores.db.selectFrom('outbox').where('sink', '=', 'jsonl').selectAll().limit(1).execute();
    if (!row) throw new Error('nothing in the outbox');
    const { seq: _, ...copy } = row;
    const copies = Array.from({ length: 1100 }, () => ({ ...copy, envelope: JSON.stringify(copy.envelope) }));
    await stores.db.insertInto('outbox').values(copies).execute();
    const stop = new AbortController();
    const sink = listener('jsonl', () => {
      if (sink.got.length >= 1130) stop.abort();
    });
    await runRelay(stores.db, [sink.sink], { clock: systemClock, log: silent, stop: stop.signal, idleMs: 10 });
    expect(sink.got).toHaveLength(1130);
  });

  it('forgets what was delivered long ago, and nothing else', async () => {
    await threeStories();
    await relay(stores.db, listener('jsonl').sink, now);
    await forgetDelivered(stores.db, now);
    expect(await stores.db.selectFrom('outbox').select('seq').execute()).toHaveLength(14);
    await forgetDelivered(stores.db, new Date(now.getTime() + 1));
    expect(await stores.db.selectFrom('outbox').select('sink').distinct().execute()).toEqual([{ sink: 'stream' }]);
  });

  it('goes to a Redis stream, one entry an event', async () => {
    const ids = await threeStories();
    const redis = connectRedis(stores.redisUrl, silent);
    await relay(stores.db, streamSink(redis, 'test:records', 1000), now);
    const entries = await redis.xrange('test:records', '-', '+');
    expect(entries.map(([, fields]) => fields[1])).toEqual(ids);
    const [, first = []] = entries[0] ?? [];
    expect(first.filter((_, index) => index % 2 === 0)).toEqual(['id', 'type', 'subject', 'event']);
    expect(CloudEvent.parse(JSON.parse(first[7] ?? ''))).toMatchObject({ id: ids[0], source: 'urn:test' });
    await redis.set('test:text', 'no stream');
    await tell('a', 5, 'planned');
    await expect(relay(stores.db, streamSink(redis, 'test:text', 1000), now)).rejects.toThrow('WRONGTYPE');
    expect(await relay(stores.db, streamSink(redis, 'test:records', 1000), now)).toBe(1);
    redis.disconnect();
  });
});

describe('the JSONL file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'communique-jsonl-'));
  });
  const event = (id: string): CloudEvent => ({
    specversion: '1.0',
    id,
    source: 'urn:test',
    type: 'communique.record.withdrawn',
    subject: 'r1',
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: {
      revision: 1,
      codeVersion: 'c',
      rulesVersion: 'r',
      article: {
        id: 'a1',
        url: 'https://wire.example/a',
        source: 'wire',
        title: 'Two\nlines \u2028',
        publishedAt: null,
      },
      record: null,
    },
  });
  const ids = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => CloudEvent.parse(JSON.parse(line)).id);

  it.each([
    ['nothing', '', []],
    ['half a line', '{"half', []],
    ['a line', `${JSON.stringify(event('0'))}\n`, ['0']],
    ['a line and a half', `${JSON.stringify(event('0'))}\n{"specversion":"1.0","id":"`, ['0']],
    ['a half that is longer than one look', `${JSON.stringify(event('0'))}\n"${'é'.repeat(100_000)}`, ['0']],
    ['a whole event without its end of line', `${JSON.stringify(event('0'))}\n${JSON.stringify(event('1'))}`, ['0']],
  ])('that holds %s is cut to whole lines, and goes on', async (_what, text, kept) => {
    const file = join(dir, 'records.jsonl');
    writeFileSync(file, text);
    const sink = jsonlSink(file);
    await sink.deliver([event('1'), event('2')]);
    await sink.deliver([event('3')]);
    expect(ids(file)).toEqual([...kept, '1', '2', '3']);
    rmSync(dir, { recursive: true });
  });

  it('is made with its folder', async () => {
    const file = join(dir, 'deep', 'er', 'records.jsonl');
    await jsonlSink(file).deliver([event('1')]);
    expect(ids(file)).toEqual(['1']);
    rmSync(dir, { recursive: true });
  });
});
