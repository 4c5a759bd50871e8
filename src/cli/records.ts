import { createWriteStream } from 'node:fs';
import { pipeline as pipe } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { everyRecord, findRecord, listRecords, type RecordFilter, type ShownRecord } from '../shared/db/records.js';
import { RecordType } from '../shared/model/record.js';
import { day, positive, UsageError, withSession } from './context.js';
import { cut, print, printJson, printTable } from './output.js';

const withFilters = (command: Command): Command =>
  command
    .addOption(new Option('--type <type>', 'one of the thirteen types').choices(RecordType.options))
    .option('--party <code>', 'ISO 3166-1 alpha-3, or NATO, EU, UN ...')
    .option('--since <day>', 'acts from this day on', day)
    .option('--until <day>', 'acts up to this day', day)
    .option('--source <id>', 'brought by this source')
    .option('--article <id>', 'of this article')
    .option('--q <words>', 'full text: passage and names');

export function recordsCommand(program: Command): void {
  const records = program
    .command('records')
    .description('the records: who cooperates with whom')
    .addHelpText(
      'after',
      `
Examples:
  $ communique records list --party NATO --type exercise
  $ communique records export --format csv --since 2026-01-01 --out records.csv`,
    );
  withFilters(records.command('list').description('newest first'))
    .option('--limit <n>', 'how many', positive, 50)
    .option('--json', 'print JSON')
    .action(({ limit, json, ...filter }: RecordFilter & { limit: number; json?: boolean }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const page = await listRecords(stores.db, filter, { limit });
        if (json) return printJson(page.records);
        printRecords(page.records);
        if (page.nextCursor) print(`… and more; --limit shows them, "records export" writes all`);
      }),
    );
  records
    .command('show <id>')
    .description('one record, whole (JSON)')
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, async ({ stores }) => {
        const record = await findRecord(stores.db, id);
        if (!record) throw new UsageError(`there is no record "${id}"`);
        printJson(record);
      }),
    );
  withFilters(records.command('export').description('all that match, to a file or standard output'))
    .addOption(new Option('--format <format>', 'jsonl or csv').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--out <file>', 'where to; standard output when not given')
    .action(({ format, out, ...filter }: RecordFilter & { format: string; out?: string }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const lines = format === 'csv' ? csv(everyRecord(stores.db, filter)) : jsonl(everyRecord(stores.db, filter));
        await pipe(lines, out ? createWriteStream(out) : process.stdout, { end: out !== undefined });
      }),
    );
}

/** Who did what when, with the passage that proves it. */
export function printRecords(records: readonly ShownRecord[]): void {
  printTable(
    ['date', 'type', 'status', 'parties', 'passage'],
    records.map((record) => [
      record.date.start ?? '',
      record.type,
      record.status,
      record.parties.map((party) => party.code).join(' '),
      cut((record.evidence[0]?.quote ?? '').replace(/\s+/g, ' '), 240),
    ]),
    [12, 16, 12, 20, 60],
  );
}

async function* jsonl(records: AsyncIterable<ShownRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

const COLUMNS: readonly [string, (record: ShownRecord) => string | number][] = [
  ['id', (record) => record.id],
  ['type', (record) => record.type],
  ['status', (record) => record.status],
  ['headline', (record) => String(record.headline)],
  ['date_start', (record) => record.date.start ?? ''],
  ['date_end', (record) => record.date.end ?? ''],
  ['date_precision', (record) => record.date.precision],
  ['parties', (record) => record.parties.map((party) => party.code).join(' ')],
  ['roles', (record) => record.parties.map((party) => `${party.code}:${party.role ?? ''}`).join(' ')],
  ['people', (record) => record.people.map((person) => person.name).join('; ')],
  ['programmes', (record) => record.programmes.map((programme) => programme.code).join(' ')],
  ['equipment', (record) => record.equipment.map((item) => item.name).join('; ')],
  ['exercise', (record) => record.exercise ?? ''],
  ['plover', (record) => record.plover],
  ['cameo', (record) => record.cameo],
  ['confidence', (record) => record.confidence],
  ['quote', (record) => record.evidence[0]?.quote ?? ''],
  ['article_title', (record) => record.article.title ?? ''],
  ['article_url', (record) => record.article.url],
  ['published_at', (record) => record.article.publishedAt ?? ''],
  ['outlet', (record) => record.article.outlet],
];

/** RFC 4180. A cell that a spreadsheet would run as a formula is given a leading apostrophe. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* csv(records: AsyncIterable<ShownRecord>): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  for await (const record of records) yield `${COLUMNS.map(([, read]) => cell(read(record))).join(',')}\r\n`;
}
