import { createHash } from 'node:crypto';
import type { Credentials } from '../config/credentials.ts';
import type { Env } from '../env/env.ts';
import { asFailure, failure } from '../errors.ts';
import { maskSecrets } from '../git/url.ts';
import { type ChartSource, maxChartBytes } from './chart-source.ts';
import { chooseVersion } from './chart-version.ts';
import { basicOf, type Downloads, tlsOf } from './download.ts';
import { type ChartVersion, chartVersions, IndexError } from './helm-index.ts';

/** The largest public ones have some 30 MB. */
const maxIndexBytes = 64 * 1024 * 1024;
/** An index is asked for again after so long. */
const freshMs = 300_000;

interface KnownIndex {
  etag: string | undefined;
  at: number;
}

/** Charts of a classic Helm repository: an `index.yaml` over HTTP(S), kept on disk and asked for again only when it may have changed. */
export function createHelmRepositories(env: Env, downloads: Downloads, cacheDirectory: string): ChartSource {
  const known = new Map<string, KnownIndex>();

  /** `check` throws when a text is no index: then the last one that was is used. */
  async function index(
    url: string,
    credentials: Credentials,
    check: (text: string) => unknown,
    signal: AbortSignal,
  ): Promise<string> {
    const path = `${cacheDirectory}/index-${createHash('sha256').update(url).digest('hex')}.yaml`;
    const before = known.get(path);
    const kept = () =>
      env.files.read(path, maxIndexBytes).then(
        bytes => Buffer.from(bytes).toString('utf8'),
        () => undefined,
      );
    if (before !== undefined && env.clock.monotonic() - before.at < freshMs) {
      const text = await kept();
      if (text !== undefined) return text;
    }
    try {
      return await ask(url, path, before?.etag, credentials, kept, check, signal);
    } catch (error) {
      signal.throwIfAborted();
      const text = asFailure(error).fault === 'external' ? await kept() : undefined;
      if (text === undefined) throw error;
      env.log.warn('the chart repository cannot be reached; its last index is used', { url: maskSecrets(url) });
      return text;
    }
  }

  async function ask(
    url: string,
    path: string,
    etag: string | undefined,
    credentials: Credentials,
    kept: () => Promise<string | undefined>,
    check: (text: string) => unknown,
    signal: AbortSignal,
  ): Promise<string> {
    const authorization = basicOf(credentials);
    const answer = await downloads.get(
      `${url}index.yaml`,
      {
        maxBytes: maxIndexBytes,
        tls: tlsOf(credentials),
        ...(authorization === undefined ? {} : { authorization }),
        ...(etag === undefined ? {} : { headers: { 'if-none-match': etag } }),
      },
      signal,
    );
    const remember = (tag: string | undefined) => known.set(path, { etag: tag, at: env.clock.monotonic() });
    if (answer.status === 304) {
      remember(etag);
      const text = await kept();
      if (text !== undefined) return text;
      known.delete(path);
    }
    if (answer.status !== 200) throw statusFailure(`${url}index.yaml`, answer.status);
    const text = Buffer.from(answer.bytes).toString('utf8');
    check(text);
    await env.files.makeDirectory(cacheDirectory);
    await env.files.writeAtomic(path, answer.bytes, { durable: false });
    remember(answer.headers.etag);
    return text;
  }

  return {
    async find({ repoURL, name, version }, credentials, signal) {
      const url = repoURL.endsWith('/') ? repoURL : `${repoURL}/`;
      const shown = maskSecrets(repoURL);
      const read = (text: string) => readIndex(text, name, shown);
      const versions = read(await index(url, credentials, read, signal));
      const chosen = chooseVersion(
        version,
        versions.map(one => one.version),
      );
      const entry = versions.find(one => one.version === chosen);
      if (entry === undefined) throw failure('CHART_NOT_FOUND', { url: shown, chart: name, version: version || 'any' });
      return {
        version: entry.version,
        digest: entry.digest == null || entry.digest === '' ? undefined : withAlgorithm(entry.digest),
        async download(limited) {
          const [first = ''] = entry.urls;
          const at = URL.canParse(first, url) ? new URL(first, url).href : first;
          // Credentials are the repository's: an index may not send them elsewhere.
          const own = URL.canParse(at) && new URL(at).origin === new URL(url).origin;
          const authorization = own ? basicOf(credentials) : undefined;
          const login = authorization === undefined ? {} : { authorization };
          const tls = own ? { tls: tlsOf(credentials) } : {};
          const answer = await downloads.get(at, { maxBytes: maxChartBytes, ...tls, ...login }, limited);
          if (answer.status === 404)
            throw failure('CHART_NOT_FOUND', { url: shown, chart: name, version: entry.version });
          if (answer.status !== 200) throw statusFailure(at, answer.status);
          return answer.bytes;
        },
      };
    },
  };
}

function readIndex(text: string, name: string, url: string): ChartVersion[] {
  try {
    return chartVersions(text, name) ?? [];
  } catch (error) {
    if (error instanceof IndexError) throw failure('CHART_REPOSITORY_INVALID', { url, reason: error.message });
    throw error;
  }
}

function withAlgorithm(digest: string): string {
  return digest.includes(':') ? digest : `sha256:${digest}`;
}

export function statusFailure(url: string, status: number): Error {
  const shown = maskSecrets(url);
  if (status === 401 || status === 403)
    return failure('REGISTRY_AUTH_FAILED', { url: shown, reason: `HTTP ${status}` });
  return failure('REGISTRY_FAILED', { url: shown, status });
}
