import { type Live, type ResourceKey, resourceKey } from '../../model/resource.ts';
import { applicationOfMark } from '../../model/tracking.ts';
import { isNewer } from './object.ts';

export interface Entry {
  live: Live;
  resourceVersion: string;
}

/** A hook is waited for by one sync; none is behind by so many. */
const maxEnds = 1_000;

/**
 * What is in the cluster with our mark, some hundred bytes each. Watches and our own writes both put here what they saw;
 * of two views of one object the newer counts, however they arrive.
 */
export class LiveCache {
  readonly #entries = new Map<ResourceKey, Entry>();
  readonly #byOwner = new Map<string, Set<ResourceKey>>();
  /** Hooks that had ended and are gone, by uid. */
  readonly #ends = new Map<string, Live>();
  readonly #listeners = new Set<(application: string) => void>();
  readonly #environment: string;

  /** Marks of this environment are known by the application's name alone. */
  constructor(environment = '') {
    this.#environment = environment;
  }

  /** The application that a mark means here. */
  applicationOf(mark: string): string {
    return applicationOfMark(this.#environment, mark);
  }

  get(key: ResourceKey): Live | undefined {
    return this.#entries.get(key)?.live;
  }

  /** The entry, when it is of this very state of the object. */
  at(key: ResourceKey, resourceVersion: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry?.resourceVersion === resourceVersion ? entry : undefined;
  }

  /** See `Target.lastSeen`. */
  lastSeen(uid: string): Live | undefined {
    return this.#ends.get(uid);
  }

  /** How an object looked when it went away. */
  noteEnd(live: Live): void {
    if (live.hook === undefined || live.completion === undefined || live.completion === 'running') return;
    this.#ends.set(live.uid, live);
    for (const oldest of this.#ends.keys()) {
      if (this.#ends.size <= maxEnds) break;
      this.#ends.delete(oldest);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  ownedBy(application: string): Iterable<ResourceKey> {
    return this.#byOwner.get(application) ?? [];
  }

  owners(): string[] {
    return [...this.#byOwner.keys()].sort();
  }

  onChange(listener: (application: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  put(entry: Entry): void {
    const { key } = entry.live;
    const former = this.#entries.get(key);
    if (former !== undefined && !isNewer(entry.resourceVersion, former.resourceVersion)) return;
    this.#store(key, entry, former);
  }

  /** Forgets the object if this is the one that was deleted, not a later one of the same name. */
  remove(key: ResourceKey, resourceVersion: string): void {
    const former = this.#entries.get(key);
    if (former === undefined || isNewer(former.resourceVersion, resourceVersion)) return;
    this.#delete(key, former);
  }

  /**
   * Takes a complete list of the kind whose keys begin with `prefix`. It is right but for what we saw at a later time than
   * it did; after a `reset` there is no later time. One of a time that we had passed, and an object in it older than we saw:
   * the history was set back, and went on since, which no number tells.
   */
  replace(prefix: string, entries: readonly Entry[], listedAt: string, reset: boolean): void {
    const seen = new Set<ResourceKey>();
    for (const entry of entries) {
      const { key } = entry.live;
      seen.add(key);
      const former = this.#entries.get(key);
      const isLater = former !== undefined && isNewer(former.resourceVersion, listedAt);
      if (reset || !isLater || isNewer(entry.resourceVersion, former.resourceVersion)) this.#store(key, entry, former);
    }
    for (const [key, former] of this.#entries) {
      if (!key.startsWith(prefix) || seen.has(key)) continue;
      if (reset || !isNewer(former.resourceVersion, listedAt)) this.#delete(key, former);
    }
  }

  notify(application: string): void {
    if (application === '') return;
    for (const listener of this.#listeners) listener(application);
  }

  notifyAll(): void {
    for (const owner of this.owners()) this.notify(owner);
  }

  #store(key: ResourceKey, entry: Entry, former: Entry | undefined): void {
    const owner = this.applicationOf(entry.live.owner);
    entry.live.owner = owner;
    this.#entries.set(key, entry);
    if (former?.live.owner !== owner) {
      if (former !== undefined) this.#disown(former.live.owner, key);
      this.#own(owner, key);
    }
    if (former !== undefined && isSame(former.live, entry.live)) return;
    // What is shared is nobody's: its first sight is no news to those who share it, a change of it may be one to any of them.
    if (former !== undefined && owner === '') this.notifyAll();
    else this.notify(owner);
    if (former !== undefined && former.live.owner !== owner) this.notify(former.live.owner);
  }

  #delete(key: ResourceKey, former: Entry): void {
    this.noteEnd(former.live);
    this.#entries.delete(key);
    this.#disown(former.live.owner, key);
    if (former.live.owner === '') this.notifyAll();
    else this.notify(former.live.owner);
  }

  #own(owner: string, key: ResourceKey): void {
    if (owner === '') return;
    const keys = this.#byOwner.get(owner);
    if (keys === undefined) this.#byOwner.set(owner, new Set([key]));
    else keys.add(key);
  }

  #disown(owner: string, key: ResourceKey): void {
    const keys = this.#byOwner.get(owner);
    if (keys === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.#byOwner.delete(owner);
  }
}

/** Whether anybody who waits for news would learn something. */
function isSame(a: Live, b: Live): boolean {
  return (
    a.uid === b.uid &&
    a.owner === b.owner &&
    a.fingerprint === b.fingerprint &&
    a.lastChange?.name === b.lastChange?.name &&
    a.lastChange?.at === b.lastChange?.at &&
    a.deleting === b.deleting &&
    a.completion === b.completion &&
    a.summary === b.summary &&
    a.health.status === b.health.status &&
    a.health.message === b.health.message
  );
}

export function kindPrefix(kind: { group: string; kind: string }): string {
  return resourceKey({ ...kind, namespace: '', name: '' }).slice(0, -1);
}
