#!/usr/bin/env node
import { Command } from 'commander';
import { codeVersion } from '../shared/version.js';
import { articlesCommand } from './articles.js';
import { explain } from './context.js';
import { deadCommand } from './dead.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { evalCommand } from './eval.js';
import { feedCommand } from './feed.js';
import { inspectCommand } from './inspect.js';
import { pollCommand } from './poll.js';
import { recordsCommand } from './records.js';
import { reingestCommand } from './reingest.js';
import { sourcesCommand } from './sources/index.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';

const program = new Command('communique')
  .description("Reads the world's defence news and writes down who cooperates with whom.")
  .version(codeVersion)
  .option('-c, --config <file>', 'YAML file with settings; communique.yaml where it exists')
  .option(
    '--set <name=value>',
    'one setting, such as server.port=4000; may be repeated',
    (pair, before: string[]) => [...before, pair],
    [],
  )
  .showHelpAfterError('(--help shows what there is)');

for (const add of [
  startCommand,
  demoCommand,
  doctorCommand,
  statusCommand,
  sourcesCommand,
  pollCommand,
  reingestCommand,
  deadCommand,
  recordsCommand,
  articlesCommand,
  inspectCommand,
  evalCommand,
  feedCommand,
]) {
  add(program);
}

// A reader that has enough (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  const { message, exitCode } = explain(error);
  process.stderr.write(`communique: ${message}\n`);
  process.exitCode = exitCode;
}
