// Times our feed reader against bare rss-parser on the same feeds, in one process and file by file; see --help.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import RssParser from 'rss-parser';
import { z } from 'zod';
import { decodeBytes } from '../src/shared/encoding.js';
import { readFeed } from '../src/workers/poll/reader.js';

interface Options {
  feeds: string;
  passes: number;
}

interface Case {
  bytes: Uint8Array;
  headers: Record<string, string>;
  /** What rss-parser is given: it knows no charsets. */
  text: string;
}

/** Reads one feed; rejects when it cannot. */
type Reading = (feed: Case) => Promise<unknown>;

/** Milliseconds of each file, one array a pass, and how many files were refused in one pass. */
interface Timed {
  read: Reading;
  passes: number[][];
  failed: number;
}

const Line = z.object({ file: z.string(), headers: z.record(z.string(), z.string()).default({}) });
const NOW = Date.UTC(2026, 0, 1);
const WARM_UP_PASSES = 5;
const print = (text: string) => process.stdout.write(`${text}\n`);

async function main({ feeds, passes }: Options): Promise<void> {
  const cases = load(feeds);
  const parser = new RssParser();
  const ours = timed(({ bytes, headers }) => readFeed(bytes, headers, 'https://feed.example/', NOW));
  const bare = timed(({ text }) => parser.parseString(text));

  for (let pass = 0; pass < WARM_UP_PASSES; pass += 1) await runPass(cases, [ours, bare], pass);
  for (const side of [ours, bare]) side.passes = [];
  for (let pass = 0; pass < passes; pass += 1) await runPass(cases, [ours, bare], pass);

  const megabytes = sum(cases.map(({ bytes }) => bytes.length)) / 1e6;
  print(`${cases.length} feeds, ${megabytes.toFixed(1)} MB, ${passes} passes`);
  const [mine, theirs] = [report('ours', ours), report('bare rss-parser', bare)];
  const ratios = bare.passes.map((pass, index) => sum(pass) / sum(ours.passes[index] ?? []));
  const [low, middle, high] = [0, 0.5, 1].map((share) => quantile(ratios, share).toFixed(2));
  const speed = (sum(theirs) / sum(mine)).toFixed(2);
  print(`speed, bare rss-parser = 1: ${speed} by the median of each feed; by pass ${low} to ${high}, median ${middle}`);
  print(JSON.stringify({ feeds: cases.length, passes, speed: Number(speed), refused: [ours.failed, bare.failed] }));
}

function load(list: string): Case[] {
  const folder = dirname(resolve(list));
  const lines = readFileSync(list, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { file, headers } = Line.parse(JSON.parse(line));
    const bytes = readFileSync(resolve(folder, file));
    const { text } = decodeBytes(bytes, { contentType: headers['content-type'], kind: 'xml' });
    return { bytes, headers, text };
  });
}

function timed(read: Reading): Timed {
  return { read, passes: [], failed: 0 };
}

/** Who goes first changes from file to file and from pass to pass, so that neither side pays for the other's garbage. */
async function runPass(cases: readonly Case[], sides: readonly [Timed, Timed], pass: number): Promise<void> {
  const [one, other] = sides;
  for (const side of sides) {
    side.passes.push([]);
    side.failed = 0;
  }
  for (const [index, feed] of cases.entries()) {
    for (const side of (index + pass) % 2 === 0 ? [one, other] : [other, one]) {
      const started = performance.now();
      // A feed that is refused counts with the time that it took to say so.
      const isRead = await side.read(feed).then(
        () => true,
        () => false,
      );
      side.passes.at(-1)?.push(performance.now() - started);
      if (!isRead) side.failed += 1;
    }
  }
}

/** Prints and gives back the median time of each feed: what else the machine did meanwhile hardly shows in it. */
function report(name: string, { passes, failed }: Timed): number[] {
  const medians = (passes[0] ?? []).map((_, index) =>
    quantile(
      passes.map((pass) => pass[index] ?? Number.NaN),
      0.5,
    ),
  );
  const perSecond = Math.round(medians.length / (sum(medians) / 1000));
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(medians, share).toFixed(2));
  print(`${name}: ${perSecond} feeds/s, ms a feed p50 ${p50} p99 ${p99} max ${max}, refused ${failed}`);
  return medians;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number of at least 1');
  return value;
}

await new Command('bench/feeds')
  .description('time the feed reader against bare rss-parser, file by file in one process')
  .requiredOption('--feeds <file>', 'JSON lines {"file", "headers"}; file names are relative to this file')
  .option('--passes <n>', 'measured passes over all files', count, 15)
  .action(main)
  .parseAsync();
