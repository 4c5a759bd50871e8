import type { Command } from 'commander';
import { articleCounts, ledgerCounts, recordCounts } from '../shared/db/status.js';
import { withSession } from './context.js';
import { print, printJson, printTable } from './output.js';

const STATES = ['waiting', 'active', 'delayed', 'failed', 'completed'];

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('articles by stage, the ledger of entries, queues and records')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique status
  $ communique status --json | jq .ledger`,
    )
    .action((options: { json?: boolean }, command: Command) =>
      withSession(command, async ({ stores: { db }, queues }) => {
        const ledger = await ledgerCounts(db);
        const waiting = (await articleCounts(db)).filter((row) => row.stage !== null);
        const records = await recordCounts(db);
        const jobs = await Promise.all(
          [...queues.all].map(async ([queue, one]) => ({ queue, jobs: await one.getJobCounts() })),
        );
        const entries = ledger.reduce((sum, row) => sum + row.count, 0);
        if (options.json) return printJson({ entries, ledger, waiting, queues: jobs, records });
        print(`${entries} entries seen`);
        printTable(
          ['outcome', 'reason', 'entries'],
          ledger.map((row) => [row.outcome, row.reason, row.count]),
        );
        printTable(
          ['queue', ...STATES],
          jobs.map((row) => [row.queue, ...STATES.map((state) => row.jobs[state] ?? 0)]),
        );
        printTable(
          ['record type', 'records'],
          records.map((row) => [row.type, row.count]),
        );
      }),
    );
}
