#!/usr/bin/env node
import { Command } from 'commander';
import { codeVersion } from '../shared/version.js';
import { explain } from './context.js';

/** Every command with its module. Only what is asked for is loaded: a help text need not wait for a server. */
const COMMANDS: Record<string, () => Promise<(program: Command) => void>> = {
  start: async () => (await import('./start.js')).startCommand,
  demo: async () => (await import('./demo.js')).demoCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  status: async () => (await import('./status.js')).statusCommand,
  sources: async () => (await import('./sources/index.js')).sourcesCommand,
  poll: async () => (await import('./poll.js')).pollCommand,
  reingest: async () => (await import('./reingest.js')).reingestCommand,
  dead: async () => (await import('./dead.js')).deadCommand,
  records: async () => (await import('./records.js')).recordsCommand,
  articles: async () => (await import('./articles.js')).articlesCommand,
  inspect: async () => (await import('./inspect.js')).inspectCommand,
  eval: async () => (await import('./eval.js')).evalCommand,
  feed: async () => (await import('./feed.js')).feedCommand,
};

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

const asked = Object.keys(COMMANDS).filter((name) => process.argv.includes(name));
for (const [name, load] of Object.entries(COMMANDS)) {
  if (asked.length === 0 || asked.includes(name)) (await load())(program);
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
