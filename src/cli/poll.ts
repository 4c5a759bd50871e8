import type { Command } from 'commander';
import { systemClock } from '../shared/clock.js';
import { sourceStatus } from '../shared/db/status.js';
import { UsageError, withSession } from './context.js';
import { print } from './output.js';

export function pollCommand(program: Command): void {
  program
    .command('poll <source>')
    .description('poll a source now, outside its schedule; a running service does it')
    .addHelpText(
      'after',
      `
Example:
  $ communique poll azernews`,
    )
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, async ({ stores, queues }) => {
        const [source] = await sourceStatus(stores.db, systemClock.now(), id);
        if (!source) throw new UsageError(`there is no source "${id}"; see communique sources list`);
        if (!source.enabled) throw new UsageError(`the source "${id}" is off`);
        await queues.addPoll({ source: id }, `manual-${id}-${systemClock.now()}`);
        print(`${id} will be polled now`);
      }),
    );
}
