// How fast the clean stage is beside Readability on linkedom: `npm run bench -- clean --pages DIR` (.html or .html.gz).
// Each lives in a process of its own and they read every page in turn, three passes after a warm-up; reading and
// decoding files is not counted. CPU time is that of all threads of the process, so each pays for its own garbage.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Readability } from '@mozilla/readability';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseHTML } from 'linkedom';
import { z } from 'zod';
import { decodeBytes } from '../src/shared/encoding.js';
import type { cleanPage } from '../src/workers/clean/article.js';

interface Options {
  pages: string;
  count: number;
  alone?: Reader;
}

/** What a reader's process answers to the path of a page. */
const Answer = z.object({ cpuMs: z.number(), peakRssKb: z.number() });

const PASSES = 3;
const WARM_UP_PAGES = 150;

/** The compiled code, as the service runs it: the loader of TypeScript would slow it down. */
const COMPILED = new URL('../dist/workers/clean/article.js', import.meta.url);
const compile = () => execFileSync('npx', ['tsc', '-p', 'tsconfig.json', '--noCheck'], { stdio: 'inherit' });

let clean: typeof cleanPage | null = null;

const READERS = {
  communique: (html: string) => clean?.(html, null).text.length,
  readability: (html: string) => {
    try {
      return new Readability(parseHTML(html).document).parse()?.textContent?.length ?? 0;
    } catch {
      // It throws where a page has no <html>; the time counts all the same.
      return 0;
    }
  },
};
type Reader = keyof typeof READERS;
const NAMES: readonly Reader[] = ['communique', 'readability'];

const print = (text: string) => process.stdout.write(`${text}\n`);

/** `count` files, spread evenly over the sorted names. */
function filesOf(dir: string, count: number): string[] {
  const names = readdirSync(dir).filter((name) => /\.html?(\.gz)?$/.test(name));
  const step = Math.max(1, names.length / count);
  return names
    .sort()
    .filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
    .map((name) => join(dir, name));
}

function read(file: string): string {
  const bytes = readFileSync(file);
  return decodeBytes(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { contentType: null, kind: 'html' }).text;
}

/** Milliseconds of CPU, user and system, of all threads. */
function cpuOf(name: Reader, html: string): number {
  const before = process.cpuUsage();
  READERS[name](html);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const sumOf = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0);
const quantile = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;

/** The process of one reader: reads the pages that it is told of, until it is left. */
async function serve(name: Reader): Promise<void> {
  if (name === 'communique') {
    const compiled: { cleanPage: typeof cleanPage } = await import(COMPILED.href);
    clean = compiled.cleanPage;
  }
  process.on('message', (file) => {
    const cpuMs = cpuOf(name, read(z.string().parse(file)));
    process.send?.({ cpuMs, peakRssKb: process.resourceUsage().maxRSS });
  });
  process.once('disconnect', () => process.exit());
}

async function ask(child: ChildProcess, file: string): Promise<z.infer<typeof Answer>> {
  const answer = once(child, 'message');
  child.send(file);
  return Answer.parse((await answer)[0]);
}

async function main({ pages, count, alone }: Options): Promise<void> {
  if (alone) {
    await serve(alone);
    return;
  }
  const files = filesOf(pages, count);
  if (files.length === 0) throw new Error(`there is no .html or .html.gz in ${pages}`);
  compile();
  const own = fileURLToPath(import.meta.url);
  const runs = NAMES.map((name) => ({
    name,
    child: fork(own, ['--pages', pages, '--alone', name]),
    times: [] as number[],
    peakRssKb: 0,
  }));
  for (const file of files.slice(0, WARM_UP_PAGES)) for (const { child } of runs) await ask(child, file);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const file of files) {
      for (const run of runs) {
        const { cpuMs, peakRssKb } = await ask(run.child, file);
        run.times.push(cpuMs);
        run.peakRssKb = peakRssKb;
      }
    }
  }
  print(`${files.length} pages, ${PASSES} passes`);
  for (const { name, child, times, peakRssKb } of runs) {
    child.disconnect();
    const rate = (times.length / sumOf(times)) * 1000;
    const [half, most] = [quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1)];
    const rss = (peakRssKb / 1024).toFixed(0);
    print(`${name.padEnd(12)} ${rate.toFixed(0)} pages/s a core, p50 ${half} ms, p99 ${most} ms, peak RSS ${rss} MB`);
  }
  const [ours = 0, theirs = 0] = runs.map(({ times }) => sumOf(times));
  print(`ratio of CPU time: ${(theirs / ours).toFixed(2)}`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above zero');
  return value;
}

await new Command('clean')
  .description('cleans saved pages, and lets Readability on linkedom do the same')
  .requiredOption('--pages <dir>', 'directory of .html or .html.gz')
  .option('--count <n>', 'how many of them', wholeNumber, 10_000)
  .addOption(new Option('--alone <reader>').choices(NAMES).hideHelp())
  .action(main)
  .parseAsync();
