import { createHash, timingSafeEqual } from 'node:crypto';
import basicAuth from '@fastify/basic-auth';
import type { FastifyInstance } from 'fastify';
import ipaddr from 'ipaddr.js';
import { type Config, ConfigError } from '../shared/config.js';
import { CALLBACK_ROUTE } from './websub.js';

const isLoopback = (host: string): boolean =>
  host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');

/** The server does not open the dashboard to a network without a password. Throws `ConfigError`. */
export function refuseOpenDoor({ host, password }: Config['server']): void {
  if (password !== null || isLoopback(host)) return;
  throw new ConfigError(
    `server.host is ${host}, which others can reach, and there is no password. Set server.password ` +
      '(COMMUNIQUE_SERVER__PASSWORD) or listen on 127.0.0.1.',
  );
}

/** Compares in constant time, whatever the lengths. */
const same = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

const OPEN_PATHS = new Set(['/healthz', '/readyz']);
const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/**
 * Who may ask: with a password, whoever knows it; without one, only pages and programs of this machine. A foreign site
 * open in the operator's browser is neither: its requests carry its Origin, and DNS rebinding shows in the Host.
 */
export async function guard(app: FastifyInstance, settings: Config['server']): Promise<void> {
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', settings.host]);
  if (settings.publicUrl) hosts.add(new URL(settings.publicUrl).hostname);
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host } = request.headers;
    const hostName = host && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
    if (settings.password === null && !hosts.has(hostName)) {
      return reply.code(421).send({ error: `this server does not answer to the name "${hostName}"` });
    }
    const foreign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
    if (foreign && !hosts.has(URL.canParse(origin) ? new URL(origin).hostname : '') && request.method !== 'GET') {
      return reply.code(403).send({ error: `requests from pages of ${origin} are not taken` });
    }
  });
  const { password, username } = settings;
  if (password === null) return;
  await app.register(basicAuth, {
    authenticate: { realm: 'Communique' },
    validate: async (name, given) => {
      if (!same(name, username) || !same(given, password)) throw new Error('unknown user name or wrong password');
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    // By the route that was found, not by how the address is written. It is there only with a public address.
    if (OPEN_PATHS.has(pathOf(request.url)) || request.routeOptions.url === CALLBACK_ROUTE) return;
    await new Promise<void>((resolve, reject) => {
      app.basicAuth(request, reply, (error) => (error ? reject(error) : resolve()));
    });
  });
}
