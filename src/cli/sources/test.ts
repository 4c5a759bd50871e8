import type { Command } from 'commander';
import { systemClock } from '../../shared/clock.js';
import { resolveFile } from '../../shared/config.js';
import { localGate } from '../../shared/http/gate.js';
import type { Source } from '../../shared/model/source.js';
import type { PollResult } from '../../shared/model/stages.js';
import { readSources } from '../../shared/source-list.js';
import { configOf, UsageError } from '../context.js';
import { print, printJson } from '../output.js';
import { checkKind, type KindOptions, linksOf, withKind } from './add.js';
import { httpAddress } from './facts.js';
import { type Forecast, forecast } from './forecast.js';
import { type Address, datesOf, openVisitor, usableOf, type Visited, type Visitor } from './visit.js';

interface TestOptions extends KindOptions {
  all?: boolean;
  json?: boolean;
}

export function testCommand(sources: Command): void {
  const command = sources
    .command('test [url]')
    .description('ask a source, or with --all every one, and say what it gives; nothing is stored');
  withKind(command)
    .option('--all', 'every source of the YAML')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique sources test https://example.org/rss.xml
  $ communique sources test https://example.org/news --kind page --pattern "/news/\\d+"`,
    )
    .action(test);
}

type Target = Address & { id: string; intervalSeconds: number | null };

const TOGETHER = 8;

async function test(url: string | undefined, options: TestOptions, command: Command): Promise<void> {
  if ((url === undefined) === (options.all !== true)) throw new UsageError('give one address, or --all');
  const config = configOf(command);
  const targets: Target[] =
    url === undefined ? readSources(resolveFile(config.sources, process.cwd())) : [targetOf(httpAddress(url), options)];
  const visitor = openVisitor(config, localGate(systemClock), { remembers: options.all !== true });
  const results: Tested[] = [];
  try {
    for (let at = 0; at < targets.length; at += TOGETHER) {
      const some = targets.slice(at, at + TOGETHER);
      const told = some.map(async (target) =>
        summary(target, await visited(target, visitor, options), config.poll.intervalSeconds * 1000),
      );
      results.push(...(await Promise.all(told)));
    }
  } finally {
    await visitor.close();
  }
  if (options.json) printJson(results);
  else for (const one of results) show(one, options.all !== true);
  if (results.some((one) => !one.ok)) process.exitCode = 1;
}

function targetOf(url: string, options: TestOptions): Target {
  const { kind = 'feed' } = options;
  const links = linksOf(options);
  checkKind(kind, links);
  return { id: url, url, kind, links, identity: null, intervalSeconds: null };
}

/** Without a kind that was stated, an address that is no feed may be a sitemap. */
async function visited(target: Target, visitor: Visitor, { all, kind }: TestOptions): Promise<Visited> {
  const first = await visitor.visit(target);
  if (all || kind !== undefined || first.failure?.code !== 'poll/not-a-feed') return first;
  const second = await visitor.visit({ ...target, kind: 'sitemap' });
  return second.result === null ? first : second;
}

interface Tested {
  id: string;
  url: string;
  kind: Source['kind'];
  ok: boolean;
  format: string | null;
  title: string | null;
  entries: number;
  /** With a link that can become an article. */
  usable: number;
  newest: string | null;
  oldest: string | null;
  undated: number;
  /** Entries with a problem, a date that lies ahead among them. */
  flagged: number;
  hubs: string[];
  ttlMinutes: number | null;
  skipHours: number[];
  skipDays: string[];
  answeredAt: string | null;
  movedTo: string | null;
  interval: Forecast | null;
  problems: string[];
}

function summary({ id, url, intervalSeconds }: Target, visited: Visited, firstMs: number): Tested {
  const { address, result, failure, answeredAt } = visited;
  const { kind } = address;
  const dates = result ? datesOf(result) : [];
  const sightings = result?.sightings ?? [];
  const usable = result ? usableOf(result).length : 0;
  return {
    id,
    url,
    kind,
    ok: usable > 0,
    ...saidBy(result),
    entries: sightings.length,
    usable,
    newest: dates.at(-1) ?? null,
    oldest: dates[0] ?? null,
    undated: sightings.length - dates.length,
    flagged: sightings.filter(({ problems }) => problems.length > 0).length,
    answeredAt: answeredAt === url ? null : answeredAt,
    movedTo: result?.movedTo ?? null,
    interval: result && intervalSeconds === null ? forecast(result, systemClock.now(), firstMs) : null,
    problems: failure
      ? [`${failure.code}: ${failure.message}`]
      : [...(result?.problems ?? []), ...sightings.flatMap(({ problems }) => problems)],
  };
}

function saidBy(result: PollResult | null) {
  const said = result?.said;
  return {
    format: said?.format ?? null,
    title: said?.title ?? null,
    hubs: said?.hubs ?? [],
    ttlMinutes: said?.ttlMinutes ?? null,
    skipHours: said?.skipHours ?? [],
    skipDays: said?.skipDays ?? [],
  };
}

function show(one: Tested, whole: boolean): void {
  const word = one.ok ? 'ok     ' : 'PROBLEM';
  print(`${word}  ${one.id}: ${one.entries} entries, ${one.usable} with an article, newest ${one.newest ?? 'undated'}`);
  const lines = whole && one.format !== null ? detailsOf(one) : [];
  for (const line of [...lines, ...one.problems.slice(0, 10)]) print(`         ${line}`);
  if (one.problems.length > 10) print(`         and ${one.problems.length - 10} problems more`);
}

function detailsOf(one: Tested): string[] {
  const { interval, ttlMinutes, skipHours, skipDays } = one;
  const rest = [
    ttlMinutes !== null && `not within ${span(ttlMinutes * 60)}`,
    skipHours.length > 0 && `not at ${skipHours.join(', ')} h GMT`,
    skipDays.length > 0 && `not on ${skipDays.join(', ')}`,
  ].filter((text) => text !== false);
  return [
    `${one.kind}, ${one.format}${one.title === null ? '' : `: ${one.title}`}`,
    `oldest ${one.oldest ?? 'undated'}, ${one.undated} undated, ${one.flagged} with a problem`,
    ...(interval
      ? [`asked again after ${span(interval.nextSeconds)}, then about ${interval.pollsPerDay} times a day`]
      : []),
    ...(rest.length > 0 ? [`asks to be polled ${rest.join(', ')}`] : []),
    ...one.hubs.map((hub) => `tells of new entries through the hub ${hub}`),
    ...(one.answeredAt === null ? [] : [`answered by ${one.answeredAt}${one.movedTo ? ', moved for good' : ''}`]),
  ];
}

function span(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.round((minutes / 60) * 10) / 10} h`;
}
