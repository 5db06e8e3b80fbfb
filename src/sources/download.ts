import type { Credentials } from '../config/credentials.ts';
import type { Env, HttpClient, TlsOptions } from '../env/env.ts';
import { failure } from '../errors.ts';
import { withDeadline } from '../git/deadline.ts';
import { maskSecrets } from '../git/url.ts';

const maxRedirects = 5;
const maxClients = 32;

export interface DownloadOptions {
  env: Env;
  denies?: (address: string) => string | undefined;
  /** Source policy; asked for every URL on the way, redirects too. */
  allowed?: (url: string) => boolean;
  /** For the whole of one download, default 60 s. */
  deadlineMs?: number;
}

export interface DownloadRequest {
  maxBytes: number;
  headers?: Record<string, string>;
  /** Sent to the URL's own origin only, never to where it redirects to. */
  authorization?: string;
  tls?: TlsOptions;
  /** Follows no redirect to another origin. */
  stay?: boolean;
}

export interface Downloaded {
  status: number;
  headers: Record<string, string>;
  /** Empty but for status 200. */
  bytes: Uint8Array;
}

/** Bounded GETs: bytes, time, redirects and addresses. Throws SOURCE_DENIED, NET_…; any status is an answer. */
export interface Downloads {
  get(url: string, request: DownloadRequest, signal: AbortSignal): Promise<Downloaded>;
  close(): Promise<void>;
}

export function createDownloads({ env, denies, allowed, deadlineMs = 60_000 }: DownloadOptions): Downloads {
  const clients = new Map<string, HttpClient>();

  async function clientFor(origin: string, tls: TlsOptions): Promise<HttpClient> {
    const key = JSON.stringify([origin, tls]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    for (const [oldest, client] of clients) {
      if (clients.size < maxClients) break;
      clients.delete(oldest);
      await client.close();
    }
    const client = env.net.http({ origin, tls, maxConnections: 8, ...(denies === undefined ? {} : { denies }) });
    clients.set(key, client);
    return client;
  }

  function checked(url: string, before: URL | undefined): URL {
    const deny = (reason: string) => failure('SOURCE_DENIED', { url: maskSecrets(url).slice(0, 300), reason });
    if (!URL.canParse(url)) throw deny('it is no URL');
    const parsed = new URL(url);
    if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') throw deny('it is neither https:// nor http://');
    if (before?.protocol === 'https:' && parsed.protocol !== 'https:')
      throw deny('it leads to a connection without TLS');
    if (allowed?.(parsed.href) === false) throw deny('the policy on sources does not allow it');
    return parsed;
  }

  async function get(url: string, request: DownloadRequest, signal: AbortSignal): Promise<Downloaded> {
    let at = checked(url, undefined);
    const first = at.origin;
    for (let turn = 0; ; turn++) {
      const client = await clientFor(at.origin, at.origin === first ? (request.tls ?? {}) : {});
      const { authorization } = request;
      const login = authorization === undefined || at.origin !== first ? {} : { authorization };
      const answer = await client.request({
        method: 'GET',
        path: at.pathname + at.search,
        headers: { 'user-agent': 'holdfast', ...request.headers, ...login },
        signal,
        headTimeoutMs: 20_000,
        idleTimeoutMs: 20_000,
      });
      const { status, headers } = answer;
      if (status === 200) return { status, headers, bytes: await answer.bytes(request.maxBytes) };
      await answer.discard();
      const location = [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;
      if (location === undefined || turn >= maxRedirects) return { status, headers, bytes: new Uint8Array(0) };
      const from = at;
      at = checked(URL.canParse(location, at.href) ? new URL(location, at.href).href : location, from);
      if (request.stay && at.origin !== first) {
        throw failure('SOURCE_DENIED', { url: maskSecrets(url).slice(0, 300), reason: 'it redirects to another host' });
      }
    }
  }

  return {
    get(url, request, signal) {
      const origin = URL.canParse(url) ? new URL(url).origin : 'nothing';
      const late = () => failure('NET_TIMEOUT', { origin, ms: deadlineMs });
      return withDeadline(env.timers, deadlineMs, signal, late, limited => get(url, request, limited));
    },
    async close() {
      await Promise.all([...clients.values()].map(client => client.close()));
      clients.clear();
    },
  };
}

export function tlsOf(credentials: Credentials): TlsOptions {
  const { tlsCa, tlsInsecure } = credentials;
  return { ...(tlsCa === undefined ? {} : { ca: tlsCa }), ...(tlsInsecure ? { insecureSkipVerify: true } : {}) };
}

export function basicOf({ username, password }: Credentials): string | undefined {
  if (username === undefined && password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
}
