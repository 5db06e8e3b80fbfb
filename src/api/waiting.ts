import { failure } from '../errors.ts';
import { type ApiOptions, createServer } from './app.ts';
import { openPath, readyPath } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { statusOf, toProblem } from './problems.ts';

/** Answers in the place of the API until there is one: the process lives, and is not ready. Knows nobody, and tells nothing. */
export async function startWaiting({
  host,
  port,
  tls,
}: Pick<ApiOptions, 'host' | 'tls'> & { port: number }): Promise<{ close(): Promise<void> }> {
  const server = createServer({ tls });
  const starting = failure('API_STARTING', {});
  server.addHook('onRequest', async (_, reply) => {
    reply.headers(securityHeaders);
  });
  server.get(openPath, { schema: { hide: true } }, async (_, reply) => reply.type('text/plain').send('ok\n'));
  server.get(readyPath, { schema: { hide: true } }, async (_, reply) =>
    reply.code(503).type('text/plain').send('not ready\n'),
  );
  server.setNotFoundHandler(async (_, reply) =>
    reply.code(statusOf(starting)).header('retry-after', '2').type('application/json').send(toProblem(starting)),
  );
  await server.listen({ host, port });
  return { close: () => server.close() };
}
