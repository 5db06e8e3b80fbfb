import { fastify } from 'fastify';

export interface Loopback {
  port: number;
  /** What the browser brings: a code, or undefined when somebody refused. Rejects with the signal's reason. */
  answer(signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Listens on this machine for one browser that comes back (RFC 8252). Whatever does not know `state`, or calls us by another name (a page
 * whose name points here), is told nothing and changes nothing.
 */
export async function listenOnLoopback(state: string, port: number): Promise<Loopback> {
  const server = fastify({ forceCloseConnections: true, bodyLimit: 1, exposeHeadRoutes: false, requestTimeout: 5_000 });
  let bring: (code: string | undefined) => void = () => {};
  const brought = new Promise<string | undefined>(resolve => {
    bring = resolve;
  });
  let host = '';
  server.get('/', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' });
    const given = URL.parse(request.url, `http://${host}`)?.searchParams;
    if (request.headers.host !== host || given?.get('state') !== state) return reply.code(400).send('Not expected.\n');
    const code = given.get('code') ?? undefined;
    bring(code);
    const said = code === undefined ? 'The command line was not let in.' : 'The command line goes on by itself.';
    return reply.type('text/plain; charset=utf-8').send(`${said} This page can be closed.\n`);
  });
  await server.listen({ host: '127.0.0.1', port });
  const address = server.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  host = `127.0.0.1:${actual}`;
  return {
    port: actual,
    answer: signal =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        void brought.then(resolve);
      }),
    close: () => server.close(),
  };
}
