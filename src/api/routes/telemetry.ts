import type { Operator } from '../../reconcile/operator.ts';
import { classOf, type Metrics } from '../../telemetry/metrics.ts';
import type { ApiServer } from '../app.ts';
import { readyPath } from '../guard.ts';

/** For what watches over the operator: whether it is ready, and what it measures. */
export function addTelemetryRoutes(server: ApiServer, operator: Operator, metrics: Metrics | undefined): void {
  server.addHook('onResponse', async ({ method }, { statusCode }) => {
    metrics?.count('holdfast_api_requests_total', method, classOf(statusCode));
  });

  // Anybody may ask: it does not say why not.
  server.get(readyPath, { schema: { hide: true } }, async (_, reply) => {
    const ready = operator.unready().length === 0;
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain')
      .send(ready ? 'ready\n' : 'not ready\n');
  });

  server.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(operator.metrics()),
  );
}
