import { z } from 'zod';
import { RecordType, Status } from '../../../shared/model/record.js';

/** One act as a language model tells it. Nothing of it is believed before it was found in the text. */
export const ToldAct = z.object({
  type: RecordType,
  status: Status,
  /** The passage that tells of the act, verbatim. */
  quote: z.string(),
  /** Names as the passage or the article writes them. */
  parties: z.array(z.object({ name: z.string() })),
  people: z.array(z.object({ name: z.string() })),
  /** The words that say when, verbatim: "on Tuesday", "in March 2024". */
  when: z.string().nullable(),
});
export type ToldAct = z.infer<typeof ToldAct>;

export const Answer = z.object({ acts: z.array(ToldAct).max(60) });
export type Answer = z.infer<typeof Answer>;
