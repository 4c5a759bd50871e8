import { type Command, Option } from 'commander';
import { systemClock } from '../../shared/clock.js';
import { loadDueSource, saveSource } from '../../shared/db/sources.js';
import { type KnownSource, knownSources, sourceKey } from '../../shared/db/twins.js';
import { redisGate } from '../../shared/http/gate.js';
import { LinkChoice, Source } from '../../shared/model/source.js';
import { positive, type Session, UsageError, withSession } from '../context.js';
import { cut, print, printTable } from '../output.js';
import { loadCountryNames } from './country.js';
import { type Discovery, discover, type Found } from './discovery.js';
import { completed, type Facts, freeId, httpAddress, missing, saying } from './facts.js';
import { datesOf, openVisitor, usableOf, type Visitor } from './visit.js';

export interface KindOptions {
  kind?: Source['kind'];
  selector?: string;
  pattern?: string;
}

interface AddOptions extends KindOptions {
  outlet?: string;
  country?: string;
  language?: string;
  id?: string;
  every?: number;
  pick?: number;
  dryRun?: boolean;
  check: boolean;
}

/** The options that say how an address is read. */
export const withKind = (command: Command): Command =>
  command
    .addOption(new Option('--kind <kind>', 'what the address is').choices(['feed', 'sitemap', 'page']))
    .option('--selector <css>', 'of a page: the links, or what they stand in')
    .option('--pattern <regex>', 'of a page or a sitemap: what the address of an article looks like');

export function addCommand(sources: Command): void {
  const command = sources
    .command('add <url>')
    .description('add a feed, or the best that a site has; a running service polls it at once')
    .option('--outlet <name>', 'who publishes it; else its title')
    .option('--country <code>', 'ISO 3166-1 alpha-3 of the outlet, or INT; else as the address ends')
    .option('--language <tag>', 'BCP 47 language of its articles, such as en; else as it says')
    .option('--id <id>', 'short name; made from the outlet when not given')
    .option('--every <seconds>', 'seconds between polls, always the same; else as it publishes', positive);
  withKind(command)
    .option('--pick <number>', 'which one of those that were found', positive)
    .option('--dry-run', 'only show what was found')
    .option('--no-check', 'add the address as it is, without asking it')
    .addHelpText(
      'after',
      `
Examples:
  $ communique sources add https://example.org/ --country GBR
  $ communique sources add https://example.org/ --pick 2
  $ communique sources add https://example.org/news --kind page --selector "article h3 a"`,
    )
    .action((url: string, options: AddOptions, command: Command) =>
      withSession(command, (session) => add(httpAddress(url), options, session)),
    );
}

async function add(url: string, options: AddOptions, session: Session): Promise<void> {
  const links = linksOf(options);
  checkGiven(url, options, links);
  const known = await knownSources(session.stores.db);
  refuseTwin(known, [sourceKey(url, links)], options.id);
  const nowMs = systemClock.now();
  const discovery = options.check ? await found(url, options, links, session) : { found: [], page: null };
  if (options.check && (discovery.found.length > 1 || options.dryRun)) show(discovery.found, known);
  const chosen = options.check ? choose(discovery, options) : undefined;
  const address = chosen?.address ?? { url, kind: options.kind ?? 'feed', links };
  const keys = [address.url, chosen?.answeredAt, chosen?.result.said?.self].flatMap((one) =>
    one ? [sourceKey(one, links)] : [],
  );
  refuseTwin(known, keys, options.id);
  const facts = factsOf(url, address, options, discovery, chosen);
  const lacking = missing(facts);
  if (lacking.length > 0) {
    const told = `${address.url}: ${lacking.join('; ')}`;
    if (!options.dryRun) throw new UsageError(told);
    print(`to be added it needs more: ${told}`);
    return;
  }
  const row = complete(address, facts, options, known, keys);
  if (options.dryRun) {
    print(`would add ${row.id}: ${row.url}`);
    return;
  }
  await saveSource(session.stores.db, row, 'cli', new Date(nowMs));
  const due = await loadDueSource(session.stores.db, row.id, new Date(nowMs));
  if (due) await session.queues.planPolls([{ source: row.id, atMs: due.nextPollAt.getTime() }], nowMs);
  print(`added ${row.id}`);
  const { length } = discovery.found;
  if (length > 1) {
    print(`It is number ${options.pick ?? 1} of ${length}. Another one: communique sources add ${url} --pick NUMBER`);
  }
}

export function linksOf({ selector, pattern }: KindOptions): LinkChoice | null {
  if (selector === undefined && pattern === undefined) return null;
  return { ...(selector === undefined ? {} : { selector }), ...(pattern === undefined ? {} : { pattern }) };
}

