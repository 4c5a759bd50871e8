import { z } from 'zod';
import { ExtractedRecord } from './record.js';

export const Outcome = z.enum(['stored', 'irrelevant', 'duplicate', 'skipped', 'failed']);

/** A record with its id: the same act in the same article has the same id however often it is extracted. */
export const IdentifiedRecord = ExtractedRecord.extend({ id: z.string() });

/** How an article ends, from whichever stage. */
export const Settlement = z.object({
  outcome: Outcome,
  /** A code of the table of failures, or for `stored` whether there were records. */
  reason: z.string(),
  detail: z.string().nullable(),
  duplicateOf: z.string().nullable(),
  /** What the page says of itself; null where it was not read. */
  facts: z
    .object({ title: z.string().nullable(), publishedAt: z.string().nullable(), language: z.string() })
    .nullable(),
  /** The records in force from now on; null leaves those of an earlier run as they are. */
  records: z.object({ rules: z.string(), list: z.array(IdentifiedRecord) }).nullable(),
});

export type Outcome = z.infer<typeof Outcome>;
export type IdentifiedRecord = z.infer<typeof IdentifiedRecord>;
export type Settlement = z.infer<typeof Settlement>;
