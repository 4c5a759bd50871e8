import type { Command } from 'commander';
import { systemClock } from '../../shared/clock.js';
import { sourceStatus } from '../../shared/db/status.js';
import { type Session, UsageError, withSession } from '../context.js';
import { print } from '../output.js';

export function removeCommand(sources: Command): void {
  sources
    .command('remove <id>')
    .description('stop polling a source; its articles and records stay')
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, (session) => remove(id, session)),
    );
}

async function remove(id: string, { stores, queues }: Session): Promise<void> {
  const [row] = await sourceStatus(stores.db, systemClock.now(), id);
  if (!row) throw new UsageError(`there is no source "${id}"; see communique sources list`);
  await stores.db.updateTable('sources').where('id', '=', id).set({ enabled: false }).execute();
  await queues.dropPoll({ source: id, atMs: Date.parse(row.nextPollAt) });
  const note = row.origin === 'yaml' ? '; take it out of the YAML too, or the next start adds it again' : '';
  print(`${id} is not polled any more${note}`);
}