/** What was given is checked before anybody is asked. */
function checkGiven(url: string, options: AddOptions, links: LinkChoice | null): void {
  const { outlet = '-', country = 'INT', language = 'en', id = '0', kind = 'feed' } = options;
  checkKind(kind, links);
  const row = Source.safeParse({ id, url, outlet, country, language, kind, links, intervalSeconds: options.every });
  if (!row.success) throw new UsageError(saying(row.error, { ...options, intervalSeconds: options.every }));
  const lacking = missing({ outlet: '-', country: options.country ?? null, language: options.language ?? null });
  if (!options.check && lacking.length > 0) throw new UsageError('--no-check needs --country and --language');
}

export function checkKind(kind: Source['kind'], links: LinkChoice | null): void {
  const choice = LinkChoice.safeParse(links ?? {});
  if (!choice.success) throw new UsageError(saying(choice.error, links ?? {}));
  if (kind === 'page' && links === null) throw new UsageError('--kind page needs --selector or --pattern');
  if (kind !== 'page' && links?.selector !== undefined) throw new UsageError('--selector needs --kind page');
  if (kind === 'feed' && links !== null) throw new UsageError('--pattern needs --kind page or --kind sitemap');
}

/** One that was switched off may come back. */
function refuseTwin(known: readonly KnownSource[], keys: readonly string[], id: string | undefined): void {
  const twin = known.find((one) => one.enabled && (one.id === id || one.keys.some((key) => keys.includes(key))));
  if (twin) throw new UsageError(`there is a source "${twin.id}" at ${twin.url} already`);
}

async function found(
  url: string,
  { kind }: AddOptions,
  links: LinkChoice | null,
  { config, redis }: Session,
): Promise<Discovery> {
  const visitor = openVisitor(config, redisGate(redis, config.redis.prefix, systemClock), { remembers: true });
  try {
    if (kind === undefined) return await discover(url, visitor, systemClock.now());
    return { found: [await asked(visitor, url, kind, links)], page: null };
  } finally {
    await visitor.close();
  }
}

async function asked(visitor: Visitor, url: string, kind: Source['kind'], links: LinkChoice | null): Promise<Found> {
  const visited = await visitor.visit({ url, kind, links, identity: null });
  if (visited.result === null) throw visited.failure ?? new Error(`${url} gave nothing`);
  return { ...visited, result: visited.result };
}

function choose({ found }: Discovery, { pick }: AddOptions): Found {
  if (found.length === 0) {
    throw new Error(
      'neither the page nor the usual addresses of its site lead to a feed or a news sitemap; ' +
        'a page that lists articles can be added with --kind page --selector CSS',
    );
  }
  const chosen = found[(pick ?? 1) - 1];
  if (!chosen) throw new UsageError(`--pick ${pick}: only ${found.length} were found`);
  return chosen;
}

function show(found: readonly Found[], known: readonly KnownSource[]): void {
  printTable(
    ['', 'kind', 'format', 'title', 'entries', 'newest', 'address'],
    found.map(({ address, result }, at) => {
      const twin = known.find((one) => one.keys.includes(sourceKey(address.url, address.links)));
      return [
        at + 1,
        address.kind,
        result.said?.format ?? '',
        cut(result.said?.title ?? '', 30),
        usableOf(result).length,
        datesOf(result).at(-1)?.slice(0, 10) ?? 'undated',
        twin ? `${address.url} (already ${twin.id})` : address.url,
      ];
    }),
  );
}

function factsOf(
  asked: string,
  { url }: Pick<Source, 'url'>,
  options: AddOptions,
  { page }: Discovery,
  chosen: Found | undefined,
): Facts {
  const { outlet = null, country = null, language = null } = options;
  const said = chosen?.result.said;
  return completed(
    { outlet, country, language },
    {
      urls: [url, said?.link, chosen?.answeredAt, asked],
      titles: [said?.title, page?.siteName],
      languages: [said?.language, page?.language],
    },
    loadCountryNames(),
  );
}

function complete(
  { url, kind, links }: Pick<Source, 'url' | 'kind' | 'links'>,
  facts: Facts,
  options: AddOptions,
  known: readonly KnownSource[],
  keys: readonly string[],
): Source {
  const before = known.find((one) => !one.enabled && one.keys.some((key) => keys.includes(key)));
  const id = options.id ?? before?.id ?? freeId(facts.outlet ?? '', url, new Set(known.map((one) => one.id)));
  const row = Source.safeParse({ id, url, kind, links, ...facts, intervalSeconds: options.every ?? null });
  if (!row.success) throw new UsageError(saying(row.error, { ...facts, id }));
  return row.data;
}
