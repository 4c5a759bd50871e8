import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { Queues } from '../queues/queues.js';

/** bull-board under /queues: every queue in the order of the pipeline, jobs to look at, retry and clean. */
export async function dashboard(app: FastifyInstance, queues: Queues): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath('/queues');
  createBullBoard({
    queues: [...queues.all.values()].map((queue) => new BullMQAdapter(queue)),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Communiqué' } },
  });
  await app.register(serverAdapter.registerPlugin(), { prefix: '/queues' });
}
