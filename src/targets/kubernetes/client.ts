import type { Env, HttpClient, HttpResponse } from '../../env/env.ts';
import { asFailure, failure, type HoldfastError } from '../../errors.ts';
import type { Connection, Credentials } from './connection.ts';
import { Contact } from './contact.ts';
import { Limiter } from './limiter.ts';
import { readLines } from './lines.ts';
import { readStatus, statusFailure } from './status.ts';

export interface ApiRequest {
  /** Default GET. */
  method?: 'GET' | 'PATCH' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: string;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** For people, in errors: `apply Deployment shop/web`. */
  request: string;
  /** The application that waits for it: where many wait, applications take turns. */
  application?: string | undefined;
  /** As whom, instead of as ourselves. */
  account?: string | undefined;
  /** Whether sending it twice is like once. Default: all but POST and PUT. */
  idempotent?: boolean;
  /** Default 32 MiB. */
  maxBytes?: number;
  /** Longest silence of a stream, ms, where it is not a watch. */
  silenceMs?: number;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const attempts = 5;
const isBack = Symbol('the server answers again');
const maxLineBytes = 16 * 1024 * 1024;

export interface ApiClientOptions {
  env: Env;
  connection: Connection;
  version: string;
  /** Longest silence of a watch, ms. Default 90 s: bookmarks come about each minute, so nobody is there any more. */
  silenceMs?: number;
}

/** Speaks to one API server: credentials, retries, limits and errors. Knows paths and bytes, no kinds. */
export class ApiClient {
  readonly connection: Connection;
  readonly limiter = new Limiter();
  readonly contact: Contact;
  readonly #env: Env;
  readonly #userAgent: string;
  readonly #silenceMs: number;
  /** Monotonic ms: the server asked everyone to stay away until then. */
  #restUntil = 0;
  /** Those who wait for the server to answer again. */
  readonly #away = new Set<() => void>();
  /** Pools by TLS identity: credential programs may hand out a new certificate. Streams have their own, for they never end. */
  #pools: { identity: string; calls: HttpClient; streams: HttpClient } | undefined;

  constructor({ env, connection, version, silenceMs = 90_000 }: ApiClientOptions) {
    this.#env = env;
    this.connection = connection;
    this.contact = new Contact(env.clock);
    this.#userAgent = `holdfast/${version}`;
    this.#silenceMs = silenceMs;
  }

  async json(request: ApiRequest, signal?: AbortSignal): Promise<unknown> {
    return parseJson((await this.call(request, signal)).text, request.request);
  }

