import { createRequire } from 'node:module';
import type { Redis } from 'ioredis';
import { z } from 'zod';

// The package's types describe a default export that the CommonJS module does not have.
const robotsParser: (
  url: string,
  text: string,
) => { isDisallowed(url: string, userAgent: string): boolean | undefined } = createRequire(import.meta.url)(
  'robots-parser',
);

/** What a robots.txt came to: its text, or that the site has none, or that it could not be had. */
export const RobotsRules = z.object({ state: z.enum(['rules', 'none', 'unreachable']), text: z.string() });
export type RobotsRules = z.infer<typeof RobotsRules>;

export interface RobotsCache {
  read(origin: string): Promise<RobotsRules | null>;
  write(origin: string, rules: RobotsRules): Promise<void>;
  judge(url: URL, rules: RobotsRules, userAgent: string): 'allowed' | 'forbidden' | 'unreachable';
}

/** RFC 9309, 2.3.1: 4xx means no rules, a server error means that the whole site is closed for now. */
export function robotsOf({ status, body }: { status: number; body: Uint8Array }): RobotsRules {
  if (status >= 500) return { state: 'unreachable', text: '' };
  if (status >= 400) return { state: 'none', text: '' };
  return { state: 'rules', text: Buffer.from(body).toString('utf8').slice(0, 512_000) };
}

function judge(url: URL, rules: RobotsRules, userAgent: string): 'allowed' | 'forbidden' | 'unreachable' {
  if (rules.state === 'unreachable') return 'unreachable';
  if (rules.state === 'none') return 'allowed';
  const parsed = robotsParser(new URL('/robots.txt', url).href, rules.text);
  return parsed.isDisallowed(url.href, userAgent) ? 'forbidden' : 'allowed';
}

/** A day, as RFC 9309 recommends at most; an unreachable one is tried again after ten minutes. */
const keepSeconds = (rules: RobotsRules): number => (rules.state === 'unreachable' ? 600 : 86_400);

export function redisRobots(redis: Redis, prefix: string): RobotsCache {
  const key = (origin: string) => `${prefix}:robots:${origin}`;
  return {
    async read(origin) {
      const kept = await redis.get(key(origin));
      return kept === null ? null : RobotsRules.parse(JSON.parse(kept));
    },
    async write(origin, rules) {
      await redis.set(key(origin), JSON.stringify(rules), 'EX', keepSeconds(rules));
    },
    judge,
  };
}

/** For one-off commands that run without Redis. */
export function memoryRobots(): RobotsCache {
  const kept = new Map<string, RobotsRules>();
  return {
    read: async (origin) => kept.get(origin) ?? null,
    write: async (origin, rules) => {
      kept.set(origin, rules);
    },
    judge,
  };
}
