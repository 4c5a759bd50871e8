import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedRedis, startRedis } from '../../../src/shared/embedded/redis.js';
import { localGate, redisGate } from '../../../src/shared/http/gate.js';
import { silent } from '../../support/stores.js';

describe('the host gate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'communique-gate-'));
  let server: EmbeddedRedis;
  let redis: Redis;
  let now = 1_000_000;
  const clock = { now: () => now, sleep: async () => {} };
  beforeAll(async () => {
    server = await startRedis(dir, silent);
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => redis.flushall());

  it('lets one in at a time, each at least a gap after the one before', async () => {
    const gate = redisGate(redis, 'test', clock);
    const began = now;
    const waiting = Array.from({ length: 50 }, (_, n) => ({ member: `job-${n}`, at: now }));
    const starts: number[] = [];
    let turns = 0;
    while (waiting.length > 0) {
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting.shift();
      if (!next) break;
      now = Math.max(now, next.at);
      turns++;
      const at = await gate.enter('example.org', next.member, 2_000, 30_000);
      if (at > 0) {
        expect(at).toBeGreaterThan(now);
        waiting.push({ ...next, at });
        continue;
      }
      starts.push(now);
      await gate.leave('example.org', next.member);
    }
    expect(starts).toHaveLength(50);
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
    // Slots are handed out in advance: all are through in fifty gaps, and each came back once, not over and over.
    expect(now - began).toBeLessThanOrEqual(50 * 2_000);
    expect(turns).toBeLessThanOrEqual(100);
  });

  it('keeps a second one out while a slow request goes on, until its lease ends', async () => {
    const gate = redisGate(redis, 'test', clock);
    expect(await gate.enter('slow.example', 'a', 1_000, 30_000)).toBe(0);
    now += 5_000;
    expect(await gate.enter('slow.example', 'b', 1_000, 30_000)).toBeGreaterThan(now);
    now += 26_000;
    expect(await gate.enter('slow.example', 'b', 1_000, 30_000)).toBe(0);
  });

  it('lets nobody in during a pause, and other hosts are not touched by it', async () => {
    const gate = redisGate(redis, 'test', clock);
    await gate.pause('tired.example', now + 60_000);
    await gate.pause('tired.example', now + 1_000);
    expect(await gate.enter('tired.example', 'a', 1_000, 30_000)).toBe(now + 60_000);
    expect(await gate.enter('tired.example', 'b', 1_000, 30_000)).toBe(now + 61_000);
    expect(await gate.enter('other.example', 'a', 1_000, 30_000)).toBe(0);
    now += 60_000;
    expect(await gate.enter('tired.example', 'a', 1_000, 30_000)).toBe(0);
  });

  it('lets a redirect go on before those that wait, a gap after its first request', async () => {
    const gate = redisGate(redis, 'test', clock);
    expect(await gate.enter('long.example', 'first', 1_000, 30_000)).toBe(0);
    await gate.leave('long.example', 'first');
    for (let n = 0; n < 30; n++) await gate.enter('long.example', `waiting-${n}`, 1_000, 30_000);
    expect(await gate.enter('long.example', 'first', 1_000, 30_000, true)).toBe(now + 1_000);
    now += 1_000;
    expect(await gate.enter('long.example', 'first', 1_000, 30_000, true)).toBe(0);
  });

  it('does not let a stranger free the host', async () => {
    const gate = redisGate(redis, 'test', clock);
    await gate.enter('busy.example', 'a', 0, 30_000);
    await gate.leave('busy.example', 'b');
    expect(await gate.enter('busy.example', 'b', 0, 30_000)).toBeGreaterThan(now);
  });
});

describe('the gate of one process', () => {
  let now = 1_000_000;
  const clock = { now: () => now, sleep: async () => {} };

  it('lets one in at a time, a gap after the one before, and nobody during a pause', async () => {
    const gate = localGate(clock);
    expect(await gate.enter('a.example', 'one', 1_000, 30_000)).toBe(0);
    expect(await gate.enter('b.example', 'two', 1_000, 30_000)).toBe(0);
    now += 5_000;
    expect(await gate.enter('a.example', 'two', 1_000, 30_000)).toBe(now + 1_000);
    await gate.leave('a.example', 'two');
    expect(await gate.enter('a.example', 'two', 1_000, 30_000)).toBe(now + 1_000);
    await gate.leave('a.example', 'one');
    expect(await gate.enter('a.example', 'two', 1_000, 30_000)).toBe(0);
    await gate.leave('a.example', 'two');
    expect(await gate.enter('a.example', 'one', 1_000, 30_000)).toBe(now + 1_000);
    await gate.pause('a.example', now + 60_000);
    await gate.pause('a.example', now + 10_000);
    now += 30_000;
    expect(await gate.enter('a.example', 'one', 1_000, 30_000)).toBe(now + 30_000);
  });
});
