import type { Command } from 'commander';
import { ROLES, type Role, startService } from '../main.js';
import { resolveFile } from '../shared/config.js';
import { createLog } from '../shared/log.js';
import { readSources } from '../shared/source-list.js';
import { stageNames } from '../workers/pipeline.js';
import { configOf, UsageError } from './context.js';

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const isRole = (name: string): name is Role => ROLES.some((role) => role === name);

export function startCommand(program: Command): void {
  program
    .command('start')
    .description('run the service until SIGTERM or SIGINT')
    .option('--roles <list>', `roles of this process: ${ROLES.join(', ')}`, list, [...ROLES])
    .option('--stages <list>', `stages that its workers do: ${stageNames.join(', ')}`, list)
    .addHelpText(
      'after',
      `
Examples:
  $ communique start                                        everything in one process
  $ communique start --roles scheduler,server               the one that plans and shows
  $ communique start --roles workers --stages clean,extract a worker for CPU stages, as many as you like`,
    )
    .action(async (options: { roles: string[]; stages?: string[] }, command: Command) => {
      const roles = options.roles.filter(isRole);
      const wrong = options.roles.find((name) => !isRole(name));
      if (wrong !== undefined) throw new UsageError(`there is no role "${wrong}"; the roles are ${ROLES.join(', ')}`);
      const config = configOf(command);
      const log = createLog(config.log.level);
      const sources = roles.includes('scheduler') ? readSources(resolveFile(config.sources, process.cwd())) : [];
      // Asked for first: a signal during start-up must not leave embedded stores behind.
      const signal = nextSignal();
      const service = await startService({
        config,
        log,
        roles,
        sources,
        ...(options.stages ? { stages: options.stages } : {}),
      });
      const ended = await Promise.race([signal, service.stores.lost]);
      if (ended === undefined) {
        log.fatal('the process that ran the embedded stores has ended; start again, or set REDIS_URL and DATABASE_URL');
        process.exit(1);
      }
      log.info({ signal: ended }, 'stopping');
      await service.stop();
      log.info('stopped');
    });
}

/** Resolves with the first SIGTERM or SIGINT. A later second one, or 24 s, end the process at once. */
export function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: NodeJS.Signals) => {
      // Ctrl-C under npm comes twice at once: from the terminal and from npm.
      if (askedAt !== undefined && performance.now() - askedAt > 1_000) process.exit(1);
      if (askedAt !== undefined) return;
      askedAt = performance.now();
      // Whatever hangs, the process is gone before an orchestrator would kill it; nothing is lost by that.
      setTimeout(() => process.exit(1), 24_000).unref();
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
