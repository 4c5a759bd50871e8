import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyError, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Redis } from 'ioredis';
import type { Queues } from '../queues/queues.js';
import type { Clock } from '../shared/clock.js';
import { type Config, ConfigError } from '../shared/config.js';
import { BadCursor } from '../shared/db/records.js';
import { BadSelection } from '../shared/db/reingest.js';
import type { Log } from '../shared/log.js';
import type { Metrics } from '../shared/metrics.js';
import type { Stores } from '../shared/stores.js';
import { codeVersion } from '../shared/version.js';
import { api } from './api.js';
import { dashboard } from './dashboard.js';
import { guard, refuseOpenDoor } from './guard.js';
import { health } from './health.js';
import { metricsPage } from './metrics.js';
import { websub } from './websub.js';

export interface ServerDeps {
  config: Config;
  log: Log;
  clock: Clock;
  stores: Stores;
  redis: Redis;
  queues: Queues;
  metrics: Metrics;
}

/** The HTTP server: API, dashboard, health and metrics. Throws `ConfigError` when it would stand open to a network. */
export async function startServer(deps: ServerDeps): Promise<{ url: string; close(): Promise<void> }> {
  const { config, log, stores, redis, queues, metrics, clock } = deps;
  refuseOpenDoor(config.server);
  const logger: FastifyBaseLogger = log.child({ room: 'server' });
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // Articles are asked for by their addresses too.
    routerOptions: { maxParamLength: 3000 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const theirs = error instanceof BadCursor || error instanceof BadSelection;
    const status = theirs ? 400 : (error.statusCode ?? 500);
    if (status >= 500) request.log.error({ err: error, url: request.url }, 'request failed');
    return reply
      .code(status)
      .send({ error: status >= 500 ? 'something went wrong; the log says what' : error.message });
  });
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ error: `there is nothing at ${request.url}` }));
  await app.register(swagger, {
    openapi: {
      info: { title: 'Communiqué', description: 'Who cooperates with whom in defence', version: codeVersion },
    },
    transform: jsonSchemaTransform,
  });
  await guard(app, config.server);
  health(app, { db: stores.db, redis });
  metricsPage(app, { db: stores.db, queues, metrics, clock });
  api(app, { db: stores.db, queues, clock });
  if (config.server.publicUrl !== null) {
    await websub(app, { db: stores.db, queues, clock, metrics, maxBytes: config.poll.maxBytes });
  }
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/queues'));
  await dashboard(app, queues);
  try {
    const url = await app.listen({ host: config.server.host, port: config.server.port });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new ConfigError(`port ${config.server.port} is in use; set server.port to another one, or to 0 for any`);
    }
    throw error;
  }
}
