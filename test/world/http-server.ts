import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { temporaryDirectory } from './directory.ts';
import { runProgram } from './process.ts';

/** One request as it went; the numbers grow while it is under way. */
export interface LoggedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** 0 until there is an answer, and for ever where a fault gives none. */
  status: number;
  requestBytes: number;
  responseBytes: number;
}

/** What goes wrong with a request. */
export interface Fault {
  /** No answer at all. */
  hang?: true;
  /** The answer begins so much later. */
  delayMs?: number;
  /** Another answer than the right one. */
  answer?: HttpAnswer;
  /** The connection breaks after so many bytes of the body. */
  truncate?: number;
  /** Another body, made of the right one. */
  spoil?: (body: Buffer) => Uint8Array;
}

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: Readable | Uint8Array | string;
}

export type Handler = (request: IncomingMessage, url: URL, answered: AbortSignal) => Promise<HttpAnswer>;

export interface HttpServerOptions {
  /** Asks for them with basic authentication. */
  credentials?: { username: string; password: string };
  tls?: boolean;
}

export interface TestHttpServer extends AsyncDisposable {
  url: string;
  /** Of the authority that signed the server's certificate, where there is one: PEM. */
  ca: string | undefined;
  log: LoggedRequest[];
  /** Set at any time; asked for each request. */
  fault: ((request: LoggedRequest) => Fault | undefined) | undefined;
  stop(): Promise<void>;
}

const unauthorized: HttpAnswer = { status: 401, headers: { 'www-authenticate': 'Basic realm="test"' } };

export async function startHttpServer(handler: Handler, options: HttpServerOptions = {}): Promise<TestHttpServer> {
  const tls = options.tls ? await createCertificate() : undefined;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => response.destroy());
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const entry: LoggedRequest = { method, path, headers, status: 0, requestBytes: 0, responseBytes: 0 };
    self.log.push(entry);
    request.on('data', chunk => {
      entry.requestBytes += chunk.length;
    });
    // The listener above lets the body flow: until somebody reads it, it must not.
    request.pause();
    const closed = new AbortController();
    response.on('close', () => closed.abort());

    const fault = self.fault?.(entry) ?? {};
    if (fault.hang) return;
    if (fault.delayMs !== undefined) await delay(fault.delayMs, undefined, { ref: false });

    const right = () => handler(request, new URL(path, self.url), closed.signal);
    const allowed = isAllowed(headers.authorization, options.credentials);
    const answered = fault.answer ?? (allowed ? await right() : unauthorized);
    const { status, headers: extra = {} } = answered;
    const body = fault.spoil === undefined ? (answered.body ?? '') : fault.spoil(await whole(answered.body));
    entry.status = status;
    response.writeHead(status, extra);
    for await (const piece of body instanceof Readable ? body : [body]) {
      const chunk = Buffer.from(piece).subarray(0, (fault.truncate ?? Number.POSITIVE_INFINITY) - entry.responseBytes);
      entry.responseBytes += chunk.length;
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (response.destroyed) return;
      if (entry.responseBytes === fault.truncate) {
        // What was written should arrive, and the end should not.
        await delay(20, undefined, { ref: false });
        response.destroy();
        return;
      }
    }
    response.end();
  }

  const stop = () => {
    server.closeAllConnections();
    return new Promise<void>(resolve => server.close(() => resolve()));
  };
  const self: TestHttpServer = {
    url: '',
    ca: tls?.ca,
    log: [],
    fault: undefined,
    stop,
    [Symbol.asyncDispose]: stop,
  };
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  self.url = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
  return self;
}

async function whole(body: HttpAnswer['body'] = ''): Promise<Buffer> {
  return body instanceof Readable ? Buffer.concat(await body.toArray()) : Buffer.from(body);
}

function isAllowed(authorization: string | undefined, wanted: HttpServerOptions['credentials']): boolean {
  if (wanted === undefined) return true;
  const expected = Buffer.from(`${wanted.username}:${wanted.password}`).toString('base64');
  return authorization === `Basic ${expected}`;
}

/** Of this machine, by an authority of its own. */
export async function createCertificate(): Promise<{ cert: string; key: string; ca: string }> {
  await using directory = await temporaryDirectory('tls');
  await runProgram(await buildGo(programs.controlplane), ['certificates', directory.path]);
  const read = (name: string) => readFile(join(directory.path, name), 'utf8');
  return { cert: await read('server.crt'), key: await read('server.key'), ca: await read('ca.crt') };
}