  /** Sends, and tries again where that is safe. Throws our errors for all but success. */
  async call(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> {
    const { method = 'GET' } = request;
    const idempotent = request.idempotent ?? (method !== 'POST' && method !== 'PUT');
    let renew = false;
    for (let attempt = 1; ; attempt++) {
      const tried = await this.#try(request, renew, signal);
      if ('answer' in tried) return tried.answer;
      const { error, retryAfterMs, wasRefused } = tried;
      if (error.code === 'K8S_UNAUTHORIZED' && !renew) {
        renew = true;
        continue;
      }
      const mayRetry = isTemporary(error) && (idempotent || wasRefused) && attempt < attempts;
      if (!mayRetry) throw error;
      await this.#env.timers.sleep(Math.max(retryAfterMs ?? 0, this.backoff(attempt)), signal);
    }
  }

  /** Lines of an endless answer, each parsed. Ends when the server ends it. Not counted by the limiter. */
  async *stream(request: ApiRequest, signal: AbortSignal): AsyncGenerator<unknown> {
    for await (const line of this.lines(request, signal)) yield parseJson(line, request.request);
  }

  async *lines(request: ApiRequest, signal: AbortSignal): AsyncGenerator<string> {
    let response = await this.#send(request, true, false, signal);
    if (response.status === 401) {
      await response.discard();
      response = await this.#send(request, true, true, signal);
    }
    if (response.status !== 200) throw statusFailure(response.status, await response.text(1024 * 1024), request);
    yield* readLines(response.body, maxLineBytes, this.connection.origin);
  }

  /**
   * Waits before another try of what the server did not answer. When it answers somebody meanwhile, it is back: then the
   * pause ends within a second, not all at once.
   */
  async untilBack(ms: number, signal: AbortSignal): Promise<void> {
    const early = new AbortController();
    const wake = () => early.abort(isBack);
    this.#away.add(wake);
    try {
      await this.#env.timers.sleep(ms, AbortSignal.any([early.signal, signal]));
    } catch (error) {
      if (error !== isBack) throw error;
      await this.#env.timers.sleep(Math.min(ms, 1_000) * this.#env.random.fraction(), signal);
    } finally {
      this.#away.delete(wake);
    }
  }

  /** Full jitter: many that failed together do not come back together. */
  backoff(attempt: number, capMs = 10_000): number {
    const ceiling = Math.min(capMs, 250 * 2 ** Math.min(attempt, 16));
    return ceiling * (0.1 + 0.9 * this.#env.random.fraction());
  }

  async close(): Promise<void> {
    const pools = this.#pools;
    this.#pools = undefined;
    await Promise.all([pools?.calls.close(), pools?.streams.close()]);
  }

  async #try(request: ApiRequest, renew: boolean, signal: AbortSignal | undefined) {
    await this.limiter.acquire(signal, request.application);
    let started = this.#env.clock.monotonic();
    let busy = false;
    try {
      for (; started < this.#restUntil; started = this.#env.clock.monotonic())
        await this.#env.timers.sleep(this.#restUntil - started, signal);
      const response = await this.#send(request, false, renew, signal);
      busy = response.status === 429 || response.status === 503 || response.status === 504;
      const text = await response.text(request.maxBytes ?? 32 * 1024 * 1024);
      if (response.status < 300 || response.status === 304)
        return { answer: { status: response.status, headers: response.headers, text } };
      const retryAfterMs = retryAfter(response, text);
      // Its own "too many" is plain text and means all requests. A Status is about one object: a webhook's word, a quota's.
      if (response.status === 429 && readStatus(text) === undefined)
        this.#restUntil = Math.max(this.#restUntil, this.#env.clock.monotonic() + (retryAfterMs ?? 1_000));
      const error = statusFailure(response.status, text, request);
      return { error, retryAfterMs, wasRefused: response.status === 429 };
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = asFailure(thrown);
      busy = error.code === 'NET_TIMEOUT';
      return { error, retryAfterMs: undefined, wasRefused: false };
    } finally {
      const latencyMs = this.#env.clock.monotonic() - started;
      this.limiter.release({ busy, latencyMs, kind: request.method ?? 'GET' }, request.application);
    }
  }

  async #send(
    request: ApiRequest,
    isStream: boolean,
    renew: boolean,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const credentials = await this.connection.credentials({ renew }, signal);
    const pools = this.#poolsFor(credentials);
    const query = new URLSearchParams(request.query).toString();
    const headers: Record<string, string> = {
      'user-agent': this.#userAgent,
      accept: request.accept ?? 'application/json',
      ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      ...request.headers,
      ...identityOf(credentials.headers, request.account),
    };
    const asked = (isStream ? pools.streams : pools.calls).request({
      method: request.method ?? 'GET',
      path: `${this.connection.basePath}${request.path}${query === '' ? '' : `?${query}`}`,
      headers,
      headTimeoutMs: 60_000,
      idleTimeoutMs: isStream ? (request.silenceMs ?? this.#silenceMs) : 60_000,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const response = await asked.catch((thrown: unknown) => {
      if (signal?.aborted !== true) this.contact.failed(asFailure(thrown));
      throw thrown;
    });
    this.contact.answered();
    if (response.status < 500) for (const wake of this.#away) wake();
    return response;
  }

  #poolsFor({ tls }: Credentials) {
    const identity = JSON.stringify(tls);
    if (this.#pools?.identity === identity) return this.#pools;
    const { origin } = this.connection;
    const calls = this.#env.net.http({ origin, tls, maxConnections: 64 });
    const streams = this.#env.net.http({ origin, tls, maxConnections: 10_000 });
    // Requests on the former pools fail and are tried again on these: identities change about once an hour.
    void this.close();
    this.#pools = { identity, calls, streams };
    return this.#pools;
  }
}

/** An account of its own takes the place of one that the credentials name. The server knows by itself which groups it is in. */
function identityOf(own: Record<string, string>, account: string | undefined): Record<string, string> {
  if (account === undefined) return own;
  const { 'impersonate-group': _, ...rest } = own;
  return { ...rest, 'impersonate-user': account };
}

function isTemporary(error: HoldfastError): boolean {
  return ['K8S_TOO_MANY_REQUESTS', 'K8S_UNAVAILABLE', 'NET_FAILED', 'NET_TIMEOUT'].includes(error.code);
}

function retryAfter(response: HttpResponse, body: string): number | undefined {
  const header = Number(response.headers['retry-after'] ?? Number.NaN);
  const seconds = Number.isFinite(header) ? header : readStatus(body)?.details?.retryAfterSeconds;
  return seconds === undefined ? undefined : Math.min(30, Math.max(0, seconds)) * 1000;
}

function parseJson(text: string, request: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's message: it quotes the text, which may hold secrets.
    throw failure('K8S_ANSWER_INVALID', { request, reason: `not JSON, ${text.length} characters` });
  }
}
