import { z } from 'zod';

/** A CloudEvents 1.0 envelope in JSON (https://github.com/cloudevents/spec): one change of one record. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  /** Stable: the same change of the same record has the same id however often it is delivered. */
  id: z.string(),
  source: z.string(),
  type: z.enum(['communique.record.created', 'communique.record.changed', 'communique.record.withdrawn']),
  /** The record's id. */
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    /** Goes up with each change of the record. */
    revision: z.number().int(),
    codeVersion: z.string(),
    rulesVersion: z.string(),
    article: z.object({
      id: z.string(),
      url: z.string(),
      source: z.string(),
      title: z.string().nullable(),
      publishedAt: z.string().nullable(),
    }),
    /** The record as it is now; null when it was withdrawn. */
    record: z.unknown(),
  }),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

export interface RecordChange {
  change: 'created' | 'changed' | 'withdrawn';
  recordId: string;
  revision: number;
  /** The run of the article that made the change: a record changes at most once in a run. */
  run: number;
  source: string;
  time: Date;
  article: CloudEvent['data']['article'];
  record: unknown;
  codeVersion: string;
  rulesVersion: string;
}

/** The event that tells a change of a record. */
export const recordEvent = (change: RecordChange): CloudEvent => ({
  specversion: '1.0',
  id: `${change.recordId}.${change.run}`,
  source: change.source,
  type: `communique.record.${change.change}`,
  subject: change.recordId,
  time: change.time.toISOString(),
  datacontenttype: 'application/json',
  data: {
    revision: change.revision,
    codeVersion: change.codeVersion,
    rulesVersion: change.rulesVersion,
    article: change.article,
    record: change.record,
  },
});
