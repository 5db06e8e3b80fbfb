import { z } from 'zod';
import { asFailure, failure } from '../../errors.ts';
import type { Live, ResourceKey } from '../../model/resource.ts';
import type { Owned, OwnedResource } from '../target.ts';
import { workloads } from './containers.ts';
import { apiPath, groupKind, type ServedKind } from './discovery.ts';
import { isBuiltInGroup } from './kinds.ts';
import { toEntry } from './live.ts';
import { type KubeObject, listSchema } from './object.ts';
import type { Tools } from './tools.ts';

/** What each kind makes. Secrets are never asked for. */
const makes: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['apps/ReplicaSet'],
  'apps/ReplicaSet': ['/Pod'],
  'apps/StatefulSet': ['/Pod', '/PersistentVolumeClaim'],
  'apps/DaemonSet': ['/Pod'],
  '/ReplicationController': ['/Pod'],
  'batch/CronJob': ['batch/Job'],
  'batch/Job': ['/Pod'],
  '/Service': ['discovery.k8s.io/EndpointSlice'],
};
/** Resources of definitions may make any of these. */
const anyone = [
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'batch/Job',
  'batch/CronJob',
  '/Service',
  '/Pod',
];
/** Of these, being there is all there is to know. */
const metadataOnly = new Set(['discovery.k8s.io/EndpointSlice']);

const limits = { namespaces: 20, pages: 4, perPage: 500, resources: 2_000, sharedMs: 1_000, answerMs: 30_000 };
const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const ownersSchema = z.array(z.looseObject({ uid: z.string() })).catch([]);
const podSchema = z.looseObject({
  spec: z.looseObject({
    containers: z.array(z.looseObject({ name: z.string() })).catch([]),
    initContainers: z.array(z.looseObject({ name: z.string() })).catch([]),
  }),
});

interface Child {
  live: Live;
  owners: string[];
  containers?: string[];
}

interface Listed {
  children: Child[];
  /** Why not all of them; ''. */
  reason: string;
}

