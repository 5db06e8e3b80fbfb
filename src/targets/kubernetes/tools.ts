import type { Env } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';
import {
  type Desired,
  describeResource,
  type Live,
  type ResourceId,
  type ResourceKey,
  resourceKey,
} from '../../model/resource.ts';
import type { Entry, LiveCache } from './cache.ts';
import type { ApiClient } from './client.ts';
import { apiPath, type Discovery, type ServedKind } from './discovery.ts';
import type { JqPaths } from './ignore.ts';
import { toEntry } from './live.ts';
import { type KubeObject, objectSchema } from './object.ts';
import type { Watches } from './watches.ts';

/** What reading and writing one object need of the target. */
export class Tools {
  readonly env: Env;
  readonly client: ApiClient;
  readonly discovery: Discovery;
  readonly watches: Watches;
  readonly cache: LiveCache;
  readonly jqPaths: JqPaths;
  readonly #making = new Map<ResourceKey, Promise<Live>>();

  constructor(parts: Pick<Tools, 'env' | 'client' | 'discovery' | 'watches' | 'cache' | 'jqPaths'>) {
    this.env = parts.env;
    this.client = parts.client;
    this.discovery = parts.discovery;
    this.watches = parts.watches;
    this.cache = parts.cache;
    this.jqPaths = parts.jqPaths;
  }

  /** The kind as served, watched from now on: what we write we also see. */
  async kindOf({ id, version }: Pick<Desired, 'id' | 'version'>, signal: AbortSignal): Promise<ServedKind> {
    const kind = await this.discovery.look(id, version, signal);
    if (kind === undefined) throw failure('K8S_KIND_UNKNOWN', { request: describeResource(id) });
    await this.watches.cover([kind], signal);
    return kind;
  }

  /** `account`: as whom. */
  async get(
    id: ResourceId,
    kind: ServedKind,
    accept: string,
    signal: AbortSignal,
    account?: string,
  ): Promise<KubeObject | undefined> {
    const request = { path: apiPath(kind, id.namespace, id.name), accept, account };
    try {
      const answer = await this.client.json({ ...request, request: `get ${describeResource(id)}` }, signal);
      return objectSchema.parse(answer);
    } catch (thrown) {
      const { code } = asFailure(thrown);
      if (code === 'K8S_NOT_FOUND' || code === 'K8S_NAMESPACE_MISSING') return undefined;
      throw thrown;
    }
  }

  /** Puts an answer of the API server into the cache, where `observe` sees it before its watch event comes. */
  take(object: KubeObject, kind: ServedKind): Entry {
    const { namespace, name } = object.metadata;
    const key = resourceKey({ ...kind, namespace: kind.namespaced ? namespace : '', name });
    const seen = this.cache.at(key, object.metadata.resourceVersion);
    if (seen !== undefined) return seen;
    const entry = toEntry(object, kind, this.cache.get(key), this.env.clock.now());
    this.cache.put(entry);
    return entry;
  }

  /** What is enough to be there (a namespace that many share) is made once, however many ask for it at the same time. */
  async onceThere(key: ResourceKey, make: () => Promise<Live>): Promise<Live> {
    // Whose making fails, or is given up, leaves it to the next one.
    await this.#making.get(key)?.catch(() => {});
    const there = this.cache.get(key);
    if (there !== undefined && !there.deleting) return there;
    const making = this.#making.get(key) ?? make();
    this.#making.set(key, making);
    try {
      return await making;
    } finally {
      this.#making.delete(key);
    }
  }

  /** The cached object once it is as wanted; as it is at the deadline otherwise. */
  async until(
    key: ResourceKey,
    wanted: (live: Live) => boolean,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Live | undefined> {
    const look = () => {
      const live = this.cache.get(key);
      return live !== undefined && wanted(live) ? live : undefined;
    };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopListening = this.cache.onChange(() => look() !== undefined && resolve());
    const cancel = this.env.timers.after(deadlineMs, resolve);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (look() === undefined) await promise;
      return this.cache.get(key);
    } finally {
      stopListening();
      cancel();
      signal.removeEventListener('abort', abort);
    }
  }
}
