import type { HttpClientOptions, HttpRequest, HttpResponse, Net } from '../../../src/env/env.ts';
import { failure } from '../../../src/errors.ts';
import type { Verdict } from '../faults/point.ts';
import type { Effects } from './effects.ts';
import type { Network } from './network.ts';
import { response, streamedBody, wholeBody } from './response.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';

const defaultTimeoutMs = 30_000;

interface Client extends HttpClientOptions {
  host: string;
  port: number;
  isOpen: boolean;
}

/** The network as one incarnation sees it. A request travels for 0.2 to 3 ms each way. */
export function simNet(effects: Effects, network: Network): Net {
  const { chance } = effects;
  const travel = () => chance.between(0.2, 3);

  async function request(client: Client, asked: HttpRequest): Promise<HttpResponse> {
    const { origin, host, port } = client;
    const server = network.server(host);
    const refused = (reason: string): never => {
      throw failure('NET_FAILED', { origin, reason });
    };
    if (!client.isOpen) refused('the pool is closed');
    if (server === undefined) return refused('ENOTFOUND');
    for (const address of server.addresses) {
      const reason = client.denies?.(address);
      if (reason !== undefined) throw failure('NET_FORBIDDEN', { host, reason });
    }
    const { body = '' } = asked;
    const received: ServerRequest = {
      method: asked.method,
      port,
      path: asked.path,
      headers: asked.headers ?? {},
      body: typeof body === 'string' ? body : Buffer.from(body).toString('utf8'),
    };
    const point = server.point(received);
    const ms = asked.headTimeoutMs ?? defaultTimeoutMs;
    const isCut = network.isCut(host);

    function happen(verdict: Verdict): HttpResponse {
      if (server?.isListening?.(port) === false) return refused('ECONNREFUSED');
      if (verdict?.do === 'status') {
        const { status = 500, body: text = '', retryAfterS } = verdict;
        const headers: Record<string, string> = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
        return response({ status, headers, pipe: wholeBody(text, false, origin), origin });
      }
      const answer = server?.handle(received, verdict) ?? refused('ECONNREFUSED');
      return response({ status: answer.status, headers: answer.headers, pipe: bodyOf(answer, verdict), origin });
    }

    function bodyOf(answer: ServerAnswer, verdict: Verdict) {
      if (!('open' in answer)) return wholeBody(answer.body, verdict?.do === 'truncate', origin);
      return streamedBody({ effects, network, host, origin, request: asked, open: answer.open });
    }

    return await effects.perform<HttpResponse>({
      ...(point === undefined ? {} : { kind: point.kind }),
      detail: point?.detail ?? asked.path,
      there: isCut ? Number.POSITIVE_INFINITY : travel(),
      back: travel(),
      happen,
      fails: () => refused('ECONNREFUSED'),
      lost: () => refused('ECONNRESET'),
      signal: asked.signal,
      deadline: { ms, late: () => failure('NET_TIMEOUT', { origin, ms }) },
    });
  }

  return {
    http(options) {
      const { hostname: host, port, protocol } = new URL(options.origin);
      const client = { ...options, host, port: Number(port || (protocol === 'https:' ? 443 : 80)), isOpen: true };
      return {
        request: asked => request(client, asked),
        close: async () => {
          client.isOpen = false;
        },
      };
    },
    addresses: host =>
      effects.perform({
        detail: `look up ${host}`,
        there: travel(),
        happen: () => {
          const server = network.server(host);
          if (server === undefined) throw failure('NET_FAILED', { origin: host, reason: 'ENOTFOUND' });
          return server.addresses;
        },
        fails: () => {
          throw failure('NET_FAILED', { origin: host, reason: 'EAI_AGAIN' });
        },
      }),
    probeTcp: (host, port, timeoutMs) => {
      const origin = `${host}:${port}`;
      const refused = (): never => {
        throw failure('NET_FAILED', { origin, reason: 'ECONNREFUSED' });
      };
      return effects.perform({
        detail: `connect to ${origin}`,
        there: network.isCut(host) ? Number.POSITIVE_INFINITY : travel(),
        happen: () => {
          if (network.server(host)?.isListening?.(port) !== true) refused();
        },
        fails: refused,
        deadline: { ms: timeoutMs, late: () => failure('NET_TIMEOUT', { origin, ms: timeoutMs }) },
      });
    },
  };
}
