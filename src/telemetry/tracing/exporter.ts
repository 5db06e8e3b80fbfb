import type { Env, HttpClient } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { Metrics } from '../metrics.ts';
import { encodeTraces } from './otlp.ts';
import type { TracingSettings } from './settings.ts';
import type { EndedSpan } from './span.ts';

/** Answers after which the same request may do better: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const maxTries = 3;
const longestPauseMs = 10_000;
/** Of one request, beside its number of spans: events make them large, and to encode them holds up everything else. */
const maxBatchEvents = 2_000;
const maxAnswerBytes = 64 * 1024;
/** Who stops waits no longer than this for traces. */
const closingMs = 2_000;

type ExporterEnv = Pick<Env, 'clock' | 'timers' | 'random' | 'net' | 'log'>;

export interface ExporterOptions {
  env: ExporterEnv;
  metrics: Pick<Metrics, 'add'>;
  settings: TracingSettings;
  /** PEM. */
  certificate: string | undefined;
  version: string;
}

/**
 * Sends spans away, some at a time, one request after the other. What cannot be sent waits, up to a number; what comes then is
 * dropped and counted. Nobody ever waits for it.
 */
export class SpanExporter {
  readonly #env: ExporterEnv;
  readonly #options: ExporterOptions;
  readonly #client: HttpClient;
  readonly #end = new AbortController();
  #queue: EndedSpan[] = [];
  #sending: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isFailing = false;
  #isClosing = false;

  constructor(options: ExporterOptions) {
    this.#env = options.env;
    this.#options = options;
    const { origin } = options.settings.endpoint;
    const tls = options.certificate === undefined ? {} : { tls: { ca: options.certificate } };
    this.#client = options.env.net.http({ origin, maxConnections: 1, ...tls });
  }

  add(span: EndedSpan): void {
    const { maxQueue, maxBatch, delayMs } = this.#options.settings;
    if (this.#isClosing || this.#queue.length >= maxQueue) {
      this.#count('dropped', 1);
      return;
    }
    this.#queue.push(span);
    if (this.#sending !== undefined) return;
    if (this.#queue.length >= maxBatch) this.#send();
    else this.#cancelTimer ??= this.#env.timers.after(delayMs, () => this.#send());
  }

  /** Sends what is left, for a moment; then gives up. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const cancel = this.#env.timers.after(closingMs, () => this.#end.abort(new Error('Holdfast stops')));
    if (this.#queue.length > 0) this.#send();
    await this.#sending;
    cancel();
    this.#end.abort();
    await this.#client.close();
  }

  #send(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#take();
      if (this.#end.signal.aborted) this.#count('dropped', batch.length);
      else await this.#deliver(batch);
    }
  }

  #take(): EndedSpan[] {
    const { maxBatch } = this.#options.settings;
    let count = 0;
    for (let events = 0; count < Math.min(maxBatch, this.#queue.length); count++) {
      events += this.#queue[count]?.events.length ?? 0;
      if (count > 0 && events > maxBatchEvents) break;
    }
    return this.#queue.splice(0, count);
  }

  /** Tried a few times where that may help; then given up. */
  async #deliver(batch: readonly EndedSpan[]): Promise<void> {
    const { settings, version } = this.#options;
    const body = encodeTraces(batch, settings.resource, version);
    let reason = '';
    for (let attempt = 1; attempt <= maxTries; attempt++) {
      const { rejected, failure, retryAfterMs } = await this.#try(body);
      if (failure === undefined) {
        this.#count('exported', batch.length - rejected);
        this.#count('failed', rejected);
        return this.#works();
      }
      reason = failure;
      if (retryAfterMs === undefined || this.#isClosing || attempt === maxTries) break;
      const pause = Math.min(longestPauseMs, Math.max(retryAfterMs, 1_000 * 2 ** attempt));
      await this.#env.timers
        .sleep(pause * (0.75 + this.#env.random.fraction() / 2), this.#end.signal)
        .catch(() => undefined);
      if (this.#end.signal.aborted) break;
    }
    this.#count('failed', batch.length);
    this.#fails(reason);
  }

  /** `retryAfterMs`: undefined where it would be of no use. */
  async #try(body: string): Promise<{ rejected: number; failure?: string; retryAfterMs?: number }> {
    const { endpoint, headers, timeoutMs } = this.#options.settings;
    const deadline = new AbortController();
    const stop = () => deadline.abort(this.#end.signal.reason);
    const cancel = this.#env.timers.after(timeoutMs, () =>
      deadline.abort(new Error(`no answer within ${timeoutMs} ms`)),
    );
    this.#end.signal.addEventListener('abort', stop);
    try {
      const response = await this.#client.request({
        method: 'POST',
        path: `${endpoint.pathname}${endpoint.search}`,
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: deadline.signal,
        headTimeoutMs: timeoutMs,
        idleTimeoutMs: timeoutMs,
      });
      const answer = await response.text(maxAnswerBytes);
      const { status } = response;
      if (status >= 200 && status < 300) return { rejected: rejectedIn(answer) };
      const failure = `the receiver answers ${status}`;
      if (!retryable.has(status)) return { rejected: 0, failure };
      return { rejected: 0, failure, retryAfterMs: (Number(response.headers['retry-after']) || 0) * 1_000 };
    } catch (error) {
      return { rejected: 0, failure: asFailure(error).message, retryAfterMs: 0 };
    } finally {
      cancel();
      this.#end.signal.removeEventListener('abort', stop);
    }
  }

  /** Said once, until it works again. */
  #fails(reason: string): void {
    if (!this.#isFailing) this.#env.log.warn('Traces cannot be sent', { reason });
    this.#isFailing = true;
  }

  #works(): void {
    if (this.#isFailing) this.#env.log.info('Traces can be sent again');
    this.#isFailing = false;
  }

  #count(result: 'exported' | 'failed' | 'dropped', spans: number): void {
    if (spans > 0) this.#options.metrics.add('holdfast_trace_spans_total', spans, result);
  }
}

/** Of an answer that takes some and not all: https://opentelemetry.io/docs/specs/otlp/#partial-success-1 */
function rejectedIn(answer: string): number {
  try {
    const said = JSON.parse(answer) as { partialSuccess?: { rejectedSpans?: string | number } } | null;
    return Math.max(0, Number(said?.partialSuccess?.rejectedSpans ?? 0)) || 0;
  } catch {
    return 0;
  }
}
