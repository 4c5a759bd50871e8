import { z } from 'zod';

/** An event as a coder wrote it down. Codes are those of the records: ISO 3166-1 alpha-3, organisations, programmes. */
export const GoldEvent = z.object({
  type: z.string(),
  status: z.string().nullish(),
  date: z.object({ start: z.string().nullish() }).nullish(),
  parties: z.array(z.string()).default([]),
  people: z.array(z.string()).nullish(),
  programmes: z.array(z.string()).nullish(),
  /** Right when it is found, not wrong when it is not. */
  optional: z.boolean().nullish(),
});

/** A coded article. Without `events` it counts for relevance only, without `relevant` for events only. */
export const GoldArticle = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  url: z.string().nullish(),
  outlet: z.string().nullish(),
  language: z.string().nullish(),
  date: z.string().nullish(),
  title: z.string().nullish(),
  text: z.string(),
  relevant: z.boolean().optional(),
  /** `marginal` articles do not count for relevance: coders disagree about them. */
  certainty: z.string().nullish(),
  events: z.array(GoldEvent).optional(),
});

export type GoldEvent = z.infer<typeof GoldEvent>;
export type GoldArticle = z.infer<typeof GoldArticle>;
