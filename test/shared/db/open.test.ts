import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/shared/db/open.js';
import { postgresBin, startTestPostgres, type TestPostgres } from '../../support/postgres.js';

const bin = postgresBin();
if (!bin) process.stderr.write('skipped: losing a PostgreSQL connection needs an installed PostgreSQL\n');

describe.runIf(bin)('a database connection that breaks', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres(bin ?? '');
  });
  afterAll(() => server.stop());

  it('fails the transaction it served and nothing else', async () => {
    const errors: Error[] = [];
    const db = openDatabase({ url: server.url }, 2, (error) => errors.push(error));
    const broken = db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await sql`select 1`.execute(tx);
    });
    await expect(broken).rejects.toThrow();
    expect(errors.length).toBeGreaterThan(0);
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await db.destroy();
  });
});
