import type { Command } from 'commander';
import { addCommand } from './add.js';
import { listCommand } from './list.js';
import { removeCommand } from './remove.js';
import { testCommand } from './test.js';
import { exportCommand, importCommand } from './transfer.js';

export function sourcesCommand(program: Command): void {
  const sources = program
    .command('sources')
    .description('the feeds, sitemaps and pages that are polled')
    .addHelpText(
      'after',
      `
Examples:
  $ communique sources list
  $ communique sources add https://example.org/ --country GBR
  $ communique sources test https://example.org/rss.xml
  $ communique sources remove example`,
    );
  for (const add of [listCommand, addCommand, removeCommand, importCommand, exportCommand, testCommand]) add(sources);
}
