import type { Command } from 'commander';
import { reingest } from '../queues/reingest.js';
import { systemClock } from '../shared/clock.js';
import { dropDead, findDead, listDead } from '../shared/db/dead-letters.js';
import { REINGEST_STAGES } from '../shared/db/reingest.js';
import { positive, type Session, UsageError, withSession } from './context.js';
import { cut, print, printJson, printTable } from './output.js';

const ALL = 1_000_000;

export function deadCommand(program: Command): void {
  const dead = program
    .command('dead')
    .description('articles that failed for good')
    .addHelpText(
      'after',
      `
Examples:
  $ communique dead list
  $ communique dead retry a63c55c5644dffc9b9a8a
  $ communique dead drop --all`,
    );
  dead
    .command('list')
    .description('newest first')
    .option('--limit <n>', 'how many', positive, 50)
    .option('--json', 'print JSON')
    .action((options: { limit: number; json?: boolean }, command: Command) =>
      withSession(command, async ({ stores }) => {
        const letters = await listDead(stores.db, options.limit);
        if (options.json) return printJson(letters);
        printTable(
          ['article', 'stage', 'code', 'attempts', 'url'],
          letters.map((one) => [one.article, one.stage, one.code, one.attempts, cut(one.url, 60)]),
        );
      }),
    );
  dead
    .command('show <article>')
    .description('why an article failed (JSON)')
    .action((article: string, _options: unknown, command: Command) =>
      withSession(command, async ({ stores }) => printJson(await mustFind(stores, article))),
    );
  dead
    .command('retry [articles...]')
    .description('try again from the stage that failed')
    .option('--all', 'every dead letter')
    .action((articles: string[], options: { all?: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const letters = await chosen(session, articles, options.all === true);
        const deps = { db: session.stores.db, queues: session.queues, clock: systemClock };
        for (const { article, stage } of letters) {
          // What fails in store is extracted anew: the last stage has nothing of its own to begin with.
          const from = REINGEST_STAGES.includes(stage) ? stage : 'extract';
          await reingest(deps, { article }, { from, dryRun: false });
        }
        print(`${letters.length} tried again`);
      }),
    );
  dead
    .command('drop [articles...]')
    .description('take off the list; the articles keep their outcome "failed"')
    .option('--all', 'every dead letter')
    .action((articles: string[], options: { all?: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const letters = await chosen(session, articles, options.all === true);
        const ids = letters.map((one) => one.article);
        print(`${ids.length === 0 ? 0 : await dropDead(session.stores.db, ids)} dropped`);
      }),
    );
}

async function mustFind(stores: Session['stores'], article: string) {
  const letter = await findDead(stores.db, article);
  if (!letter) throw new UsageError(`there is no dead letter of article "${article}"; see communique dead list`);
  return letter;
}

/** All letters, or those named; every name is checked before anything is done. */
async function chosen({ stores }: Session, articles: string[], all: boolean) {
  if (all === articles.length > 0) throw new UsageError('name articles, or give --all');
  return all ? listDead(stores.db, ALL) : Promise.all(articles.map((article) => mustFind(stores, article)));
}
