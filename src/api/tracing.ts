import { parseTraceparent } from '../telemetry/tracing/context.ts';
import type { Span } from '../telemetry/tracing/span.ts';
import type { Tracer } from '../telemetry/tracing/tracer.ts';
import type { ApiServer } from './app.ts';
import { pagesPath } from './rights.ts';

declare module 'fastify' {
  interface FastifyRequest {
    span: Span | undefined;
  }
}

/** Asked every few seconds by what watches over the operator, and files of the web UI: they tell nothing. */
const untold: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', pagesPath]);

/**
 * A span for each request that somebody was recognised for. It goes on with the trace that they name in `traceparent`: strangers
 * cannot say what is to be kept. Added after admission, so that it is known who asks.
 */
export function addTracing(server: ApiServer, tracer: Tracer | undefined): void {
  if (tracer === undefined) return;
  server.decorateRequest('span', undefined);

  const end = (span: Span | undefined, status: number) => {
    span?.set({ 'http.response.status_code': status });
    if (status >= 500) span?.failBecause(String(status), '');
    span?.end();
  };

  server.addHook('preHandler', (request, { raw }, done) => {
    const { method, routeOptions, session, headers, protocol, url } = request;
    const route = routeOptions.url ?? '';
    if (request.is404 || untold.has(route)) return done();
    const isKnown = session.subject.name !== '';
    const header = isKnown ? headers.traceparent : undefined;
    const parent = typeof header === 'string' ? parseTraceparent(header) : undefined;
    const span = tracer.start(`${method} ${route}`, parent, {
      kind: 'server',
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'url.path': isKnown ? url.split('?', 1)[0] : route,
        'url.scheme': protocol,
      },
    });
    request.span = span;
    raw.once('close', () => end(span, raw.statusCode));
    tracer.within(span.context, done);
  });

  // A stream is answered when it begins: it may go on for days.
  server.addHook('onSend', async ({ span }, { statusCode }, payload: unknown) => {
    if (isStream(payload)) end(span, statusCode);
    return payload;
  });
}

function isStream(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload;
}
