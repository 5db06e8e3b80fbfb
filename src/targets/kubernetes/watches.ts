import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { type ResourceKey, resourceKey } from '../../model/resource.ts';
import { trackingName } from '../../model/tracking.ts';
import type { Entry } from './cache.ts';
import { kindPrefix, type LiveCache } from './cache.ts';
import type { ApiClient } from './client.ts';
import { apiPath, type Discovery, type GroupKind, groupKind, type ServedKind } from './discovery.ts';
import { isWatchable, needsStatus } from './kinds.ts';
import { toEntry } from './live.ts';
import { type KubeObject, listSchema } from './object.ts';
import { Strays } from './strays.ts';
import { runWatch, type WatchSink, type WatchState } from './watch.ts';

/** A watch that is interrupted for longer than this no longer tells the truth. */
const toleratedBreakMs = 10_000;
const patienceMs = 5_000;
/** Kinds that could not be looked at are looked at again. */
const rescanMs = 10 * 60_000;

export interface WatchesOptions {
  env: Env;
  client: ApiClient;
  discovery: Discovery;
  cache: LiveCache;
  relistMs?: number;
}

interface KindWatch {
  state: WatchState;
  /** Whether everything was seen once. */
  wasLive: boolean;
  settled: PromiseWithResolvers<void>;
  stop: AbortController;
}

