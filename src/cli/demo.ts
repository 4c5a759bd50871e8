import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import { type SampleSite, startSampleSite } from '../demo/site/server.js';
import { type Service, startService } from '../main.js';
import { systemClock } from '../shared/clock.js';
import { type Config, loadConfig, projectDir } from '../shared/config.js';
import { everyRecord, type ShownRecord } from '../shared/db/records.js';
import { articleCounts, ledgerCounts, recordCounts } from '../shared/db/status.js';
import { askOwner } from '../shared/embedded/owner.js';
import { stopOrphan } from '../shared/embedded/redis.js';
import { createLog } from '../shared/log.js';
import { articleStages } from '../workers/pipeline.js';
import { UsageError } from './context.js';
import { print, printTable } from './output.js';
import { printRecords } from './records.js';
import { nextSignal } from './start.js';

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('watch the pipeline read a sample news site, offline, with nothing to set up')
    .option('--once', 'end when everything is read, instead of staying for the dashboard')
    .addHelpText(
      'after',
      `
Examples:
  $ communique demo           stays, so that the dashboard can be looked at
  $ communique demo --once    ends with exit code 0 when all is read`,
    )
    .action(demo);
}

async function demo(options: { once?: boolean }): Promise<void> {
  const dataDir = join(process.cwd(), '.communique', 'demo');
  if (await askOwner(dataDir)) throw new UsageError(`a demo is running already in ${dataDir}`);
  await stopOrphan(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  const logFile = join(dataDir, 'log.jsonl');
  const config = demoConfig(dataDir);
  const log = createLog(config.log.level, pino.destination({ dest: logFile, mkdir: true, sync: true }));
  const site = await startSampleSite({ sampleDir: join(projectDir, 'sample') });
  print(`A sample news site of ${site.outlets.length} outlets is up; reading it. (log: ${logFile})`);
  // Asked for first: Ctrl-C at any moment stops the embedded stores too.
  const interrupted = nextSignal();
  let service: Service | undefined;
  try {
    service = await startService({ config, log, roles: ['scheduler', 'workers', 'server'], sources: sourcesOf(site) });
    const shown = show(service, site);
    const signal = await Promise.race([shown, interrupted]);
    if (options.once && signal !== undefined) process.exitCode = 130;
    if (!options.once && signal === undefined) {
      print(`\nStill running. Dashboard: ${service.serverUrl}/queues   Stop with Ctrl-C.`);
      await interrupted;
    }
  } finally {
    await service?.stop();
    await site.close();
  }
}

/** Reads the site, then reads it again after its publishers corrected something, and tells what came of it. */
async function show(service: Service, site: SampleSite): Promise<void> {
  print(`Dashboard: ${service.serverUrl}/queues   API: ${service.serverUrl}/api/records\n`);
  await untilDrained(service, site.outlets.length);
  print('\nThe publishers now correct what they had written; the service asks again.\n');
  site.publishUpdate();
  const before = await lastChange(service);
  await pollAgain(service, site);
  await untilDrained(service, site.outlets.length);
  await tellChanges(service, before);
  await showResults(service);
}

/** Embedded stores whatever the environment names, so that a demo never writes into somebody's database. */
function demoConfig(dataDir: string): Config {
  const { REDIS_URL: _redis, DATABASE_URL: _database, ...env } = process.env;
  const config = loadConfig({ env, cwd: projectDir });
  return {
    ...config,
    dataDir,
    redis: { ...config.redis, url: null },
    database: { ...config.database, url: null },
    // The sample site is on loopback, and its six hosts are ours: there is nobody to be polite to.
    fetch: { ...config.fetch, allowAddresses: ['127.0.0.0/8'], hostGapMs: 50 },
    scheduler: { ...config.scheduler, everySeconds: 2 },
    server: { ...config.server, host: '127.0.0.1', port: 0, password: null },
  };
}

const sourcesOf = (site: SampleSite) =>
  site.outlets.map(({ id, feedUrl, name, country, language }) => ({
    id,
    url: feedUrl,
    outlet: name,
    country,
    language,
    enabled: true,
    intervalSeconds: 3600,
  }));

async function pollAgain(service: Service, site: SampleSite): Promise<void> {
  const started = new Date();
  for (const { id } of site.outlets) await service.queues.addPoll({ source: id }, `demo-${id}-${started.getTime()}`);
  await until(async () => {
    const behind = await service.stores.db
      .selectFrom('sources')
      .where((eb) => eb.or([eb('last_polled_at', '<', started), eb('last_polled_at', 'is', null)]))
      .select('id')
      .execute();
    return behind.length === 0;
  });
}

const lastChange = async ({ stores }: Service): Promise<string> => {
  const row = await stores.db.selectFrom('changes').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row?.seq ?? '0';
};

async function tellChanges({ stores }: Service, after: string): Promise<void> {
  const rows = await stores.db.selectFrom('changes').where('seq', '>', after).select('change').execute();
  const count = (change: string) => rows.filter((row) => row.change === change).length;
  print(`Records: ${count('created')} new, ${count('changed')} changed, ${count('withdrawn')} withdrawn.`);
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await systemClock.sleep(400);
}

/** Shows progress until every source was polled and every article has an outcome. */
async function untilDrained(service: Service, sources: number): Promise<void> {
  let shown = '';
  await until(async () => {
    const { db } = service.stores;
    const polled = await db.selectFrom('sources').where('last_polled_at', 'is not', null).select('id').execute();
    const counts = await articleCounts(db);
    const records = (await recordCounts(db)).reduce((sum, row) => sum + row.count, 0);
    const at = (stage: string) => counts.find((row) => row.stage === stage)?.count ?? 0;
    const ended = counts.filter((row) => row.outcome !== null).reduce((sum, row) => sum + row.count, 0);
    const line = [
      `feeds ${polled.length}/${sources}`,
      ...articleStages.map((stage) => `${stage} ${at(stage)}`),
      `done ${ended}`,
      `records ${records}`,
    ].join('  ');
    if (line !== shown) tellProgress(line);
    shown = line;
    return polled.length >= sources && counts.every((row) => row.stage === null);
  });
  if (process.stdout.isTTY) print('');
}

/** On a terminal the line is drawn over itself; elsewhere each change is a line of its own. */
function tellProgress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  else print(line);
}

async function showResults(service: Service): Promise<void> {
  const { db } = service.stores;
  const records: ShownRecord[] = [];
  for await (const record of everyRecord(db, {})) records.push(record);
  records.sort((a, b) => (b.date.start ?? '').localeCompare(a.date.start ?? ''));
  print('\nRecords, each with the passage that proves it:');
  printRecords(records);
  print('\nWhat became of every entry that was seen:');
  const ledger = await ledgerCounts(db);
  printTable(
    ['outcome', 'reason', 'entries'],
    ledger.map((row) => [row.outcome, row.reason, row.count]),
  );
  const entries = ledger.reduce((sum, row) => sum + row.count, 0);
  print(
    `${entries} entries, ${records.length} records. The events stand in ${join('.communique', 'demo', 'records.jsonl')} too.`,
  );
}
