import type { Clock } from '../shared/clock.js';
import { restart, type Selection, selectArticles } from '../shared/db/reingest.js';
import type { Db } from '../shared/db/schema.js';
import type { Queues } from './queues.js';

export interface Reingestion {
  selected: number;
  /** Of those, the ones that begin at an earlier stage because what the stage asked for needs is not kept. */
  earlier: number;
  /** What was started; empty in a dry run. */
  runs: { id: string; run: number }[];
}

const CHUNK = 500;

/** Reads a selection of articles again from a stage on, finished or not. Throws `BadSelection` before anything happens. */
export async function reingest(
  { db, queues, clock }: { db: Db; queues: Queues; clock: Clock },
  selection: Selection,
  { from, dryRun }: { from: string; dryRun: boolean },
): Promise<Reingestion> {
  const selected = await selectArticles(db, selection, from);
  const earlier = selected.filter((one) => one.from !== from).length;
  const runs: { id: string; run: number }[] = [];
  for (let at = 0; at < selected.length && !dryRun; at += CHUNK) {
    const started = await restart(db, selected.slice(at, at + CHUNK), new Date(clock.now()));
    runs.push(...started.map(({ id, run }) => ({ id, run })));
    for (const stage of new Set(started.map((one) => one.from))) {
      const messages = started
        .filter((one) => one.from === stage)
        .map(({ id, run, source }) => ({ article: id, run, source }));
      await queues.addArticles(stage, messages);
    }
  }
  return { selected: selected.length, earlier, runs };
}
