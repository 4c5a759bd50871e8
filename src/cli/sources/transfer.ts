import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { systemClock } from '../../shared/clock.js';
import { listSources, saveSource } from '../../shared/db/sources.js';
import { type KnownSource, knownSources, sourceKey } from '../../shared/db/twins.js';
import { decodeBytes } from '../../shared/encoding.js';
import { Source } from '../../shared/model/source.js';
import { type Session, UsageError, withSession } from '../context.js';
import { cut, print } from '../output.js';
import { type CountryNames, loadCountryNames } from './country.js';
import { completed, freeId, missing, saying } from './facts.js';
import { type Outline, OWN, readOpml, writeOpml } from './opml.js';

interface ImportOptions {
  country?: string;
  language?: string;
  dryRun?: boolean;
}

export function importCommand(sources: Command): void {
  sources
    .command('import <file>')
    .description('add the feeds of an OPML file; all that can be added, or none')
    .option('--country <code>', 'for those that do not state one; else as the address ends')
    .option('--language <tag>', 'for those that do not state one')
    .option('--dry-run', 'only show what would be added')
    .addHelpText('after', '\nExample:\n  $ communique sources import feeds.opml --language en --dry-run')
    .action((file: string, options: ImportOptions, command: Command) => {
      const outlines = readFile(file);
      return withSession(command, (session) => importAll(outlines, options, session));
    });
}

export function exportCommand(sources: Command): void {
  sources
    .command('export [file]')
    .description('write all sources as OPML 2.0, which import reads back; without a file to standard output')
    .addHelpText('after', '\nExample:\n  $ communique sources export sources.opml')
    .action((file: string | undefined, _options: unknown, command: Command) =>
      withSession(command, async ({ stores }) => {
        const all = await listSources(stores.db);
        const text = writeOpml(all, new Date(systemClock.now()));
        if (file === undefined) process.stdout.write(text);
        else {
          writeFileSync(file, text);
          print(`wrote ${all.length} sources to ${file}`);
        }
      }),
    );
}

function readFile(file: string): Outline[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  try {
    return readOpml(decodeBytes(bytes, { kind: 'xml' }).text);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${file}: ${error.message}`) : error;
  }
}

async function importAll(outlines: readonly Outline[], options: ImportOptions, session: Session): Promise<void> {
  checkGiven(options);
  const { db } = session.stores;
  const plan = planImport(outlines, await knownSources(db), options, loadCountryNames());
  for (const line of [...plan.twins, ...plan.refused]) print(line);
  if (options.dryRun) {
    for (const row of plan.rows) print(`would add ${row.id}: ${row.url}`);
  } else await save(plan.rows, session);
  const verb = options.dryRun ? 'would be added' : 'added';
  print(`${plan.rows.length} ${verb}, ${plan.twins.length} there already, ${plan.refused.length} cannot be added`);
  if (plan.refused.length > 0) process.exitCode = 1;
}

function checkGiven({ country = 'INT', language = 'en' }: ImportOptions): void {
  const given = z
    .object({ country: Source.shape.country, language: Source.shape.language })
    .safeParse({ country, language });
  if (!given.success) throw new UsageError(saying(given.error, { country, language }));
}

async function save(rows: readonly Source[], { stores, queues }: Session): Promise<void> {
  const nowMs = systemClock.now();
  const now = new Date(nowMs);
  await stores.db.transaction().execute(async (tx) => {
    for (const row of rows) await saveSource(tx, row, 'cli', now);
  });
  const asked = rows.filter(({ enabled }) => enabled);
  await queues.planPolls(
    asked.map(({ id }) => ({ source: id, atMs: nowMs })),
    nowMs,
  );
}

export interface ImportPlan {
  rows: Source[];
  /** In words, a line each: what is there already, and what cannot be added and why. */
  twins: string[];
  refused: string[];
}

/** Which sources the outlines come to; what is there already, in the database or in the file itself, is left out. */
export function planImport(
  outlines: readonly Outline[],
  known: readonly KnownSource[],
  options: Pick<ImportOptions, 'country' | 'language'>,
  names: CountryNames,
): ImportPlan {
  const plan: ImportPlan = { rows: [], twins: [], refused: [] };
  const ids = new Set(known.map(({ id }) => id));
  const owners = new Map(known.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const)));
  for (const outline of outlines) {
    const read = sourceOf(outline, options, names, ids);
    if ('why' in read) {
      plan.refused.push(`line ${outline.line}: ${cut(read.name, 60)}: ${read.why}`);
      continue;
    }
    const key = sourceKey(read.url, read.links);
    const twin = owners.get(key);
    if (twin !== undefined) plan.twins.push(`line ${outline.line}: ${read.url} is there already as ${twin}`);
    else {
      plan.rows.push(read);
      ids.add(read.id);
      owners.set(key, read.id);
    }
  }
  return plan;
}

function sourceOf(
  { attributes }: Outline,
  { country, language }: Pick<ImportOptions, 'country' | 'language'>,
  names: CountryNames,
  taken: ReadonlySet<string>,
): Source | { name: string; why: string } {
  const own = (name: string): string | undefined => attributes.get(OWN + name.toLowerCase());
  const url = attributes.get('xmlurl') ?? attributes.get('url') ?? '';
  const site = attributes.get('htmlurl');
  const title = attributes.get('title') ?? attributes.get('text');
  const name = title ?? url;
  const facts = completed(
    { outlet: null, country: own('country') ?? null, language: null },
    { urls: [url, site], titles: [title], languages: [attributes.get('language'), language] },
    // What the operator says of all is nearer the truth than the ending of an address.
    country === undefined ? names : NO_NAMES,
  );
  const stated = { ...facts, country: facts.country ?? country ?? null };
  const lacking = missing(stated);
  if (lacking.length > 0) return { name, why: lacking.join('; ') };
  const interval = own('intervalSeconds');
  const selector = own('selector');
  const pattern = own('pattern');
  const wanted = own('id');
  const row = Source.safeParse({
    id: wanted !== undefined && !taken.has(wanted) ? wanted : freeId(wanted ?? stated.outlet ?? '', url, taken),
    url,
    ...stated,
    enabled: own('enabled') !== 'false',
    kind: own('kind') ?? 'feed',
    links: (selector ?? pattern) ? { ...(selector ? { selector } : {}), ...(pattern ? { pattern } : {}) } : null,
    identity: own('identity') ?? null,
    conditional: own('conditional') !== 'false',
    intervalSeconds: interval === undefined ? null : Number(interval),
  });
  return row.success ? row.data : { name, why: saying(row.error, { url, ...Object.fromEntries(attributes) }) };
}

const NO_NAMES: CountryNames = new Map();
