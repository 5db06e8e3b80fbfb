import type { Env } from '../../env/env.ts';
import { asFailure, failure, type HoldfastError } from '../../errors.ts';
import type { ApiClient, ApiRequest } from './client.ts';
import { eventSchema, isNewer, type KubeObject, listSchema, objectSchema } from './object.ts';
import { statusFailure } from './status.ts';

/** Where a watch is. `live`: what the sink has is the truth, but for the time that news take. */
export type WatchState =
  | { phase: 'listing' | 'live' | 'absent'; reason: string }
  | { phase: 'broken' | 'forbidden'; reason: string; since: number };

/** Takes what a watch sees. Objects are reduced to records on arrival, so that none is kept whole. */
export interface WatchSink<Entry> {
  read(object: KubeObject): Entry;
  /** All that there is, seen as a whole. `reset`: the cluster's history was set back; newer versions than these are void. */
  replace(entries: Entry[], resourceVersion: string, reset: boolean): void;
  put(entry: Entry): void;
  remove(object: KubeObject): void;
  /** The cluster's history is an older one than was seen, as after a restored backup: whatever was seen, also by others, may be void. */
  setBack?(): void;
  state(state: WatchState): void;
}

export interface WatchOptions<Entry> {
  env: Env;
  client: ApiClient;
  path: string;
  /** For people: `deployments.apps`. */
  name: string;
  selector?: string;
  /** Whole objects, or only their metadata. */
  full: boolean;
  /** What is there at the beginning is of no interest: the sink gets an empty list. */
  changesOnly?: boolean;
  sink: WatchSink<Entry>;
  /** Everything is listed anew this often, since no watch is to be trusted for ever. Default 30 min. */
  relistMs?: number;
  /** After a 404: whether the kind is really no longer served. */
  isServed(): Promise<boolean>;
}

const live: WatchState = { phase: 'live', reason: '' };
const partial = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const partialList = 'as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const forbiddenRetryMs = 120_000;
const initialEventsEnd = 'k8s.io/initial-events-end';

/** Servers that do not know streaming lists say so once. */
const withoutStreaming = new WeakSet<ApiClient>();
/** Those that run. */
const sessions = new WeakMap<ApiClient, Set<{ beginAnew(): void }>>();

/** Keeps a sink up to date until the signal or until the kind is no longer served. Never throws. */
export async function runWatch<Entry>(options: WatchOptions<Entry>, signal: AbortSignal): Promise<void> {
  const { client } = options;
  const watch = new Session(options);
  const running = sessions.get(client) ?? new Set();
  sessions.set(client, running.add(watch));
  await follow(watch, options, signal);
  running.delete(watch);
}

async function follow<Entry>(
  watch: Session<Entry>,
  { env, client, sink }: WatchOptions<Entry>,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let former = '';
  /** Watches in a row that ended at once, without a word. */
  let brief = 0;
  while (!signal.aborted) {
    const began = env.clock.monotonic();
    try {
      await watch.run(signal);
      failures = 0;
      former = '';
      // Servers end watches now and then; one that ends them at once must not be asked in a hot loop.
      const isBrief = env.clock.monotonic() - began < 1_000;
      brief = isBrief && !watch.heard ? brief + 1 : 0;
      if (isBrief) await env.timers.sleep(client.backoff(1 + Math.max(1, brief)), signal);
    } catch (thrown) {
      if (signal.aborted) return;
      if (watch.wasInterrupted()) {
        await env.timers.sleep(client.backoff(1), signal).catch(() => {});
        continue;
      }
      const error = asFailure(thrown);
      // One that worked for a while is no proof against the server, however often connections break; silence takes its own time.
      const lasted = env.clock.monotonic() - began > (watch.heard ? 1_000 : 30_000);
      if (lasted || error.code === 'NET_TIMEOUT') failures = 0;
      // A server that is back forbids everything for a moment: how long it was away has no part in that.
      if (error.code === 'K8S_FORBIDDEN' && former !== error.code) failures = 0;
      former = error.code;
      failures++;
      const waitMs = await watch.recover(error, failures);
      if (waitMs === 'end') return;
      const pause = error.code === 'NET_FAILED' ? client.untilBack(waitMs, signal) : env.timers.sleep(waitMs, signal);
      await pause.catch(() => {});
    }
  }
  sink.state({ phase: 'listing', reason: 'closed' });
}

