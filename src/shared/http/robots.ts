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

/** Matching costs pattern times path: a rule beyond these is not one that a site means. */
const LONGEST_LINE = 500;
const MOST_WILDCARDS = 8;
const LONGEST_URL = 2_000;

const isSane = (line: string): boolean => line.length <= LONGEST_LINE && line.split('*').length - 1 <= MOST_WILDCARDS;

/** The rules of the sites asked last, since each article of a site would parse them again. */
const recent = new Map<string, { text: string; rules: ReturnType<typeof robotsParser> }>();
const MOST_RECENT = 100;

function parsedRules(address: string, text: string): ReturnType<typeof robotsParser> {
  const known = recent.get(address);
  if (known?.text === text) return known.rules;
  const rules = robotsParser(address, text.split(/\r?\n/).filter(isSane).join('\n'));
  recent.delete(address);
  recent.set(address, { text, rules });
  const [oldest] = recent.keys();
  if (recent.size > MOST_RECENT && oldest !== undefined) recent.delete(oldest);
  return rules;
}

function judge(url: URL, rules: RobotsRules, userAgent: string): 'allowed' | 'forbidden' | 'unreachable' {
  if (rules.state === 'unreachable') return 'unreachable';
  if (rules.state === 'none') return 'allowed';
  const parsed = parsedRules(new URL('/robots.txt', url).href, rules.text);
  return parsed.isDisallowed(url.href.slice(0, LONGEST_URL), userAgent) ? 'forbidden' : 'allowed';
}

/** How long a robots.txt that could not be had counts as such. */
export const UNREACHABLE_SECONDS = 600;

/** A day, as RFC 9309 recommends at most; an unreachable one is tried again after ten minutes. */
const keepSeconds = (rules: RobotsRules): number => (rules.state === 'unreachable' ? UNREACHABLE_SECONDS : 86_400);

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
