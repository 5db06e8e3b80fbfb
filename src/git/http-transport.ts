import type { Credentials } from '../config/credentials.ts';
import type { Env, HttpClient, HttpResponse } from '../env/env.ts';
import { failure } from '../errors.ts';
import { authorizations } from './authorization.ts';
import { fetchRequest, readFetched } from './fetch-pack.ts';
import { lsRefsRequest, type RemoteRefs, readAdvertisement, readLsRefs } from './ls-refs.ts';
import { PacketError } from './pkt-line.ts';
import { maskSecrets, parseRepositoryUrl, type RepositoryUrl } from './url.ts';

const maxBytes = 32 * 1024 * 1024;
/** Of a pack that is held in memory. */
const maxPackBytes = 2 * 1024 * 1024;
const maxRedirects = 3;
/** Some servers speak version 2 to git only. The log of a server tells the two apart. */
const listAgent = 'git/2.39 (holdfast)';
const fetchAgent = 'git/2.39 (holdfast fetch)';

export interface HttpTransport {
  list(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs>;
  /**
   * What the wanted lead to and the others do not, as a pack whose bases may be missing. Throws whatever is in the way of a small and
   * simple answer: then it is for the git program. After a `list` only.
   */
  pack(wants: readonly string[], haves: readonly string[], signal: AbortSignal): Promise<Buffer>;
  /** Where redirects led, and what the server takes for a login: for the fetch that follows. */
  reached(): { url: RepositoryUrl; authorization: string | undefined };
  close(): Promise<void>;
}

/**
 * Asks a server over HTTP(S) for refs and small packs, in this process and over one kept connection: a few hundred bytes where
 * `git ls-remote` starts two processes, and (up to 2.39 at least) reads all refs; one request where `git fetch` starts four and asks
 * for the refs again. What the server speaks is asked once.
 */
export function createHttpTransport(
  env: Env,
  start: RepositoryUrl,
  credentials: () => Credentials,
  denies: ((address: string) => string | undefined) | undefined,
): HttpTransport {
  let url = start;
  let client: { origin: string; http: HttpClient } | undefined;
  let modern = false;
  let login = authorizations(credentials);

  async function forget(): Promise<void> {
    modern = false;
    url = start;
    login = authorizations(credentials);
    const { http } = client ?? {};
    client = undefined;
    await http?.close();
  }

  async function connection(): Promise<HttpClient> {
    if (client?.origin === url.origin) return client.http;
    await client?.http.close();
    const { tlsCa, tlsInsecure } = credentials();
    const tls = { ...(tlsCa === undefined ? {} : { ca: tlsCa }), insecureSkipVerify: tlsInsecure ?? false };
    const http = env.net.http({
      origin: url.origin,
      tls,
      maxConnections: 2,
      ...(denies === undefined ? {} : { denies }),
    });
    client = { origin: url.origin, http };
    return http;
  }

  async function request(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    { body, agent = listAgent }: { body?: string; agent?: string } = {},
  ): Promise<HttpResponse> {
    const http = await connection();
    const authorization = login.value();
    return await http.request({
      method,
      path,
      headers: {
        'git-protocol': 'version=2',
        'user-agent': agent,
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined
          ? {}
          : {
              'content-type': `application/x-git-upload-pack-request`,
              accept: 'application/x-git-upload-pack-result',
            }),
      },
      ...(body === undefined ? {} : { body }),
      signal,
      headTimeoutMs: 20_000,
      idleTimeoutMs: 20_000,
    });
  }

  async function discover(signal: AbortSignal): Promise<RemoteRefs | undefined> {
    const query = '/info/refs?service=git-upload-pack';
    for (let turn = 0; ; turn++) {
      const answer = await request('GET', url.path + query, signal);
      if (answer.status === 200) {
        const type = answer.headers['content-type'] ?? '';
        if (!type.startsWith('application/x-git-upload-pack-advertisement')) {
          await answer.discard();
          throw invalid(url, `it is of type ${maskSecrets(type).slice(0, 60) || 'none'}`);
        }
        const told = await readAdvertisement(answer.body, maxBytes);
        modern = told.modern;
        return told.modern ? undefined : told.refs;
      }
      await answer.discard();
      if (answer.status >= 301 && answer.status <= 308 && turn < maxRedirects) redirect(answer.headers.location, query);
      else if (!(answer.status === 401 && login.challenged(answer.headers['www-authenticate'] ?? ''))) {
        throw refused(url, answer.status, login.value() !== undefined);
      }
    }
  }

  function redirect(location: string | undefined, query: string): void {
    const target =
      location !== undefined && URL.canParse(location, url.origin) ? new URL(location, url.origin) : undefined;
    if (target === undefined || !`${target.pathname}${target.search}`.endsWith(query)) {
      throw invalid(url, 'it redirects to something that is no repository');
    }
    if (url.origin.startsWith('https:') && target.protocol !== 'https:')
      throw invalid(url, 'it redirects to a connection without TLS');
    const next = parseRepositoryUrl(`${target.origin}${target.pathname.slice(0, -'/info/refs'.length)}`);
    // Credentials are for the host they were given for.
    if (next.host !== start.host) login = authorizations(() => ({}));
    url = next;
  }

  async function list(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs> {
    if (!modern) {
      const all = await discover(signal);
      if (all !== undefined)
        return new Map([...all].filter(([name]) => prefixes.some(prefix => name.startsWith(prefix))));
    }
    const answer = await request('POST', `${url.path}/git-upload-pack`, signal, { body: lsRefsRequest(prefixes) });
    if (answer.status === 200) return await readLsRefs(answer.body, prefixes, maxBytes);
    await answer.discard();
    modern = false;
    throw refused(url, answer.status, login.value() !== undefined);
  }

  return {
    async list(prefixes, signal) {
      if (modern) {
        // A kept connection that was cut, a server that was changed, credentials that were: worth a fresh look at once.
        try {
          return await list(prefixes, signal);
        } catch {
          signal.throwIfAborted();
        }
      }
      await forget();
      try {
        return await list(prefixes, signal);
      } catch (error) {
        modern = false;
        throw error instanceof PacketError ? invalid(start, maskSecrets(error.message)) : error;
      }
    },
    async pack(wants, haves, signal) {
      if (!modern) throw new PacketError('it speaks no version 2');
      const asked = { body: fetchRequest(wants, haves), agent: fetchAgent };
      const answer = await request('POST', `${url.path}/git-upload-pack`, signal, asked);
      if (answer.status === 200) return await readFetched(answer.body, maxPackBytes);
      await answer.discard();
      throw refused(url, answer.status, login.value() !== undefined);
    },
    reached: () => ({ url, authorization: login.value() }),
    close: forget,
  };
}

function invalid(url: RepositoryUrl, reason: string): Error {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a server's words may hold them
  return failure('GIT_SERVER_INVALID', { url: url.display, reason: reason.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ') });
}

function refused(url: RepositoryUrl, status: number, tried: boolean): Error {
  if (status === 401 || status === 403) {
    const reason = tried ? `HTTP ${status}` : `HTTP ${status}, and none are configured for it`;
    return failure('GIT_AUTH_FAILED', { url: url.display, reason });
  }
  if (status === 404 || status === 410) return failure('GIT_REPOSITORY_NOT_FOUND', { url: url.display });
  return invalid(url, `HTTP ${status}`);
}
