import { z } from 'zod';

/** What a job carries: ids, never bodies (under 1 KB). PostgreSQL has the rest. */
export const ArticleMessage = z.object({
  article: z.string(),
  run: z.int(),
  /** Id of the source that brought it, for the log and the dashboard. */
  source: z.string(),
});
/**
 * `at`: the planned time (epoch ms); a poll outside the schedule has none. `delivery`: id of a document that a hub
 * delivered, to be read in place of asking the source.
 */
export const PollMessage = z.object({ source: z.string(), at: z.int().optional(), delivery: z.string().optional() });

export type ArticleMessage = z.infer<typeof ArticleMessage>;
export type PollMessage = z.infer<typeof PollMessage>;

/** One job per article and run in a queue; a re-ingestion is a new run and so a new job, whatever is kept of old ones. */
export const articleJobId = ({ article, run }: Pick<ArticleMessage, 'article' | 'run'>): string => `${article}-${run}`;

/** One job for each time at which a source is due. */
export const pollJobId = (source: string, atMs: number): string => `${source}-${atMs}`;

export const deliveryJobId = (delivery: string): string => `delivery-${delivery}`;