class Session<Entry> {
  readonly #options: WatchOptions<Entry>;
  /** Up to here everything was seen; '' before the first list. */
  #resourceVersion = '';
  #mustList = true;
  #reset = false;
  /** All know that the cluster's history was set back. */
  #isTold = false;
  #anew = new AbortController();
  #relistAt = 0;
  #brokenSince: number | undefined;
  /** Whether the server said anything since we connected. */
  heard = false;

  constructor(options: WatchOptions<Entry>) {
    this.#options = options;
  }

  /** Another watch has noticed that the history was set back. It may have passed our place since, unseen: nothing would tell. */
  beginAnew(): void {
    this.#isTold = true;
    this.#mustList = true;
    this.#reset = true;
    this.#anew.abort();
  }

  wasInterrupted(): boolean {
    const { aborted } = this.#anew.signal;
    if (aborted) this.#isBroken('the cluster was set back to an older state');
    return aborted;
  }

  async run(until: AbortSignal): Promise<void> {
    const { env, client, relistMs = 30 * 60_000 } = this.#options;
    if (this.#anew.signal.aborted) this.#anew = new AbortController();
    const signal = AbortSignal.any([until, this.#anew.signal]);
    this.heard = false;
    if (env.clock.monotonic() >= this.#relistAt) this.#mustList = true; // Until it was done: lists, too, break off.
    if (this.#mustList) {
      this.#relistAt = env.clock.monotonic() + relistMs * (0.9 + 0.2 * env.random.fraction());
      if (!withoutStreaming.has(client) && !this.#options.changesOnly) return await this.#listAndFollow(signal);
      await this.#listPages(signal);
    }
    await this.#follow(this.#watchRequest({ resourceVersion: this.#resourceVersion }), signal);
  }

  /** How long to wait before the next try. */
  async recover(error: HoldfastError, failures: number): Promise<number | 'end'> {
    const { env, client, sink, name } = this.#options;
    if (error.code === 'K8S_GONE') {
      this.#mustList = true;
      return client.backoff(1);
    }
    // The server is behind what we saw of it: it was restored from a backup.
    if (error.message.includes('Too large resource version')) {
      this.#mustList = true;
      this.#reset = true;
      this.#noteSetBack();
    }
    // A server that was away may have come back with an older history, in which our place is yet to come: it would say
    // nothing until then. Silence, where a bookmark a minute is due, means the same. After a first break the next try comes
    // within half a second; after more the pause may hide that the server was away.
    if (error.code === 'NET_TIMEOUT' || !this.heard || failures > 1) this.#mustList = true;
    if (error.code === 'K8S_INVALID' && error.message.includes('sendInitialEvents')) {
      withoutStreaming.add(client);
      return 0;
    }
    if (error.code === 'K8S_FORBIDDEN') {
      // An API server that has just started forbids everything until it has read its rules.
      this.#mustList = true;
      sink.state({ phase: 'forbidden', reason: error.message, since: env.clock.monotonic() });
      return client.backoff(failures, forbiddenRetryMs);
    }
    if ((error.code === 'K8S_KIND_UNKNOWN' || error.code === 'K8S_NOT_FOUND') && !(await this.#options.isServed())) {
      sink.replace([], '', true);
      sink.state({ phase: 'absent', reason: `the cluster no longer serves ${name}` });
      return 'end';
    }
    this.#isBroken(error.message);
    return client.backoff(failures, 30_000);
  }

  async #listAndFollow(signal: AbortSignal): Promise<void> {
    const incoming = new Map<string, Entry>();
    const request = this.#watchRequest({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' });
    await this.#follow(request, signal, incoming);
  }

  async #follow(request: ApiRequest, signal: AbortSignal, incoming?: Map<string, Entry>): Promise<void> {
    const { client, sink } = this.#options;
    let initial = incoming;
    for await (const line of client.stream(request, signal)) {
      const event = eventSchema.parse(line);
      this.heard = true;
      if (event.type === 'ERROR') throw this.#errorEvent(event.object, request);
      const object = objectSchema.parse(event.object);
      const { resourceVersion, annotations, namespace, name } = object.metadata;
      if (event.type === 'BOOKMARK') {
        if (initial !== undefined) {
          // A server sends no other before it: it was lost on the way, and nothing else would tell the end of the list.
          if (annotations[initialEventsEnd] !== 'true')
            throw failure('K8S_ANSWER_INVALID', { request: request.request, reason: 'the list has no end' });
          this.#replace([...initial.values()], resourceVersion);
          initial = undefined;
        }
      } else if (initial !== undefined) initial.set(`${namespace}/${name}`, sink.read(object));
      else if (event.type === 'DELETED') sink.remove(object);
      else sink.put(sink.read(object));
      if (initial === undefined) {
        this.#resourceVersion = resourceVersion;
        this.#isLive();
      }
    }
  }

  async #listPages(signal: AbortSignal): Promise<void> {
    const { client, path, selector, sink, name, full, changesOnly } = this.#options;
    const entries: Entry[] = [];
    let from = '';
    do {
      const query = {
        limit: changesOnly ? '1' : '500',
        ...(from === '' ? {} : { continue: from }),
        ...labelled(selector),
      };
      const accept = full ? 'application/json' : `application/json;${partialList},application/json`;
      const list = listSchema.parse(await client.json({ path, query, accept, request: `list ${name}` }, signal));
      from = changesOnly ? '' : list.metadata.continue;
      for (const object of changesOnly ? [] : list.items) entries.push(sink.read(object));
      if (from === '') this.#replace(entries, list.metadata.resourceVersion);
    } while (from !== '');
    this.#isLive();
  }

  #replace(entries: Entry[], resourceVersion: string): void {
    const wentBack = this.#resourceVersion !== '' && isNewer(this.#resourceVersion, resourceVersion);
    if (wentBack) this.#noteSetBack();
    this.#options.sink.replace(entries, resourceVersion, this.#reset || wentBack);
    this.#resourceVersion = resourceVersion;
    this.#mustList = false;
    this.#reset = false;
    this.#isTold = false;
  }

  #noteSetBack(): void {
    this.#options.sink.setBack?.();
    if (this.#isTold) return;
    this.#isTold = true;
    for (const other of sessions.get(this.#options.client) ?? []) if (other !== this) other.beginAnew();
  }

  #isBroken(reason: string): void {
    const { env, sink } = this.#options;
    this.#brokenSince ??= env.clock.monotonic();
    sink.state({ phase: 'broken', reason, since: this.#brokenSince });
  }

  #isLive(): void {
    this.#brokenSince = undefined;
    this.#options.sink.state(live);
  }

  #watchRequest(query: Record<string, string>): ApiRequest {
    const { env, path, selector, full, name } = this.#options;
    const timeoutSeconds = Math.max(5, Math.ceil((this.#relistAt - env.clock.monotonic()) / 1000));
    return {
      path,
      query: {
        ...{ watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(timeoutSeconds) },
        ...labelled(selector),
        ...query,
      },
      accept: full ? 'application/json' : `application/json;${partial},application/json`,
      request: `watch ${name}`,
    };
  }

  #errorEvent(status: object, request: ApiRequest): HoldfastError {
    const code = 'code' in status && typeof status.code === 'number' ? status.code : 500;
    return statusFailure(code, JSON.stringify(status), request);
  }
}

function labelled(selector: string | undefined): Record<string, string> {
  return selector === undefined ? {} : { labelSelector: selector };
}
