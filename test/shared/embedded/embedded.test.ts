import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { saveSource } from '../../../src/shared/db/sources.js';
import { askOwner, takeOwnership } from '../../../src/shared/embedded/owner.js';
import { startPostgres } from '../../../src/shared/embedded/postgres.js';
import { startRedis } from '../../../src/shared/embedded/redis.js';
import { openStores } from '../../../src/shared/stores.js';
import { silent, testConfig } from '../../support/stores.js';

const dirs: string[] = [];
const newDir = () => {
  const dir = mkdtempSync(join(tmpdir(), 'communique-embedded-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('embedded PostgreSQL', () => {
  it('serves many clients at once without mixing their transactions', async () => {
    const dir = newDir();
    const server = await startPostgres(dir, () => {});
    const pool = new pg.Pool({ host: server.socketDir, user: 'postgres', database: 'postgres', max: 8 });
    await pool.query('create table t (id int primary key, v text)');
    const write = async (id: number, keep: boolean) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query('insert into t values ($1, $2)', [id, `v${id}`]);
        await new Promise((resolve) => setTimeout(resolve, id % 3));
        await client.query(keep ? 'commit' : 'rollback');
      } finally {
        client.release();
      }
    };
    const readers = Array.from({ length: 60 }, (_, id) => pool.query('select $1::int as n', [id]));
    await Promise.all(Array.from({ length: 60 }, (_, id) => write(id, id % 2 === 0)));
    expect((await Promise.all(readers)).map((result) => result.rows[0].n)).toEqual([...Array(60).keys()]);
    expect((await pool.query('select count(*)::int as n from t')).rows[0].n).toBe(30);
    await pool.end();
    await server.close();
  });

  it('goes on after an error, and rolls back what a vanished client left open', async () => {
    const server = await startPostgres(newDir(), () => {});
    const where = { host: server.socketDir, user: 'postgres', database: 'postgres' };
    const lost = new pg.Client(where);
    lost.on('error', () => {});
    await lost.connect();
    await lost.query('create table t (id int)');
    await lost.query('begin');
    await lost.query('insert into t values (1)');
    // The socket breaks without a goodbye, as when a process is killed.
    Reflect.get(lost, 'connection').stream.destroy();
    const client = new pg.Client(where);
    await client.connect();
    await expect(client.query('select nope from t')).rejects.toThrow('does not exist');
    expect((await client.query('select count(*)::int as n from t')).rows[0].n).toBe(0);
    await client.end();
    await server.close();
  });
});

describe('embedded Redis', () => {
  it('runs with AOF and noeviction behind a password', async () => {
    const server = await startRedis(newDir(), silent);
    const redis = new Redis(server.url);
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    redis.disconnect();
    const stranger = new Redis(server.port, { retryStrategy: null, enableReadyCheck: false });
    stranger.on('error', () => {});
    await expect(stranger.get('x')).rejects.toThrow('NOAUTH');
    stranger.disconnect();
    await server.close();
  });

  it('is found again by the next start when its service was killed', async () => {
    const dir = newDir();
    const compiled = (name: string) => JSON.stringify(new URL(`../../../dist/shared/${name}.js`, import.meta.url).href);
    const code = `import { startRedis } from ${compiled('embedded/redis')}; import { createLog } from ${compiled('log')};
      const { port } = await startRedis(${JSON.stringify(dir)}, createLog('silent')); console.log(port); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(String(data).trim())),
    );
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const adopted = await startRedis(dir, silent);
    expect(String(adopted.port)).toBe(port);
    await adopted.close();
  });
});

describe('the owner of a data directory', () => {
  it('is one process, which others can ask', async () => {
    const dir = newDir();
    const first = await takeOwnership(dir);
    expect(await takeOwnership(dir)).toBeNull();
    first?.announce({ pid: 1, redisPort: 2, postgresDir: '/x' });
    expect(await askOwner(dir)).toEqual({ pid: 1, redisPort: 2, postgresDir: '/x' });
    await first?.release();
    expect(await askOwner(dir)).toBeNull();
    await (await takeOwnership(dir))?.release();
  });

  it('is given up by the kernel when its process is killed', async () => {
    const dir = newDir();
    const code = `import { takeOwnership } from ${JSON.stringify(new URL('../../../dist/shared/embedded/owner.js', import.meta.url).href)};
      await takeOwnership(${JSON.stringify(dir)}); console.log('has it'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await takeOwnership(dir)).toBeNull();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const mine = await takeOwnership(dir);
    expect(mine).not.toBeNull();
    await mine?.release();
  });

  it('shares its stores with a second process, which leaves them running', async () => {
    const dir = newDir();
    const config = testConfig(dir);
    const owner = await openStores(config, silent);
    const guest = await openStores(config, silent);
    const source = { id: 'a', url: 'https://a.example/', outlet: 'A', country: 'GEO', language: 'en', enabled: true };
    await saveSource(guest.db, { ...source, intervalSeconds: 60 }, 'cli', new Date());
    await guest.close();
    expect(await owner.db.selectFrom('sources').select('id').execute()).toEqual([{ id: 'a' }]);
    expect(readFileSync(join(dir, 'redis', 'secret'), 'utf8')).toHaveLength(48);
    await owner.close();
  });

  it('tells the processes that share its stores when it has ended', async () => {
    const config = testConfig(newDir());
    const owner = await openStores(config, silent);
    const guest = await openStores(config, silent);
    await guest.db.destroy();
    await owner.close();
    await guest.lost;
  });

  it('that does not get its stores to run lets go, and those who asked are answered', async () => {
    const dir = newDir();
    const failing = await takeOwnership(dir);
    const asked = askOwner(dir);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await failing?.release();
    expect(await asked).toBeNull();
  });
});