/** The watches of all kinds that hold something of ours, each selected by our label. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #watches = new Map<GroupKind, KindWatch>();
  readonly #strays: Strays;
  readonly #scanned = new Set<GroupKind>();
  readonly #stop = new AbortController();
  /** When (monotonic ms) one of the watches noticed last that the cluster's history is an older one. */
  #setBackAt = Number.NEGATIVE_INFINITY;
  #rescan: (() => void) | undefined;
  #closed = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    this.#strays = new Strays(options);
  }

  /** Finds the kinds that hold something of ours, and watches them. One small request a kind that is not known yet. */
  async scan(signal: AbortSignal): Promise<void> {
    const { discovery } = this.#options;
    const unseen = discovery.all().filter(kind => isWatchable(kind) && !this.#scanned.has(groupKind(kind)));
    const found = await Promise.all(unseen.map(async kind => ((await this.#holdsOurs(kind, signal)) ? [kind] : [])));
    await this.cover(found.flat(), signal);
    const left = discovery.all().some(kind => isWatchable(kind) && !this.#scanned.has(groupKind(kind)));
    if (left) this.#scanLater();
  }

  #scanLater(): void {
    if (this.#rescan !== undefined || this.#closed) return;
    this.#rescan = this.#options.env.timers.after(rescanMs, () => {
      this.#rescan = undefined;
      if (!this.#closed) this.scan(this.#stop.signal).catch(() => this.#scanLater());
    });
  }

  /** Resolves when each of the kinds is seen, or known not to be visible. */
  async cover(kinds: Iterable<ServedKind>, signal: AbortSignal): Promise<void> {
    const waits: Promise<void>[] = [];
    for (const kind of kinds) {
      const watch = this.#ensure(kind);
      if (!watch.wasLive) waits.push(watch.settled.promise);
    }
    if (waits.length === 0) return;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([Promise.all(waits), aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Why what is seen of this kind may not be all; '' when it is. Begins to watch it where nobody did. */
  doubt(kind: ServedKind): string {
    const { state, wasLive } = this.#ensure(kind);
    if (state.phase === 'listing') return `${kind.plural} are being listed`;
    if (state.phase === 'forbidden') return state.reason;
    if (state.phase !== 'broken') return '';
    return wasLive && this.#isTolerable(state.since) ? '' : state.reason;
  }

  /** Why what is seen of these may not be what is there, though their kinds are seen; '' when it is. */
  doubtAmong(keys: Iterable<ResourceKey>): string {
    const stray = this.#strays.among(keys);
    return stray === undefined ? '' : `whether ${stray} is still there is being looked up`;
  }

  /** Of a cluster that was set back to an older state, what was seen before the break is no sign of what is there. */
  #isTolerable(since: number): boolean {
    const isShort = this.#options.env.clock.monotonic() - since <= toleratedBreakMs;
    return isShort && since > this.#setBackAt + toleratedBreakMs;
  }

  forbidden(kind: ServedKind): string | undefined {
    const state = this.#watches.get(groupKind(kind))?.state;
    return state?.phase === 'forbidden' ? state.reason : undefined;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** What cannot be seen, each kind in words. */
  troubles(): string[] {
    const states = [...this.#watches.values()].map(({ state }) => state);
    return states.flatMap(({ phase, reason }) => (phase === 'broken' || phase === 'forbidden' ? [reason] : [])).sort();
  }

  /** An object that we deleted: when its watch says so, that is no news to look after. */
  expectRemoval(uid: string): void {
    this.#strays.expectRemoval(uid);
  }

  close(): void {
    this.#closed = true;
    this.#stop.abort();
    this.#rescan?.();
    for (const { stop } of this.#watches.values()) stop.abort();
    this.#watches.clear();
  }

  async #holdsOurs(kind: ServedKind, signal: AbortSignal): Promise<boolean> {
    const request = {
      path: apiPath(kind),
      query: { limit: '1', labelSelector: trackingName },
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      request: `list ${kind.plural}`,
    };
    try {
      const list = listSchema.parse(await this.#options.client.json(request, signal));
      this.#scanned.add(groupKind(kind));
      return list.items.length > 0;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asFailure(thrown);
      // Not ours to see, or its server is down: what of it is declared says so itself.
      if (error.code !== 'K8S_FORBIDDEN' && kind.group === '') throw error;
      this.#options.env.log.warn('cannot list a kind', { kind: groupKind(kind), reason: error.message });
      return false;
    }
  }

  #ensure(kind: ServedKind): KindWatch {
    const id = groupKind(kind);
    const running = this.#watches.get(id);
    if (running !== undefined) return running;
    const settled = Promise.withResolvers<void>();
    const watch: KindWatch = {
      state: { phase: 'listing', reason: '' },
      wasLive: false,
      settled,
      stop: new AbortController(),
    };
    if (this.#closed) return watch;
    this.#watches.set(id, watch);
    this.#scanned.add(id);
    const { env, client, discovery, relistMs } = this.#options;
    const options = {
      ...{ env, client, path: apiPath(kind), selector: trackingName, full: needsStatus(kind) },
      name: kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`,
      sink: this.#sink(kind, watch),
      ...(relistMs === undefined ? {} : { relistMs }),
      async isServed() {
        await discovery.refresh(watch.stop.signal).catch(() => {});
        return discovery.find(kind, kind.version) !== undefined;
      },
    };
    void runWatch(options, watch.stop.signal);
    return watch;
  }

  #sink(kind: ServedKind, watch: KindWatch): WatchSink<Entry> {
    const { env, cache } = this.#options;
    const prefix = kindPrefix(kind);
    const keyOf = ({ metadata }: KubeObject) =>
      resourceKey({ ...kind, namespace: kind.namespaced ? metadata.namespace : '', name: metadata.name });
    return {
      read(object) {
        const key = keyOf(object);
        // The answer to our own write was the same.
        const known = cache.at(key, object.metadata.resourceVersion);
        return known ?? toEntry(object, kind, cache.get(key), env.clock.now());
      },
      replace: (entries, resourceVersion, reset) => cache.replace(prefix, entries, resourceVersion, reset),
      setBack: () => {
        this.#setBackAt = env.clock.monotonic();
      },
      put: entry => cache.put(entry),
      remove: object => this.#strays.removed(keyOf(object), object, kind),
      state: state => this.#enter(kind, watch, state),
    };
  }

  #enter(kind: ServedKind, watch: KindWatch, state: WatchState): void {
    const former = watch.state;
    watch.state = state;
    if (former.phase === state.phase) return;
    const { env, cache } = this.#options;
    if (state.phase === 'live') watch.wasLive = true;
    // What cannot be seen for now is waited for, but not for long: it must not hold up what can.
    if (state.phase === 'broken') env.timers.after(patienceMs, watch.settled.resolve);
    else if (state.phase !== 'listing') watch.settled.resolve();
    if (state.phase === 'absent') this.#watches.delete(groupKind(kind));
    const tell = () => cache.notifyAll();
    if (state.phase === 'broken')
      env.timers.after(toleratedBreakMs + 100, () => watch.state.phase === 'broken' && tell());
    else if (former.phase !== 'listing' && former.phase !== 'broken') tell();
    else if (former.phase === 'broken' && !this.#isTolerable(former.since)) tell();
    if (state.phase === 'forbidden' || state.phase === 'absent') {
      env.log.warn('a kind is not visible', { kind: groupKind(kind), reason: state.reason });
    }
  }
}
