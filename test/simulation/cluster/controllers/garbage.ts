import type { KubeObject, OwnerReference } from '../json.ts';
import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

interface Place {
  resource: string;
  key: string;
}

/** Deletes what has lost its owners, and sees to it that owners wait for their dependents, or let them go. */
export class GarbageCollector {
  readonly #tools: Tools;
  readonly #places = new Map<string, Place>();
  readonly #dependents = new Map<string, Set<string>>();

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  forget(): void {
    this.#places.clear();
    this.#dependents.clear();
  }

  see({ type, resource, key, object }: Change): void {
    const { uid, ownerReferences = [], finalizers = [] } = object.metadata;
    if (type === 'DELETED') this.#places.delete(uid);
    else this.#places.set(uid, { resource, key });
    for (const owner of ownerReferences) {
      const known = this.#dependents.get(owner.uid);
      if (known === undefined) this.#dependents.set(owner.uid, new Set([uid]));
      else known.add(uid);
    }
    const isOwner = this.#dependents.has(uid);
    const isHeld = finalizers.includes('foregroundDeletion') || finalizers.includes('orphan');
    if (type === 'DELETED' && isOwner) this.#tools.later(`lost ${uid}`, 20, () => this.#lost(uid));
    else if (type !== 'DELETED' && isHeld) this.#tools.later(`held ${uid}`, 20, () => this.#held(uid));
    else if (type === 'ADDED' && ownerReferences.length > 0)
      this.#tools.later(`owned ${uid}`, 50, () => this.#collect(uid));
    if (type === 'DELETED')
      for (const owner of ownerReferences) {
        const held = this.#object(owner.uid);
        if (held?.metadata.finalizers?.includes('foregroundDeletion'))
          this.#tools.later(`held ${owner.uid}`, 20, () => this.#held(owner.uid));
      }
  }

  #object(uid: string): KubeObject | undefined {
    const place = this.#places.get(uid);
    return place === undefined ? undefined : this.#tools.server.store.get(place.resource, place.key);
  }

  #dependentsOf(uid: string): KubeObject[] {
    const objects = [...(this.#dependents.get(uid) ?? [])].map(dependent => this.#object(dependent));
    return objects.filter(object => object !== undefined).filter(object => ownerOf(object, uid) !== undefined);
  }

  #lost(uid: string): void {
    for (const { metadata } of this.#dependentsOf(uid)) this.#collect(metadata.uid);
    this.#dependents.delete(uid);
  }

  /** Deletes it when none of its owners is there; forgets those that are not when others are. */
  #collect(uid: string): void {
    const object = this.#object(uid);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
    const owners = object.metadata.ownerReferences ?? [];
    const there = owners.filter(owner => this.#object(owner.uid) !== undefined);
    if (there.length === owners.length) return;
    if (there.length > 0) this.#setOwners(object, there);
    else this.#delete(object, 'Background');
  }

  #held(uid: string): void {
    const owner = this.#object(uid);
    const finalizers = owner?.metadata.finalizers ?? [];
    if (owner?.metadata.deletionTimestamp === undefined) return;
    const dependents = this.#dependentsOf(uid);
    if (finalizers.includes('orphan')) {
      for (const dependent of dependents)
        this.#setOwners(
          dependent,
          (dependent.metadata.ownerReferences ?? []).filter(other => other.uid !== uid),
        );
      this.#tools.removeFinalizer(owner, 'orphan');
      return;
    }
    if (!finalizers.includes('foregroundDeletion')) return;
    for (const dependent of dependents)
      if (dependent.metadata.deletionTimestamp === undefined) this.#delete(dependent, 'Foreground');
    const blocking = this.#dependentsOf(uid).some(dependent => ownerOf(dependent, uid)?.blockOwnerDeletion === true);
    if (!blocking) this.#tools.removeFinalizer(owner, 'foregroundDeletion');
  }

  #delete(object: KubeObject, propagationPolicy: string): void {
    const preconditions = { uid: object.metadata.uid };
    this.#tools.send('DELETE', this.#tools.pathOf(object), { propagationPolicy, preconditions });
  }

  #setOwners(object: KubeObject, ownerReferences: OwnerReference[]): void {
    const { resourceVersion } = object.metadata;
    this.#tools.send('PATCH', this.#tools.pathOf(object), { metadata: { ownerReferences, resourceVersion } });
  }
}

function ownerOf({ metadata }: KubeObject, uid: string): OwnerReference | undefined {
  return metadata.ownerReferences?.find(owner => owner.uid === uid);
}
