import { z } from 'zod';

/** What polling has learned of a source's rhythm. Times are epoch milliseconds. */
export const Pace = z.object({
  /** New entries by hour of the week (UTC, from Monday 00:00), old ones fading. */
  hours: z.array(z.number().min(0)).length(168),
  /** Weeks of watching, fading in the same way: `hours` over `weeks` is a rate. */
  weeks: z.number().min(0),
  /** Until when the two are counted. */
  countedTo: z.number(),
  /** When the newest entry came out, as far as is known. */
  newestAt: z.number().nullable(),
  /** Seconds between the last entries that came out one after the other. */
  gaps: z.array(z.number().min(0)),
  /** Share of the feed's entries that were known at the last read: at 0 some may have been missed. */
  knownShare: z.number().min(0).max(1),
});
export type Pace = z.infer<typeof Pace>;

/** A feed has stopped when nothing came for this many of its usual gaps. */
const STALE_GAPS = 5;

/**
 * Has the feed stopped? Five usual gaps without an entry, where a weekend that it always takes off is not counted as
 * silence: the longest of the last gaps and half as much again must have passed too.
 */
export function isStale(pace: Pace, nowMs: number): boolean {
  if (pace.newestAt === null || pace.gaps.length < 3) return false;
  const mean = pace.gaps.reduce((sum, gap) => sum + gap, 0) / pace.gaps.length;
  const silent = (nowMs - pace.newestAt) / 1000;
  return silent > STALE_GAPS * mean && silent > 1.5 * Math.max(...pace.gaps);
}
