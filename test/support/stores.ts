import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/shared/config.js';
import { createLog } from '../../src/shared/log.js';
import { openStores, type Stores } from '../../src/shared/stores.js';
import { postgresBin, startTestPostgres } from './postgres.js';

export const silent = createLog('silent');

/** The shipped defaults with a data directory of its own, quick rounds, a server on any port, and `set` on top. */
export function testConfig(dataDir: string, set: string[] = []): Config {
  return loadConfig({
    env: {},
    cwd: dataDir,
    set: [`dataDir=${dataDir}`, 'server.port=0', 'log.level=silent', 'fetch.allowAddresses=[127.0.0.0/8]', ...set],
  });
}

export interface TestStores extends Stores {
  config: Config;
}

/** The databases to test on: PGlite always, a PostgreSQL server where one is installed. */
export const DATABASES: ('pglite' | 'postgres')[] = postgresBin() ? ['pglite', 'postgres'] : ['pglite'];
if (!postgresBin()) process.stderr.write('PostgreSQL is not installed: those tests run on PGlite only\n');

/** Real stores in a temporary directory: embedded Redis, and the database asked for. */
export async function openTestStores(kind: 'pglite' | 'postgres', set: string[] = []): Promise<TestStores> {
  const dataDir = mkdtempSync(join(tmpdir(), 'communique-test-'));
  const bin = postgresBin();
  const postgres = kind === 'postgres' && bin ? await startTestPostgres(bin) : undefined;
  const config = testConfig(dataDir, [...set, ...(postgres ? [`database.url=${postgres.url}`] : [])]);
  const stores = await openStores(config, silent);
  return {
    ...stores,
    config,
    async close() {
      await stores.close();
      await postgres?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
