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
import { nothingWritten, type WrittenConfig } from '../config/written.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/tracing/tracer.ts';
import { addAdmission } from './admission.ts';
import { Authority } from './authority.ts';
import { Changes } from './changes.ts';
import { addCompression } from './compression.ts';
import { openPath } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { OpenStreams } from './open-streams.ts';
import { fromFramework, statusOf, toProblem } from './problems.ts';
import { addAccessRoutes } from './routes/access.ts';
import { addAccountRoutes } from './routes/accounts.ts';
import { addActionRoutes } from './routes/actions.ts';
import { addCommandLineRoutes } from './routes/command-line.ts';
import { addDetailRoutes } from './routes/details.ts';
import { addDriftRoutes } from './routes/drift.ts';
import { addListRoutes } from './routes/list.ts';
import { addLoginRoutes } from './routes/login.ts';
import { addOwnAccountRoutes } from './routes/own-account.ts';
import { addPastRoutes } from './routes/past.ts';
import { addPlaceRoutes } from './routes/places.ts';
import { addProviderRoutes } from './routes/provider.ts';
import { addReadRoutes } from './routes/reads.ts';
import { addSetupRoutes } from './routes/setup.ts';
import { addStreamRoutes } from './routes/streams.ts';
import { addTelemetryRoutes } from './routes/telemetry.ts';
import { addTimelineRoutes } from './routes/timeline.ts';
import { addWebRoutes } from './routes/web.ts';
import { Rows } from './rows.ts';
import { addTracing } from './tracing.ts';
import type { WebFiles } from './web-files.ts';

export type ApiEnv = Pick<Env, 'clock' | 'log' | 'random' | 'timers'>;

export interface ApiOptions {
  env: ApiEnv;
  operator: Operator;
  /** Where it listens: decides which `Host` headers are answered. */
  host: string;
  /** `https://holdfast.example`: what browsers call it. Default: whatever they called it by. */
  publicURL?: string | undefined;
  /** PEM. Without it, plain http. */
  tls?: { cert: string; key: string } | undefined;
  /** Addresses of proxies that are believed whom they speak for. */
  trustedProxies?: readonly string[];
  /** The operator's own token, with which one is `admin`. */
  token: string;
  access: Access;
  /** The operator's configuration as it is written, to be shown. */
  config?: WrittenConfig;
  /** The web UI, where it was built. */
  web?: WebFiles | undefined;
  /** Where its own requests are counted. */
  metrics?: Metrics;
  /** Where traces are asked for. */
  tracer?: Tracer | undefined;
}

const limits = { body: 64 * 1024 };

/** The bare web server: limits, no routes. */
export function createServer({ tls, trustedProxies = [] }: Pick<ApiOptions, 'tls' | 'trustedProxies'>) {
  // Heads and bodies that trickle in hold a connection this long and no longer.
  const http = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 1024 };
  return fastify({
    ...(tls === undefined ? { http } : { https: { ...http, ...tls } }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: limits.body,
    requestTimeout: 15_000,
    connectionTimeout: 0,
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
export async function createApi({
  env,
  operator,
  host,
  token,
  access,
  metrics,
  tracer,
  publicURL,
  tls,
  trustedProxies = [],
  web,
  config = nothingWritten,
}: ApiOptions): Promise<ApiServer> {
  const server = createServer({ tls, trustedProxies });
  const rows = new Rows(operator);
  const changes = new Changes(operator);
  const streams = new OpenStreams(access, env.timers);
  const authority = new Authority(access, operator);
  server.server.maxConnections = 1_024;
  server.addHook('onClose', async () => {
    for (const one of [rows, changes, streams]) one.close();
  });
  server.removeContentTypeParser('text/plain');
  addAdmission(server, { token, access, authority, listening: { host, publicURL, tls } });
  addTracing(server, tracer);
  addCompression(server);
  server.setErrorHandler((error, request, reply) => {
    const known = fromFramework(error, { body: request.routeOptions.bodyLimit ?? limits.body });
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
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-holdfast' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });

  server.get(openPath, { schema: { hide: true } }, async (_, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/api/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  addTelemetryRoutes(server, operator, metrics);
  addPastRoutes(server, operator, authority, env.timers);
  addDriftRoutes(server, operator, authority, env.timers);
  addPlaceRoutes(server, { operator, authority, timers: env.timers, config });
  addTimelineRoutes(server, operator, authority, env.timers);
  addReadRoutes(server, operator, rows, authority, env.timers);
  addActionRoutes(server, operator, env.timers);
  addDetailRoutes(server, operator, authority, env.timers);
  addListRoutes(server, { env, operator, changes, streams, access, authority });
  addStreamRoutes(server, { operator, rows, changes, streams, access, authority, timers: env.timers });
  addAccessRoutes(server, access, authority);
  addLoginRoutes(server, access, env.clock);
  addSetupRoutes(server, access, env.clock);
  addProviderRoutes(server, access, { env, publicURL });
  addCommandLineRoutes(server, access);
  addOwnAccountRoutes(server, access, authority);
  addAccountRoutes(server, access, publicURL);
  addWebRoutes(server, web);
  return server;
}
