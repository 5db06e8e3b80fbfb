import type { Env } from '../../env/env.ts';
import type { ApiClient } from './client.ts';
import { apiPath, type Discovery, type ServedKind } from './discovery.ts';
import { runWatch, type WatchSink } from './watch.ts';
import type { Watches } from './watches.ts';

/** Definitions come in dozens at once, and are served a moment after they are there. */
const settleMs = 500;
/** A server that has much to do tells what it serves some seconds later, and nothing says when. */
const againMs = 5_000;

const definitions: ServedKind[] = [
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', plural: 'customresourcedefinitions' },
  { group: 'apiregistration.k8s.io', kind: 'APIService', plural: 'apiservices' },
].map(kind => ({ ...kind, version: 'v1', namespaced: false, verbs: ['list', 'watch'] }));

/** Watches what decides about kinds, anybody's, and has the discovery refreshed when something in it changes. */
export class Triggers {
  readonly #options: { env: Env; client: ApiClient; discovery: Discovery; watches: Watches };
  readonly #stop = new AbortController();
  #soon: (() => void) | undefined;
  #again: (() => void) | undefined;

  constructor(options: { env: Env; client: ApiClient; discovery: Discovery; watches: Watches }) {
    this.#options = options;
  }

  /** Resolves when no change can be missed any more, or when it is clear that they cannot be seen. */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.all(definitions.map(kind => this.#watch(kind, signal)));
  }

  close(): void {
    this.#stop.abort();
    this.#soon?.();
    this.#again?.();
  }

  async #watch(kind: ServedKind, signal: AbortSignal): Promise<void> {
    const { env, client } = this.#options;
    const begun = Promise.withResolvers<void>();
    const abort = () => begun.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let isFirst = true;
    const sink: WatchSink<undefined> = {
      read: () => undefined,
      replace: () => {
        // What changed between two lists was told to nobody.
        if (!isFirst) this.#changed();
        isFirst = false;
      },
      put: () => this.#changed(),
      remove: () => this.#changed(),
      state(state) {
        if (state.phase !== 'listing') begun.resolve();
      },
    };
    const options = { env, client, path: apiPath(kind), name: kind.plural, full: false, changesOnly: true, sink };
    void runWatch({ ...options, isServed: async () => true }, this.#stop.signal);
    try {
      await begun.promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #changed(): void {
    this.#soon ??= this.#options.env.timers.after(settleMs, () => {
      this.#soon = undefined;
      void this.#refresh();
    });
    this.#refreshAgain();
  }

  #refreshAgain(): void {
    this.#again?.();
    this.#again = this.#options.env.timers.after(againMs, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const { discovery, watches } = this.#options;
    try {
      await discovery.refresh(this.#stop.signal);
      await watches.scan(this.#stop.signal);
    } catch {
      if (!this.#stop.signal.aborted) this.#refreshAgain();
    }
  }
}
