import type { Redis } from 'ioredis';
import type { Clock } from '../clock.js';

/**
 * One host at a time: requests to a host start at least a gap apart and never overlap, whichever process makes them.
 * A job that comes too early gets a slot in the future and comes back then, so that a thousand jobs for one host wake
 * one by one. State per host in Redis: the next free slot, who is in, when the last one started, until when it pauses.
 */
export interface HostGate {
  /**
   * 0 when `member` may start now (and must `leave`), else the time to come back, epoch ms. `continuing`: it has been
   * in just now and goes on (a redirect), so it keeps the gap but goes before those that wait, else it would never end.
   */
  enter(host: string, member: string, gapMs: number, leaseMs: number, continuing?: boolean): Promise<number>;
  leave(host: string, member: string): Promise<void>;
  /** Nobody starts before `untilMs`; a shorter pause than one in force changes nothing. */
  pause(host: string, untilMs: number): Promise<void>;
}

const ENTER = `
local state, slots, member = KEYS[1], KEYS[2], ARGV[1]
local now, gap, lease, continuing = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local read = redis.call('HMGET', state, 'next', 'pause', 'owner', 'lease', 'last')
local next, pause = tonumber(read[1]) or 0, tonumber(read[2]) or 0
local lease_end, last = tonumber(read[4]) or 0, tonumber(read[5]) or 0
local slot = tonumber(redis.call('ZSCORE', slots, member))
local function come(at)
  if continuing then return at end
  redis.call('ZADD', slots, at, member)
  redis.call('HSET', state, 'next', math.max(next, at + gap))
  redis.call('PEXPIRE', state, math.max(at - now, 0) + 86400000)
  redis.call('PEXPIRE', slots, math.max(at - now, 0) + 86400000)
  return at
end
if now < pause and (not slot or slot < pause) then return come(math.max(pause, next)) end
if not continuing and not slot and next > now then return come(next) end
if not continuing and slot and slot > now then return slot end
if read[3] and read[3] ~= member and lease_end > now then return come(now + math.min(math.max(gap, 50), lease_end - now)) end
if now < last + gap then return come(last + gap) end
redis.call('ZREM', slots, member)
redis.call('HSET', state, 'owner', member, 'lease', now + lease, 'last', now, 'next', math.max(next, now + gap))
redis.call('PEXPIRE', state, 86400000)
return 0`;

const LEAVE = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HDEL', KEYS[1], 'owner', 'lease') end
return 0`;

const PAUSE = `
local until_ms = tonumber(ARGV[1])
local pause = math.max(tonumber(redis.call('HGET', KEYS[1], 'pause')) or 0, until_ms)
redis.call('HSET', KEYS[1], 'pause', pause)
redis.call('PEXPIRE', KEYS[1], math.max(pause - tonumber(ARGV[2]), 0) + 86400000)
return 0`;

export function redisGate(redis: Redis, prefix: string, clock: Clock): HostGate {
  const state = (host: string) => `${prefix}:gate:${host}`;
  return {
    async enter(host, member, gapMs, leaseMs, continuing = false) {
      const keys = [state(host), `${state(host)}:slots`] as const;
      return Number(await redis.eval(ENTER, 2, ...keys, member, clock.now(), gapMs, leaseMs, continuing ? 1 : 0));
    },
    async leave(host, member) {
      await redis.eval(LEAVE, 1, state(host), member);
    },
    async pause(host, untilMs) {
      await redis.eval(PAUSE, 1, state(host), untilMs, clock.now());
    },
  };
}

/** For one-off commands that run without Redis: everybody may start at once. */
export const openGate: HostGate = { enter: async () => 0, leave: async () => {}, pause: async () => {} };

/** For commands that ask several times and run without Redis: gap, turns and pauses within this process. */
export function localGate(clock: Clock): HostGate {
  const hosts = new Map<string, { nextMs: number; pauseMs: number; owner: string | null }>();
  const stateOf = (host: string) => {
    const state = hosts.get(host) ?? { nextMs: 0, pauseMs: 0, owner: null };
    hosts.set(host, state);
    return state;
  };
  return {
    async enter(host, member, gapMs) {
      const state = stateOf(host);
      const now = clock.now();
      if (state.owner !== null) return now + Math.max(gapMs, 50);
      const freeAt = Math.max(state.nextMs, state.pauseMs);
      if (freeAt > now) return freeAt;
      Object.assign(state, { owner: member, nextMs: now + gapMs });
      return 0;
    },
    async leave(host, member) {
      const state = stateOf(host);
      if (state.owner === member) state.owner = null;
    },
    async pause(host, untilMs) {
      const state = stateOf(host);
      state.pauseMs = Math.max(state.pauseMs, untilMs);
    },
  };
}
