// How fast the clean stage is beside Readability on linkedom: `npm run bench -- clean --pages DIR` (.html or .html.gz).
// Both read every page in turn in one process, three passes after a warm-up; reading and decoding files is not counted.
// CPU time includes what the collector did meanwhile. Peak RSS is that of a process of its own for each, one pass.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Readability } from '@mozilla/readability';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseHTML } from 'linkedom';
import { decodeBytes } from '../src/shared/encoding.js';
import { cleanPage } from '../src/workers/clean/article.js';

interface Options {
  pages: string;
  count: number;
  alone?: Reader;
}

const PASSES = 3;
const WARM_UP_PAGES = 150;

const READERS = {
  communique: (html: string) => cleanPage(html, null).text.length,
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

function peakRssOf(name: Reader, { pages, count }: Options): number {
  const file = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, file, '--pages', pages, '--count', String(count), '--alone', name];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' })) / 1024;
}

function main(options: Options): void {
  const { pages, count, alone } = options;
  const files = filesOf(pages, count);
  if (alone) {
    for (const file of files) READERS[alone](read(file));
    print(String(process.resourceUsage().maxRSS));
    return;
  }
  if (files.length === 0) throw new Error(`there is no .html or .html.gz in ${pages}`);
  for (const file of files.slice(0, WARM_UP_PAGES)) for (const name of NAMES) cpuOf(name, read(file));
  const times: Record<Reader, number[]> = { communique: [], readability: [] };
  for (let pass = 0; pass < PASSES; pass++) {
    files.forEach((file, index) => {
      const html = read(file);
      // Who goes first alternates: the second finds warmer caches and more garbage.
      for (const name of (pass + index) % 2 ? NAMES : NAMES.toReversed()) times[name].push(cpuOf(name, html));
    });
  }
  print(`${files.length} pages, ${PASSES} passes`);
  for (const name of NAMES) {
    const rate = (times[name].length / sumOf(times[name])) * 1000;
    const rss = peakRssOf(name, options);
    print(
      `${name.padEnd(12)} ${rate.toFixed(0)} pages/s a core, p50 ${quantile(times[name], 0.5).toFixed(1)} ms, p99 ${quantile(times[name], 0.99).toFixed(1)} ms, peak RSS ${rss.toFixed(0)} MB`,
    );
  }
  print(`ratio of CPU time: ${(sumOf(times.readability) / sumOf(times.communique)).toFixed(2)}`);
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
