import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Evaluation, Fault } from './score.js';

const share = z.number().nullable();
const rates = z.object({ precision: z.number(), recall: z.number(), f1: z.number() }).nullable();

/** What is kept of a run, to compare the next one with. */
export const SavedRun = z.object({
  at: z.iso.datetime(),
  code: z.string(),
  engine: z.string(),
  relevance: rates,
  events: rates,
  fields: z.record(z.string(), share),
  faults: z.array(z.string()),
});
export type SavedRun = z.infer<typeof SavedRun>;

/** A run belongs to the coded articles it was made on, by their content, whatever the file is called. */
export const runFile = (dataDir: string, gold: string): string =>
  join(dataDir, 'eval', `${createHash('sha256').update(gold).digest('hex').slice(0, 16)}.json`);

export function savedRun({ figures, faults }: Evaluation, run: { at: string; code: string; engine: string }): SavedRun {
  const { relevance, events, fields } = figures;
  return { ...run, relevance, events, fields, faults: faults.map(faultKey) };
}

/** Names a fault so that it is known again in the next run. */
export const faultKey = ({ fault, article, type, parties, start }: Fault): string =>
  `${fault} ${article} ${type} ${parties.join('+')} ${start ?? '?'}`;

/** The last run on the same articles; undefined when there is none that can be read. */
export function loadRun(file: string): SavedRun | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return SavedRun.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function saveRun(file: string, run: SavedRun): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
}
