import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Db, Tables } from './schema.js';

/** A pool on a PostgreSQL server (`url`) or on the embedded one (`socketDir`). Closed with `db.destroy()`. */
export function openDatabase(
  where: { url: string } | { socketDir: string },
  poolSize: number,
  onError: (error: Error) => void,
): Db {
  const pool = new pg.Pool({
    ...('url' in where
      ? { connectionString: where.url }
      : { host: where.socketDir, user: 'postgres', database: 'postgres' }),
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    application_name: 'communique',
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError);
  // The pool's listener hears idle connections only; one that breaks at work would end the process as well.
  pool.on('connect', (client) => client.on('error', onError));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
