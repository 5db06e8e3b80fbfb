import type { KubeObject } from './json.ts';

export interface Change {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `apps/deployments` */
  resource: string;
  /** `shop/web`; `/web` without a namespace */
  key: string;
  /** As it is now; of a deleted one the last state, with the version of its deletion. */
  object: KubeObject;
  before: KubeObject | undefined;
}

type Objects = ReadonlyMap<string, KubeObject>;

/** What etcd does: objects, one counter of revisions, and a history that can be compacted. */
export class Store {
  revision = 100;
  /** Nothing is known of what happened up to here. */
  compacted = 100;
  readonly #resources = new Map<string, Map<string, KubeObject>>();
  readonly #history = new Map<string, Change[]>();
  readonly #listeners = new Set<(change: Change) => void>();

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#resources.get(resource)?.get(key);
  }

  all(resource: string): Objects {
    return this.#resources.get(resource) ?? new Map();
  }

  resources(): Iterable<[string, Objects]> {
    return this.#resources;
  }

  /** Takes the object as the new state, with a new version. */
  put(resource: string, key: string, object: KubeObject): KubeObject {
    const before = this.get(resource, key);
    this.revision++;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } };
    const objects = this.#resources.get(resource);
    if (objects === undefined) this.#resources.set(resource, new Map([[key, stored]]));
    else objects.set(key, stored);
    this.#record({ type: before === undefined ? 'ADDED' : 'MODIFIED', resource, key, object: stored, before });
    return stored;
  }

  /** `last` is what watchers see of it in the end. */
  delete(resource: string, key: string, last: KubeObject): KubeObject {
    this.revision++;
    const object = { ...last, metadata: { ...last.metadata, resourceVersion: String(this.revision) } };
    const before = this.get(resource, key);
    this.#resources.get(resource)?.delete(key);
    this.#record({ type: 'DELETED', resource, key, object, before });
    return object;
  }

  /** What happened to the resource after this revision, in order. */
  since(resource: string, revision: number): Change[] {
    const history = this.#history.get(resource) ?? [];
    let from = history.length;
    while (from > 0 && history[from - 1]!.revision > revision) from--;
    return history.slice(from);
  }

  /** The objects as they were at this revision. */
  at(resource: string, revision: number): Objects {
    if (revision >= this.revision) return this.all(resource);
    const objects = new Map(this.all(resource));
    for (const { key, before } of this.since(resource, revision).reverse()) {
      if (before === undefined) objects.delete(key);
      else objects.set(key, before);
    }
    return objects;
  }

  compact(revision: number): void {
    this.compacted = Math.max(this.compacted, Math.min(revision, this.revision));
    for (const [resource, history] of this.#history)
      this.#history.set(
        resource,
        history.filter(change => change.revision > this.compacted),
      );
  }

  snapshot(): unknown {
    const resources = [...this.#resources].map(([resource, objects]) => [resource, [...objects]]);
    return { revision: this.revision, resources };
  }

  restore(snapshot: unknown): void {
    const { revision, resources } = snapshot as { revision: number; resources: [string, [string, KubeObject][]][] };
    this.revision = revision;
    this.compacted = revision;
    this.#history.clear();
    this.#resources.clear();
    for (const [resource, objects] of resources) this.#resources.set(resource, new Map(objects));
  }

  #record(change: Omit<Change, 'revision'>): void {
    const recorded = { revision: this.revision, ...change };
    const history = this.#history.get(change.resource);
    if (history === undefined) this.#history.set(change.resource, [recorded]);
    else history.push(recorded);
    for (const listener of this.#listeners) listener(recorded);
  }
}
