import type { Command } from 'commander';
import { sql } from 'kysely';
import { connectRedis } from '../queues/connection.js';
import { refuseOpenDoor } from '../server/guard.js';
import { resolveFile } from '../shared/config.js';
import { withoutPassword } from '../shared/log.js';
import { readSources } from '../shared/source-list.js';
import { openStores } from '../shared/stores.js';
import { configOf, quietLog } from './context.js';
import { print, printJson } from './output.js';

interface Finding {
  what: string;
  ok: boolean;
  found: string;
  /** What to do about it. */
  cure?: string;
}

const attempt = async (what: string, cure: string, work: () => Promise<Finding[]> | Finding[]): Promise<Finding[]> => {
  try {
    return await work();
  } catch (error) {
    const found = withoutPassword(error instanceof Error ? error.message : String(error));
    return [{ what, ok: false, found, cure }];
  }
};

/** Problems that would lose data or stop the service, each with its cure; exit code 1 when there is one. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check Redis, the database and the configuration; each problem with its cure')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique doctor
  $ communique doctor --json | jq '.[] | select(.ok == false)'`,
    )
    .action(async (options: { json?: boolean }, command: Command) => {
      const findings = await examine(command);
      if (options.json) printJson(findings);
      else {
        for (const { what, ok, found, cure } of findings) {
          print(`${ok ? 'ok     ' : 'PROBLEM'}  ${what}: ${found}${cure && !ok ? `\n         → ${cure}` : ''}`);
        }
      }
      if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
    });
}

async function examine(command: Command): Promise<Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const node: Finding = {
    what: 'Node.js',
    ok: major > 20 || (major === 20 && minor >= 19),
    found: process.versions.node,
    cure: 'install Node.js 20.19 or newer',
  };
  let config: ReturnType<typeof configOf>;
  try {
    config = configOf(command);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [node, { what: 'configuration', ok: false, found, cure: 'correct the setting named above' }];
  }
  const settings = await attempt('configuration', 'correct the setting named above', () => {
    refuseOpenDoor(config.server);
    const sources = readSources(resolveFile(config.sources, process.cwd()));
    const contact = config.fetch.contact;
    return [
      { what: 'configuration', ok: true, found: `valid, ${sources.length} sources` },
      {
        what: 'fetch.contact',
        ok: contact !== null,
        found: contact ?? 'not set',
        cure: 'set fetch.contact to an address where site owners reach you; it is sent with every request',
      },
    ];
  });
  const stores = await attempt(
    'stores',
    'start them, correct REDIS_URL and DATABASE_URL, or unset both to use embedded ones',
    () => examineStores(config),
  );
  return [node, ...settings, ...stores];
}

async function examineStores(config: ReturnType<typeof configOf>): Promise<Finding[]> {
  const log = quietLog();
  log.level = 'silent';
  const stores = await openStores(config, log);
  const redis = connectRedis(stores.redisUrl, log);
  try {
    const late = new Promise<never>((_resolve, reject) =>
      setTimeout(() => reject(new Error(`Redis did not answer at ${stores.redisUrl} within 5 s`)), 5_000).unref(),
    );
    const info = await Promise.race([redis.info(), late]);
    const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown';
    const [redisMajor = 0, redisMinor = 0] = field('redis_version').split('.').map(Number);
    const { rows } = await sql<{ version: string }>`select version()`.execute(stores.db);
    return [
      {
        what: `Redis version (${stores.redisIs})`,
        ok: redisMajor > 6 || (redisMajor === 6 && redisMinor >= 2),
        found: field('redis_version'),
        cure: 'install Redis 6.2 or newer: BullMQ needs it',
      },
      {
        what: 'Redis append-only file',
        ok: field('aof_enabled') === '1',
        found: field('aof_enabled') === '1' ? 'on' : 'off',
        cure: 'set "appendonly yes": without it a crash of Redis loses queued jobs until the reconciler finds them',
      },
      {
        what: 'Redis eviction policy',
        ok: field('maxmemory_policy') === 'noeviction',
        found: field('maxmemory_policy'),
        cure: 'set "maxmemory-policy noeviction": any other evicts jobs when memory is short',
      },
      {
        what: `database (${stores.databaseIs})`,
        ok: true,
        found: rows[0]?.version.split(' on ')[0] ?? 'unknown',
      },
    ];
  } finally {
    redis.disconnect();
    await stores.close();
  }
}
