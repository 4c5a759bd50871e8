// Runs the real service over a directory of saved pages and says what became of them; see --help.
import { Command, InvalidArgumentError } from 'commander';
import { stageNames } from '../src/workers/pipeline.js';
import { compare, type EndState, faults, readEndState } from './end-state.js';
import { type PageSite, startPageSite } from './page-site.js';
import { quantile, type Sample } from './prometheus.js';
import { ServiceProcess } from './service.js';

interface Options {
  pages: string;
  count: number;
  kill?: boolean;
  flush?: boolean;
  keep?: boolean;
}

type Blow = 'kill' | 'flush';
const LIMIT_MS = 480_000;
const BLOWS: Record<Blow, { told: string; strike(service: ServiceProcess): Promise<void> }> = {
  kill: {
    told: 'kill -9 and a new start',
    async strike(service) {
      await service.kill();
      await service.start();
    },
  },
  flush: { told: 'FLUSHALL', strike: (service) => service.flushRedis() },
};

const print = (text: string) => process.stdout.write(`${text}\n`);
const running = new Set<ServiceProcess>();

async function main(options: Options): Promise<void> {
  const site = await startPageSite(options.pages, options.count);
  print(`${site.entries} pages in ${site.sources.length} feeds`);
  try {
    const undisturbed = await read(site, options.keep ?? false);
    const blows = (['kill', 'flush'] as const).filter((blow) => options[blow]);
    for (const blow of blows) {
      const { differences, swapped } = compare(undisturbed, await read(site, options.keep ?? false, blow));
      print(`\nCompared with the undisturbed run: ${differences.length === 0 ? 'equal' : 'DIFFERENT'}`);
      if (swapped > 0) print(`${swapped} groups of twins have another first one`);
      for (const difference of differences) print(`  ${difference.slice(0, 2000)}`);
      if (differences.length > 0) process.exitCode = 1;
    }
  } finally {
    await site.close();
  }
}

/** One run over all pages, with a blow in the middle where one is asked for. */
async function read(site: PageSite, keep: boolean, blow?: Blow): Promise<EndState> {
  const service = new ServiceProcess(site.sources, { 'fetch.hostGapMs': '0' });
  running.add(service);
  print(`\n== ${blow ? BLOWS[blow].told : 'undisturbed'}`);
  try {
    await service.start();
    const started = Date.now();
    if (blow) {
      const { ended } = await service.until((progress) => progress.ended >= site.entries * 0.4, LIMIT_MS);
      await BLOWS[blow].strike(service);
      print(`${BLOWS[blow].told} when ${ended} of ${site.entries} entries had their outcome`);
    }
    await service.until(({ polled, ended }) => polled && ended >= site.entries, LIMIT_MS);
    const seconds = (Date.now() - started) / 1000;
    const end = await readEndState(service);
    report(site, end, await service.metrics(), seconds);
    print(`peak RSS: ${Math.round(service.peakRssBytes() / 2 ** 20)} MB`);
    if (keep) print(`data directory: ${service.dataDir}`);
    return end;
  } finally {
    await service.discard(keep);
    running.delete(service);
  }
}

function report(site: PageSite, end: EndState, samples: readonly Sample[], seconds: number): void {
  const sum = end.ledger.reduce((total, { count }) => total + count, 0);
  print(`entries: ${sum} of ${site.entries}, articles: ${end.articles.length}`);
  for (const { outcome, reason, count } of end.ledger) print(`  ${outcome} ${reason ?? ''}: ${count}`);
  print(`${seconds.toFixed(1)} s, ${(end.articles.length / seconds).toFixed(1)} articles/s`);
  const types = new Map<string, number>();
  for (const { body } of end.records) types.set(body.type, (types.get(body.type) ?? 0) + 1);
  const counts = [...types].map(([type, count]) => `${type} ${count}`).sort();
  print(`records: ${end.records.length} (${counts.join(', ') || 'none'})`);
  for (const stage of stageNames) {
    const at = (part: number) => {
      const value = quantile(samples, 'communique_stage_duration_seconds', stage, part);
      return value === null ? '-' : `${Math.round(value * 1000)} ms`;
    };
    print(`  ${stage}: p50 ${at(0.5)}, p95 ${at(0.95)}`);
  }
  const problems = [...faults(end), ...(sum === site.entries ? [] : [`${sum} outcomes for ${site.entries} entries`])];
  for (const problem of problems) print(`  FAULT: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above zero');
  return value;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    Promise.allSettled([...running].map((service) => service.discard())).then(() => process.exit(1));
  });
}

await new Command('real-pages')
  .description(
    'serves saved pages through generated feeds, lets the compiled service read them and says what came of it',
  )
  .requiredOption('--pages <dir>', 'directory of *.html.gz')
  .option('--count <n>', 'how many of them', wholeNumber, 500)
  .option('--kill', 'a second run with kill -9 in the middle; its end must equal that of the first')
  .option('--flush', 'a run with FLUSHALL of Redis in the middle; the same')
  .option('--keep', 'leave the data directories')
  .action(main)
  .parseAsync();
