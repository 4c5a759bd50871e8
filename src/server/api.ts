import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Queues } from '../queues/queues.js';
import { reingest } from '../queues/reingest.js';
import type { Clock } from '../shared/clock.js';
import { findRecord, listRecords, RecordFilter, ShownRecord } from '../shared/db/records.js';
import { REINGEST_STAGES, resolveArticle } from '../shared/db/reingest.js';
import type { Db } from '../shared/db/schema.js';
import { showArticle, sourceStatus } from '../shared/db/status.js';
import { Outcome } from '../shared/model/settlement.js';

/** PostgreSQL takes no NUL, so neither does the API. */
const asked = z.string().regex(/^[^\0]*$/, 'NUL is not allowed');

const Problem = z.object({ error: z.string() });
const IdParams = z.object({ id: asked.min(1).max(2000) });

const ReingestBody = z
  .strictObject({
    article: asked.optional(),
    url: z.url().optional(),
    source: asked.optional(),
    since: z.iso.date().optional(),
    until: z.iso.date().optional(),
    outcome: Outcome.optional(),
    from: z.enum(REINGEST_STAGES).default('fetch'),
    dryRun: z.boolean().default(false),
  })
  .describe('Which articles to read again, and the stage to begin at');

/** The JSON API under /api; its OpenAPI document is made from the schemas here. */
export function api(plain: FastifyInstance, deps: { db: Db; queues: Queues; clock: Clock }): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { db } = deps;
  app.get(
    '/api/records',
    {
      schema: {
        summary: 'Records, newest first',
        querystring: RecordFilter.extend({
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: asked.optional().describe('nextCursor of the page before'),
        }).strict(),
        response: {
          200: z.object({ records: z.array(ShownRecord), nextCursor: z.string().nullable() }),
          400: Problem,
        },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => listRecords(db, filter, { limit, cursor }),
  );
  app.get(
    '/api/records/:id',
    { schema: { summary: 'One record', params: IdParams, response: { 200: ShownRecord, 404: Problem } } },
    async ({ params: { id } }, reply) =>
      (await findRecord(db, id)) ?? reply.code(404).send({ error: `there is no record "${id}"` }),
  );
  app.get(
    '/api/articles/:id',
    { schema: { summary: 'One article, by id or (encoded) URL: where it is and why it ended so', params: IdParams } },
    async ({ params: { id } }, reply) => {
      const known = await resolveArticle(db, id);
      const article = known && (await showArticle(db, known));
      return article ?? reply.code(404).send({ error: `there is no article "${id}"` });
    },
  );
  app.get('/api/sources', { schema: { summary: 'Sources with what came of them' } }, async () => ({
    sources: await sourceStatus(db, deps.clock.now()),
  }));
  app.post(
    '/api/reingest',
    {
      schema: {
        summary: 'Read articles again from a stage on',
        body: ReingestBody,
        response: {
          202: z.object({
            articles: z.number(),
            earlier: z.number().describe('Of those, begin at an earlier stage: what the stage needs is not kept'),
            dryRun: z.boolean(),
          }),
          400: Problem,
        },
      },
    },
    async ({ body: { from, dryRun, ...selection } }, reply) => {
      const planned = await reingest(deps, selection, { from, dryRun });
      return reply.code(202).send({ articles: planned.selected, earlier: planned.earlier, dryRun });
    },
  );
}
