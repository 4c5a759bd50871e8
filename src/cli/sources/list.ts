import type { Command } from 'commander';
import { systemClock } from '../../shared/clock.js';
import { sourceStatus } from '../../shared/db/status.js';
import { withSession } from '../context.js';
import { cut, print, printJson, printTable } from '../output.js';

export function listCommand(sources: Command): void {
  sources
    .command('list')
    .description('every source with what came of it')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const rows = await sourceStatus(stores.db, systemClock.now());
        if (options.json) return printJson(rows);
        if (rows.length === 0)
          print('There are no sources in the database yet; `communique start` reads them from the YAML.');
        printTable(
          ['id', 'outlet', 'last polled', 'next', 'entries', 'records', 'state'],
          rows.map((row) => [
            row.id,
            cut(row.outlet, 30),
            row.lastPolledAt?.slice(0, 16) ?? 'never',
            row.state === 'off' || row.state === 'muted' ? '' : row.nextPollAt.slice(0, 16),
            row.entries,
            row.records,
            cut([row.state, row.detail].filter(Boolean).join(': '), 60),
          ]),
        );
      }),
    );
}
