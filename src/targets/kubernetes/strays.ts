import type { Env } from '../../env/env.ts';
import type { ResourceKey } from '../../model/resource.ts';
import type { LiveCache } from './cache.ts';
import type { ApiClient } from './client.ts';
import { apiPath, type ServedKind } from './discovery.ts';
import { toEntry } from './live.ts';
import { type KubeObject, objectSchema } from './object.ts';

/** Many at once were deleted, not relabelled: looking after each would only delay their return. */
const maxLooks = 8;
const maxExpected = 100_000;

/**
 * A watch with a selector reports "deleted" for two things: the object is gone, or it lost its label. One look tells,
 * and only then is it said that something is missing.
 */
export class Strays {
  readonly #options: { env: Env; client: ApiClient; cache: LiveCache };
  readonly #expected = new Set<string>();
  /** Being looked after. */
  readonly #looks = new Set<ResourceKey>();

  constructor(options: { env: Env; client: ApiClient; cache: LiveCache }) {
    this.#options = options;
  }

  expectRemoval(uid: string): void {
    if (this.#expected.size > maxExpected) this.#expected.clear();
    this.#expected.add(uid);
  }

  /** The first of these of which nobody can say right now whether it is there. */
  among(keys: Iterable<ResourceKey>): ResourceKey | undefined {
    if (this.#looks.size === 0) return undefined;
    for (const key of keys) if (this.#looks.has(key)) return key;
    return undefined;
  }

  removed(key: ResourceKey, object: KubeObject, kind: ServedKind): void {
    const { env, cache } = this.#options;
    const { uid, resourceVersion } = object.metadata;
    const known = cache.get(key);
    // Says what nothing else did when a Job was deleted as soon as it had ended (`ttlSecondsAfterFinished`).
    cache.noteEnd(toEntry(object, kind, known, env.clock.now()).live);
    const isGone = this.#expected.delete(uid) || known === undefined || known.uid !== uid || known.deleting;
    if (isGone || this.#looks.size >= maxLooks) cache.remove(key, resourceVersion);
    else void this.#look(key, object, kind);
  }

  async #look(key: ResourceKey, { metadata }: KubeObject, kind: ServedKind): Promise<void> {
    const { env, client, cache } = this.#options;
    const known = cache.get(key);
    this.#looks.add(key);
    const deadline = new AbortController();
    const cancel = env.timers.after(5_000, () => deadline.abort());
    try {
      const request = {
        path: apiPath(kind, metadata.namespace, metadata.name),
        accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
        request: `get ${kind.kind} ${metadata.name}`,
      };
      const found = objectSchema.parse(await client.json(request, deadline.signal));
      if (found.metadata.uid !== metadata.uid) throw new Error('another one');
      cache.put(toEntry(found, kind, cache.get(key), env.clock.now()));
    } catch {
      cache.remove(key, metadata.resourceVersion);
    } finally {
      cancel();
      this.#looks.delete(key);
      // Whoever asked meanwhile was told that nobody knows.
      if (known !== undefined) cache.notify(known.owner);
    }
  }
}
