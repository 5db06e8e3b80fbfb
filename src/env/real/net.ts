import { lookup } from 'node:dns/promises';
import { connect, isIP, type LookupFunction } from 'node:net';
import { errors, Pool } from 'undici';
import { failure, HoldfastError } from '../../errors.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse, Net } from '../env.ts';

/** What is worth reading to keep a connection; more is cheaper to cut. */
const discardLimit = 64 * 1024;

type RawResponse = Awaited<ReturnType<Pool['request']>>;

function mapped(origin: string, request: HttpRequest, error: unknown): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  if (error instanceof HoldfastError) return error;
  if (error instanceof errors.HeadersTimeoutError)
    return failure('NET_TIMEOUT', { origin, ms: request.headTimeoutMs ?? 30_000 }, error);
  if (error instanceof errors.BodyTimeoutError)
    return failure('NET_TIMEOUT', { origin, ms: request.idleTimeoutMs ?? 30_000 }, error);
  const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return failure('NET_FAILED', { origin, reason }, error);
}

function flatHeaders(raw: RawResponse['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function response(origin: string, request: HttpRequest, raw: RawResponse): HttpResponse {
  async function* body(): AsyncIterable<Uint8Array> {
    try {
      for await (const piece of raw.body) yield piece as Uint8Array;
    } catch (error) {
      throw mapped(origin, request, error);
    }
  }
  async function bytes(maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of body()) {
      size += piece.length;
      if (size > maxBytes) {
        raw.body.destroy();
        throw failure('NET_TOO_LARGE', { origin, limit: maxBytes });
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
  return {
    status: raw.statusCode,
    headers: flatHeaders(raw.headers),
    body: body(),
    bytes,
    text: async maxBytes => Buffer.from(await bytes(maxBytes)).toString('utf8'),
    discard: async () => {
      try {
        await raw.body.dump({ limit: discardLimit });
      } catch {
        raw.body.destroy();
      }
    },
  };
}

function refuseDenied(host: string, addresses: readonly string[], denies: HttpClientOptions['denies']): void {
  for (const address of addresses) {
    const reason = denies?.(address);
    if (reason !== undefined) throw failure('NET_FORBIDDEN', { host, reason });
  }
}

/** The check is made on the very addresses that are connected to: a name that changes in between gains nothing. */
function guardedLookup(denies: NonNullable<HttpClientOptions['denies']>): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }).then(
      found => {
        const addresses = found.map(one => one.address);
        try {
          refuseDenied(host, addresses, denies);
        } catch (error) {
          return done(error as Error, '');
        }
        if (options.all) done(null, found);
        else done(null, found[0]?.address ?? '', found[0]?.family);
      },
      error => done(error, ''),
    );
  };
}

async function addresses(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(one => one.address);
  } catch (error) {
    throw failure(
      'NET_FAILED',
      { origin: host, reason: (error as NodeJS.ErrnoException).code ?? String(error) },
      error,
    );
  }
}

function http(options: HttpClientOptions): HttpClient {
  const { tls, origin } = options;
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const pool = new Pool(origin, {
    connections: options.maxConnections ?? 32,
    // Over HTTP/2 a request that is aborted while it is sent can leave Node's session sending for ever: one core, gigabytes.
    // test/scenarios/promises/stopped-mid-sync.test.ts ran into it with Node 24.21 and undici 8.12.
    allowH2: false,
    connectTimeout: 10_000,
    keepAliveTimeout: 30_000,
    connect: {
      // Whoever names an authority trusts it, also where it is vouched for by another one.
      ...(tls?.ca === undefined ? {} : { ca: tls.ca, allowPartialTrustChain: true }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
      ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
      rejectUnauthorized: tls?.insecureSkipVerify !== true,
      ...(options.denies === undefined ? {} : { lookup: guardedLookup(options.denies) }),
    },
  });
  return {
    async request(request) {
      // The lookup is left out for what is an address already.
      if (isIP(host) !== 0) refuseDenied(host, [host], options.denies);
      try {
        const raw = await pool.request({
          method: request.method as 'GET',
          path: request.path,
          headers: request.headers ?? {},
          body: request.body ?? null,
          signal: request.signal ?? null,
          headersTimeout: request.headTimeoutMs ?? 30_000,
          bodyTimeout: request.idleTimeoutMs ?? 30_000,
        });
        return response(origin, request, raw);
      } catch (error) {
        throw mapped(origin, request, error);
      }
    },
    close: () => pool.destroy(),
  };
}

function probeTcp(host: string, port: number, timeoutMs: number): Promise<void> {
  const origin = `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => {
      socket.destroy();
      reject(failure('NET_TIMEOUT', { origin, ms: timeoutMs }));
    });
    socket.once('error', error => reject(failure('NET_FAILED', { origin, reason: error.message }, error)));
  });
}

export const realNet: Net = { http, addresses, probeTcp };
