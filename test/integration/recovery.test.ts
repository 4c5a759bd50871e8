import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compare, type EndState, faults, readEndState } from '../../bench/end-state.js';
import { type Progress, ServiceProcess } from '../../bench/service.js';
import { type SampleSite, startSampleSite } from '../../src/demo/site/server.js';
import { projectDir } from '../../src/shared/config.js';

/** Slow enough to be struck in the middle, quick to notice what was lost. */
const SETTINGS = {
  'fetch.hostGapMs': '200',
  'queues.lockMs': '2000',
  'queues.stalledMs': '1000',
  'scheduler.everySeconds': '1',
  'scheduler.graceSeconds': '2',
  'threads.count': '1',
};
const LIMIT_MS = 150_000;

let site: SampleSite;
let undisturbed: EndState;
let service: ServiceProcess;

const begin = async (): Promise<void> => {
  const sources = site.outlets.map(({ id, feedUrl, name, country, language }) => ({
    id,
    url: feedUrl,
    outlet: name,
    country,
    language,
    intervalSeconds: 3600,
  }));
  service = new ServiceProcess(sources, SETTINGS);
  await service.start();
};

const inTheMiddle = async (): Promise<Progress> => {
  const progress = await service.until(({ ended }) => ended >= 12, LIMIT_MS, 50);
  const all = undisturbed.ledger.reduce((sum, row) => sum + row.count, 0);
  expect(progress.ended).toBeLessThan(all - 5);
  return progress;
};

const expectSameEnd = async (): Promise<void> => {
  await service.drained(LIMIT_MS);
  const end = await readEndState(service);
  expect(faults(end)).toEqual([]);
  expect(compare(undisturbed, end).differences).toEqual([]);
};

describe('a run over the sample site', { timeout: 2 * LIMIT_MS }, () => {
  beforeAll(async () => {
    site = await startSampleSite({ sampleDir: join(projectDir, 'sample') });
    await begin();
    try {
      await service.drained(LIMIT_MS);
      undisturbed = await readEndState(service);
    } finally {
      await service.discard();
    }
  }, 2 * LIMIT_MS);
  afterEach(() => service.discard(), 60_000);
  afterAll(() => site.close());

  it('ends with every entry accounted for when nothing happens', () => {
    expect(faults(undisturbed)).toEqual([]);
    expect(undisturbed.articles.length).toBeGreaterThanOrEqual(40);
    expect(undisturbed.records.length).toBeGreaterThan(0);
    expect(new Set(undisturbed.ledger.map((row) => row.outcome))).toEqual(
      new Set(['stored', 'irrelevant', 'duplicate', 'skipped', 'failed']),
    );
  });

  it('ends the same after kill -9 in the middle and a new start', async () => {
    await begin();
    await inTheMiddle();
    await service.kill();
    await service.start();
    await expectSameEnd();
  });

  it('ends the same when Redis is killed with it', async () => {
    await begin();
    await inTheMiddle();
    await service.kill(true);
    await service.start();
    await expectSameEnd();
  });

  it('ends the same after FLUSHALL in the middle', async () => {
    await begin();
    await inTheMiddle();
    await service.flushRedis();
    await expectSameEnd();
  });

  it('ends the same when SIGTERM stops it in the middle, within 25 s and with exit code 0', async () => {
    await begin();
    await inTheMiddle();
    const { code, ms } = await service.terminate();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(25_000);
    await service.start();
    await expectSameEnd();
  });
});
