import type { CustomFetch } from 'openid-client';
import type { HttpClient, Net } from '../../env/env.ts';

const maxAnswer = 1024 * 1024;
const answerMs = 10_000;

/**
 * `fetch` for the library, over our own edge of the world: addresses that must not be reached are not, no redirect is followed, no answer
 * is longer than 1 MiB, none takes longer than 10 s. One pool of connections for each origin that the provider names.
 */
export class ProviderFetch {
  readonly #net: Net;
  readonly #ca: string | undefined;
  readonly #denies: (address: string) => string | undefined;
  readonly #clients = new Map<string, HttpClient>();

  constructor(net: Net, denies: (address: string) => string | undefined, ca: string | undefined) {
    this.#net = net;
    this.#denies = denies;
    this.#ca = ca;
  }

  readonly fetch: CustomFetch = async (address, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(address);
    const response = await this.#client(origin).request({
      ...{ method, headers, path: pathname + search },
      ...(body === undefined || body === null ? {} : { body: textOf(body) }),
      ...(signal === undefined ? {} : { signal }),
      headTimeoutMs: answerMs,
      idleTimeoutMs: answerMs,
    });
    const bytes = await response.bytes(maxAnswer);
    const hasBody = response.status !== 204 && response.status !== 304 && response.status >= 200;
    return new Response(hasBody ? Uint8Array.from(bytes) : null, {
      status: response.status,
      headers: response.headers,
    });
  };

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close();
    this.#clients.clear();
  }

  #client(origin: string): HttpClient {
    const known = this.#clients.get(origin);
    if (known !== undefined) return known;
    const tls = this.#ca === undefined ? {} : { tls: { ca: this.#ca } };
    const client = this.#net.http({ origin, maxConnections: 8, denies: this.#denies, ...tls });
    this.#clients.set(origin, client);
    return client;
  }
}

function textOf(body: NonNullable<Parameters<CustomFetch>[1]['body']>): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('the library sends forms and texts only');
}