/** Finds what the resources of applications have made. Lists of a namespace are shared by all who ask at about the same time. */
export class OwnedResources {
  readonly #tools: Tools;
  readonly #lists = new Map<string, { at: number; listed: Promise<Listed> }>();

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  async of(application: string, signal: AbortSignal): Promise<Owned> {
    const { cache } = this.#tools;
    const roots = [...cache.ownedBy(application)].flatMap(key => cache.get(key) ?? []);
    const places = new Map<string, { kind: ServedKind; namespace: string }>();
    for (const [namespace, kinds] of this.#wanted(roots))
      for (const kind of kinds) places.set(apiPath(kind, namespace), { kind, namespace });
    const lists = await Promise.all([...places.values()].map(({ kind, namespace }) => this.#list(kind, namespace)));
    signal.throwIfAborted();
    const reasons = new Set(lists.map(({ reason }) => reason).filter(reason => reason !== ''));
    const found = descend(
      roots,
      lists.flatMap(({ children }) => children),
    );
    if (found.length > limits.resources) reasons.add(`there are ${found.length} of them`);
    return {
      resources: found.slice(0, limits.resources),
      complete: reasons.size === 0,
      reason: [...reasons].join('; '),
      prints: id => workloads.has(groupKind(id)),
    };
  }

  /** What may be found in which namespace. */
  #wanted(roots: readonly Live[]): Map<string, Set<ServedKind>> {
    const { discovery } = this.#tools;
    const wanted = new Map<string, Set<ServedKind>>();
    for (const { id } of roots) {
      if (id.namespace === '') continue;
      const kinds = wanted.get(id.namespace) ?? new Set<ServedKind>();
      if (kinds.size === 0 && wanted.size >= limits.namespaces) continue;
      for (const name of closure(groupKind(id), id.group)) {
        const [group = '', kind = ''] = name.split('/');
        const served = discovery.find({ group, kind });
        if (served !== undefined) kinds.add(served);
      }
      if (kinds.size > 0) wanted.set(id.namespace, kinds);
    }
    return wanted;
  }

  #list(kind: ServedKind, namespace: string): Promise<Listed> {
    const now = this.#tools.env.clock.monotonic();
    for (const [path, { at }] of this.#lists) if (now - at > limits.sharedMs) this.#lists.delete(path);
    const path = apiPath(kind, namespace);
    const known = this.#lists.get(path);
    if (known !== undefined) return known.listed;
    const listed = this.#read(kind, path);
    this.#lists.set(path, { at: now, listed });
    return listed;
  }

  /** Belongs to nobody's request in particular: it has a deadline of its own. Never throws. */
  async #read(kind: ServedKind, path: string): Promise<Listed> {
    const { env, client } = this.#tools;
    const deadline = new AbortController();
    const late = () => deadline.abort(failure('API_TIMEOUT', { ms: limits.answerMs }));
    const cancel = env.timers.after(limits.answerMs, late);
    const children: Child[] = [];
    const partial = metadataOnly.has(groupKind(kind));
    try {
      let next = '';
      for (let page = 0; page < limits.pages; page++) {
        const query = { limit: String(limits.perPage), ...(next === '' ? {} : { continue: next }) };
        const request = { path, query, request: `list ${kind.plural}`, ...(partial ? { accept: partialList } : {}) };
        const list = listSchema.parse(await client.json(request, deadline.signal));
        for (const item of list.items) children.push(this.#child(item, kind, partial));
        next = list.metadata.continue;
        if (next === '') return { children, reason: '' };
      }
      return { children, reason: `there are more than ${children.length} ${kind.plural}` };
    } catch (thrown) {
      return { children, reason: asFailure(thrown).message };
    } finally {
      cancel();
    }
  }

  #child(item: KubeObject, kind: ServedKind, partial: boolean): Child {
    const object = { ...item, kind: partial ? 'PartialObjectMetadata' : kind.kind };
    const { live } = toEntry(object, kind, undefined, this.#tools.env.clock.now());
    const { ownerReferences } = item.metadata as { ownerReferences?: unknown };
    const pod = kind.kind === 'Pod' ? podSchema.safeParse(item).data : undefined;
    const names = pod === undefined ? [] : [...pod.spec.initContainers, ...pod.spec.containers].map(({ name }) => name);
    return {
      live,
      owners: ownersSchema.parse(ownerReferences).map(({ uid }) => uid),
      ...(names.length === 0 ? {} : { containers: names }),
    };
  }
}

/** All kinds that it may have made, however far down. */
function closure(start: string, group: string): Set<string> {
  const found = new Set(makes[start] ?? (isBuiltInGroup(group) ? [] : anyone));
  for (const kind of found) for (const made of makes[kind] ?? []) found.add(made);
  return found;
}

/** Those of `children` that some root has made, itself or through others. */
function descend(roots: readonly Live[], children: readonly Child[]): OwnedResource[] {
  const keys = new Map(roots.map(({ uid, key }) => [uid, key]));
  const declared = new Set(keys.values());
  const byOwner = new Map<string, Child[]>();
  for (const child of children) {
    for (const owner of child.owners) byOwner.set(owner, [...(byOwner.get(owner) ?? []), child]);
  }
  const found = new Map<ResourceKey, OwnedResource>();
  for (const [uid, parent] of keys) {
    for (const { live, containers } of byOwner.get(uid) ?? []) {
      const known = found.get(live.key);
      if (known !== undefined) known.parents.push(parent);
      if (known !== undefined || declared.has(live.key)) continue;
      const { id, key, health, createdAt, summary } = live;
      found.set(key, {
        ...{ id, key, uid: live.uid, health, createdAt, parents: [parent] },
        ...(summary === undefined ? {} : { summary }),
        ...(containers === undefined ? {} : { containers }),
      });
      keys.set(live.uid, key);
    }
  }
  for (const claim of claimsOf(children, found)) if (!declared.has(claim.key)) found.set(claim.key, claim);
  return [...found.values()];
}

/** What a StatefulSet claims has no owner, but a name that ends with its pod's. */
function claimsOf(children: readonly Child[], found: ReadonlyMap<ResourceKey, OwnedResource>): OwnedResource[] {
  const pods = [...found.values()].filter(({ id }) => id.kind === 'Pod' && id.group === '');
  const claims = children.filter(({ live, owners }) => live.id.kind === 'PersistentVolumeClaim' && owners.length === 0);
  return claims.flatMap(({ live }) => {
    const { id, key, uid, health, createdAt, summary } = live;
    const pod = pods.find(one => one.id.namespace === id.namespace && id.name.endsWith(`-${one.id.name}`));
    const isSet = pod?.parents.some(parent => parent.startsWith('apps/StatefulSet/')) === true;
    if (pod === undefined || !isSet) return [];
    const parents = pod.parents;
    return [{ id, key, uid, health, createdAt, parents, ...(summary === undefined ? {} : { summary }) }];
  });
}
