import { fastifySwagger } from '@fastify/swagger';
import { type FastifyReply, fastify } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Access } from '../access/access.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Authority } from './authority.ts';
import { Changes } from './changes.ts';
import { createGuard, nobody, openPath, type Session } from './guard.ts';
import { OpenStreams } from './open-streams.ts';
import { fromFramework, statusOf, toProblem } from './problems.ts';
import { rightOf } from './rights.ts';
import { addAccessRoutes } from './routes/access.ts';
import { addActionRoutes } from './routes/actions.ts';
import { addPastRoutes } from './routes/past.ts';
import { addReadRoutes } from './routes/reads.ts';
import { addStreamRoutes } from './routes/streams.ts';
import { addTelemetryRoutes } from './routes/telemetry.ts';
import { addTimelineRoutes } from './routes/timeline.ts';
import { Rows } from './rows.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session;
  }
}

export type ApiEnv = Pick<Env, 'clock' | 'log' | 'random' | 'timers'>;

export interface ApiOptions {
  env: ApiEnv;
  operator: Operator;
  /** Where it listens: decides which `Host` headers are answered. */
  host: string;
  /** The operator's own token, with which one is `admin`. */
  token: string;
  access: Access;
  /** Where its own requests are counted. */
  metrics?: Metrics;
}

const limits = { body: 64 * 1024 };

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The bare web server: limits, no routes. */
function createServer() {
  return fastify({
    bodyLimit: limits.body,
    // Heads and bodies that trickle in hold a connection this long and no longer.
    requestTimeout: 15_000,
    connectionTimeout: 0,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_048 },
    exposeHeadRoutes: false,
    // Before there is a route: an address that cannot be decoded.
    frameworkErrors: (error, _, reply: FastifyReply) => {
      const known = fromFramework(error, limits);
      void reply.headers(securityHeaders).code(statusOf(known)).type('application/json').send(toProblem(known));
    },
  })
    .setValidatorCompiler(validatorCompiler)
    .setSerializerCompiler(serializerCompiler)
    .withTypeProvider<ZodTypeProvider>();
}

export type ApiServer = ReturnType<typeof createServer>;

/** The API of one operator, not yet listening. */
export async function createApi({ env, operator, host, token, access, metrics }: ApiOptions): Promise<ApiServer> {
  const server = createServer();
  const rows = new Rows(operator);
  const changes = new Changes(operator);
  const streams = new OpenStreams(access, env.timers);
  const authority = new Authority(access, operator);
  const guard = createGuard(token, access, host);
  server.server.maxConnections = 1_024;
  server.addHook('onClose', async () => {
    for (const one of [rows, changes, streams]) one.close();
  });
  server.decorateRequest('session');
  server.removeContentTypeParser('text/plain');

  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    request.session = nobody;
    request.session = guard({ url: request.url, headers: request.headers });
  });
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) rightOf(one, url);
  });
  server.addHook('preHandler', async request => {
    const { method, routeOptions, session, params, query, body } = request;
    if (request.is404) return;
    authority.authorize(session.subject, rightOf(method, routeOptions.url ?? ''), {
      params: mapping(params),
      query: mapping(query),
      body: mapping(body),
    });
  });
  server.setErrorHandler((error, request, reply) => {
    const known = fromFramework(error, limits);
    if (known.fault === 'internal') {
      env.log.error('A request to the API failed', { route: request.routeOptions.url ?? '', reason: known.message });
    }
    if (known.code === 'API_UNAUTHORIZED') reply.header('www-authenticate', 'Bearer');
    return reply.code(statusOf(known)).type('application/json').serializer(JSON.stringify).send(toProblem(known));
  });
  server.setNotFoundHandler(request => {
    throw failure('API_ROUTE_NOT_FOUND', { method: request.method });
  });

  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: '1',
        description: 'What people and programs may ask of one running operator.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });

  server.get(openPath, { schema: { hide: true } }, async (_, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/api/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  addTelemetryRoutes(server, operator, metrics);
  addPastRoutes(server, operator, authority, env.timers);
  addTimelineRoutes(server, operator, authority, env.timers);
  addReadRoutes(server, operator, rows, authority, env.timers);
  addActionRoutes(server, operator, env.timers);
  addStreamRoutes(server, { operator, rows, changes, streams, access, authority, timers: env.timers });
  addAccessRoutes(server, access, authority);
  return server;
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
