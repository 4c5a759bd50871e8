import type { Config } from './config.js';
import { migrate } from './db/migrations.js';
import { openDatabase } from './db/open.js';
import type { Db } from './db/schema.js';
import { askOwner, type OwnerInfo, takeOwnership } from './embedded/owner.js';
import { type EmbeddedPostgres, startPostgres } from './embedded/postgres.js';
import { type EmbeddedRedis, embeddedRedisUrl, startRedis } from './embedded/redis.js';
import type { Log } from './log.js';

/** Redis and PostgreSQL, wherever they are. */
export interface Stores {
  redisUrl: string;
  db: Db;
  /** Where each comes from, for the log and for `doctor`. */
  redisIs: 'embedded' | 'external';
  databaseIs: 'embedded' | 'external';
  /** Resolves when another process that ran the embedded stores ended: they are gone, and this one cannot go on. */
  lost: Promise<void>;
  close(): Promise<void>;
}

/** The owner of the data directory went away while it was asked. */
export class DataDirBusy extends Error {
  override readonly name = 'DataDirBusy';
}

/**
 * Opens both stores and brings the schema up to date. What has no URL is embedded under `dataDir`: started here when
 * nobody runs it, shared when another process of this machine does (so a command works beside a running service).
 */
export async function openStores(config: Config, log: Log): Promise<Stores> {
  const embedded = await openEmbedded(config, log);
  const db = openDatabase(
    config.database.url ? { url: config.database.url } : { socketDir: embedded.postgresDir },
    config.database.poolSize,
    (err) => log.warn({ err }, 'a database connection broke'),
  );
  const close = async () => {
    await db.destroy();
    await embedded.close();
  };
  try {
    await migrate(db);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    redisUrl: config.redis.url ?? embeddedRedisUrl(config.dataDir, embedded.redisPort),
    db,
    redisIs: config.redis.url ? 'external' : 'embedded',
    databaseIs: config.database.url ? 'external' : 'embedded',
    lost: embedded.lost,
    close,
  };
}

interface Embedded {
  redisPort: number;
  postgresDir: string;
  lost: Promise<void>;
  close(): Promise<void>;
}

const never = new Promise<void>(() => {});

async function openEmbedded(config: Config, log: Log): Promise<Embedded> {
  const { dataDir } = config;
  if (config.redis.url && config.database.url)
    return { redisPort: 0, postgresDir: '', lost: never, close: async () => {} };
  const ownership = await takeOwnership(dataDir);
  if (ownership === null) {
    let tell = () => {};
    const lost = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const owner = await askOwner(dataDir, () => tell());
    if (owner === null) throw new DataDirBusy(`${dataDir} was given up at this very moment; try again`);
    return { redisPort: owner.redisPort, postgresDir: owner.postgresDir, lost, close: async () => {} };
  }
  let redis: EmbeddedRedis | undefined;
  let postgres: EmbeddedPostgres | undefined;
  const close = async () => {
    await postgres?.close();
    await redis?.close();
    await ownership.release();
  };
  try {
    if (!config.redis.url) redis = await startRedis(dataDir, log);
    if (!config.database.url) {
      postgres = await startPostgres(dataDir, (message) =>
        log.error({ err: new Error(message) }, 'embedded PostgreSQL'),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  const info: OwnerInfo = { pid: process.pid, redisPort: redis?.port ?? 0, postgresDir: postgres?.socketDir ?? '' };
  ownership.announce(info);
  return { redisPort: info.redisPort, postgresDir: info.postgresDir, lost: never, close };
}
