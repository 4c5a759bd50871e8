import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ArticleText } from '../../src/shared/model/article.js';
import { RecordType, Status } from '../../src/shared/model/record.js';

const GoldEvent = z.object({
  type: RecordType,
  status: Status,
  parties: z.array(z.string()),
  people: z.array(z.string()).optional(),
  date: z.object({ start: z.string().nullish() }),
  optional: z.boolean().optional(),
  headline: z.boolean().optional(),
  /** The passage that tells of the act, where the coder noted it. */
  quote: z.string().optional(),
});

/** One line of a gold file (the coding guide, section 5). */
const GoldLine = z.object({
  id: z.string(),
  title: z.string().nullish(),
  text: z.string(),
  date: z.string().nullish(),
  outlet: z.string().nullish(),
  relevant: z.boolean().optional(),
  certainty: z.string().nullish(),
  events: z.array(GoldEvent).optional(),
});
export type GoldLine = z.infer<typeof GoldLine>;
export type GoldEvent = z.infer<typeof GoldEvent>;

/** Reads gold files. Throws an Error naming the file and the line that is not as it should be. */
export function readGold(paths: readonly string[]): GoldLine[] {
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        if (line.trim() === '') return [];
        const result = GoldLine.safeParse(JSON.parse(line));
        if (!result.success) throw new Error(`${path}:${index + 1}: ${result.error.issues[0]?.message ?? 'bad line'}`);
        return [result.data];
      }),
  );
}

export const articleOf = (line: GoldLine): ArticleText => ({
  title: line.title ?? '',
  text: line.text,
  date: line.date ?? null,
  language: 'en',
  outlet: line.outlet ?? null,
  outletCountry: null,
});

/** Which third of the data an article belongs to, by a hash of its id; part 0 is set aside as validation. */
export const partOf = (id: string, parts = 3): number =>
  Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 8), 16) % parts;

/** How well a record fits a gold event, as score/records.py counts it; 0 when it does not match. */
export function fitness(
  event: GoldEvent,
  type: string,
  parties: Iterable<string>,
  start: string | null,
  status?: string,
): number {
  if (event.type !== type) return 0;
  const mine = new Set(parties);
  const gold = new Set(event.parties);
  const both = [...gold].filter((party) => mine.has(party)).length;
  const jaccard = both / Math.max(1, mine.size + gold.size - both);
  if (jaccard < 0.5) return 0;
  const goldYear = event.date.start?.slice(0, 4) ?? '';
  const year = start?.slice(0, 4) ?? '';
  if (goldYear !== '' && year !== '' && goldYear !== year) return 0;
  return jaccard + (goldYear === year ? 0.1 : 0) + (event.status === status ? 0.05 : 0);
}

/** One-to-one matching, best first: index of the event of each record, or -1. */
export function matchEvents(
  events: readonly GoldEvent[],
  records: readonly { type: string; parties: Iterable<string>; start: string | null; status: string }[],
): number[] {
  const pairs = events.flatMap((event, e) =>
    records.map((record, r) => ({
      e,
      r,
      score: fitness(event, record.type, record.parties, record.start, record.status),
    })),
  );
  pairs.sort((a, b) => b.score - a.score || a.e - b.e || a.r - b.r);
  const taken = new Set<number>();
  const result = records.map(() => -1);
  for (const { e, r, score } of pairs) {
    if (score <= 0 || taken.has(e) || result[r] !== -1) continue;
    taken.add(e);
    result[r] = e;
  }
  return result;
}

/** The event of a type that a coder found in the passage from `start` to `end`; of several the one with most of the parties. */
export function eventQuoted(
  { text, events = [] }: GoldLine,
  type: string,
  { start, end }: { start: number; end: number },
  parties: readonly string[],
): GoldEvent | undefined {
  const shared = (event: GoldEvent) => event.parties.filter((party) => parties.includes(party)).length;
  return events
    .filter((event) => {
      if (event.type !== type || event.quote === undefined) return false;
      const at = text.indexOf(event.quote);
      return at < end && at + event.quote.length > start;
    })
    .reduce<GoldEvent | undefined>((best, event) => (best && shared(best) >= shared(event) ? best : event), undefined);
}
