import { type Command, Option } from 'commander';
import { type Reingestion, reingest } from '../queues/reingest.js';
import { systemClock } from '../shared/clock.js';
import { type Progress, progressOf, REINGEST_STAGES, type Selection } from '../shared/db/reingest.js';
import { Outcome } from '../shared/model/settlement.js';
import { day, type Session, UsageError, withSession } from './context.js';
import { print, printJson } from './output.js';

interface Options extends Selection {
  from: string;
  dryRun?: boolean;
  wait?: boolean;
  json?: boolean;
}

export function reingestCommand(program: Command): void {
  program
    .command('reingest')
    .description('read articles again from a stage on; works beside a running service and on finished articles')
    .option('--article <id>', 'one article by its id')
    .option('--url <url>', 'one article by its address')
    .option('--source <id>', 'articles of a source')
    .option('--since <day>', 'first seen on this day or later', day)
    .option('--until <day>', 'first seen on this day or earlier', day)
    .addOption(new Option('--outcome <outcome>', 'articles that ended so').choices(Outcome.options))
    .addOption(new Option('--from <stage>', 'stage to begin at').choices(REINGEST_STAGES).makeOptionMandatory())
    .option('--dry-run', 'only say how many articles it would touch')
    .option('--wait', 'wait until they are through, then say what changed in the records')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ communique reingest --url https://example.org/a-visit --from fetch --wait
  $ communique reingest --outcome irrelevant --since 2026-01-01 --from classify --dry-run`,
    )
    .action((options: Options, command: Command) => withSession(command, (session) => run(options, session)));
}

async function run(options: Options, { stores, queues }: Session): Promise<void> {
  const { from, dryRun = false, wait = false, json = false } = options;
  const { article, url, source, since, until, outcome } = options;
  const selection = { article, url, source, since, until, outcome };
  if (Object.values(selection).every((value) => value === undefined)) {
    throw new UsageError('say which articles: --article, --url, --source, --since and --until, or --outcome');
  }
  const started = await reingest({ db: stores.db, queues, clock: systemClock }, selection, { from, dryRun });
  if (!json) tell(started, from, dryRun);
  if (dryRun || !wait || started.runs.length === 0) {
    if (json) printJson({ articles: started.selected, earlier: started.earlier, dryRun });
    return;
  }
  const progress = await waitFor(started, stores, json);
  if (json) return printJson({ articles: started.selected, earlier: started.earlier, dryRun, ...progress });
  const outcomes = Object.entries(progress.outcomes).map(([name, count]) => `${count} ${name}`);
  print(`done: ${outcomes.join(', ')}`);
  print(`records: ${progress.created} new, ${progress.changed} changed, ${progress.withdrawn} withdrawn`);
}

function tell({ selected, earlier }: Reingestion, from: string, dryRun: boolean): void {
  const lacking = earlier > 0 ? `; ${earlier} of them at an earlier stage, since what ${from} needs is not kept` : '';
  print(
    `${selected} article${selected === 1 ? '' : 's'} ${dryRun ? 'would begin' : 'begin'} again at ${from}${lacking}`,
  );
}

async function waitFor({ runs }: Reingestion, stores: Session['stores'], quiet: boolean): Promise<Progress> {
  for (let shown = -1; ; ) {
    const progress = await progressOf(stores.db, runs);
    if (!quiet && progress.ended !== shown) print(`${progress.ended} of ${runs.length} through`);
    shown = progress.ended;
    if (progress.ended >= runs.length) return progress;
    await systemClock.sleep(300);
  }
}
