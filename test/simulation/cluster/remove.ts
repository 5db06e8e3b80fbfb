// DELETE of one object, or of all that match.
import { type Call, keyOf, named, storedAt } from './call.ts';
import { notFound, preconditionFailed } from './errors.ts';
import { child, isObject, type JsonObject, type KubeObject, type Metadata } from './json.ts';
import { resourceOf } from './kinds.ts';
import { parseBody } from './patch.ts';
import { isUnheld } from './persist.ts';
import { fieldSelector, labelSelector } from './selector.ts';
import { type Server, timestamp } from './server.ts';

type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** What the deletion left of the object: a Status when nothing. */
export function remove(call: Call, server: Server): JsonObject {
  const object = server.store.get(...storedAt(call));
  if (object === undefined) throw notFound(named(call));
  call.before = object;
  const options = call.body === undefined || call.body === '' ? {} : parseBody(call.body);
  checkPreconditions(call, object, child(options, 'preconditions'));
  const propagation = (options.propagationPolicy ?? call.query.propagationPolicy) as Propagation | undefined;
  if (Array.isArray(options.dryRun) && options.dryRun.includes('All')) call.dryRun = true;
  server.policy.validate(call, undefined, object);
  const { left, gone } = removeObject(call, object, propagation, server);
  call.after = left;
  if (left !== undefined) return left;
  if (gone !== undefined && call.kind.returnsDeleted) return call.kind.kind === 'Pod' ? ended(gone, server) : gone;
  const { group, plural } = call.kind;
  const details = { name: call.name, ...(group === '' ? {} : { group }), kind: plural, uid: object.metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** Pods end, even if it takes no time. */
function ended(pod: KubeObject, server: Server): KubeObject {
  const end = { deletionTimestamp: timestamp(server), deletionGracePeriodSeconds: 0 };
  return { ...pod, metadata: { ...pod.metadata, ...end } };
}

/** All of a collection that match; answers them as they were. */
export function removeAll(call: Call, server: Server): KubeObject[] {
  const { store, policy } = server;
  const matches = [labelSelector(call.query.labelSelector), fieldSelector(call.query.fieldSelector)];
  const objects = [...store.all(resourceOf(call.kind)).values()].filter(
    object =>
      (call.namespace === '' || object.metadata.namespace === call.namespace) && matches.every(each => each(object)),
  );
  const propagation = call.query.propagationPolicy as Propagation | undefined;
  for (const object of objects) {
    const { name, namespace = '' } = object.metadata;
    policy.validate(call, undefined, object);
    removeObject({ ...call, name, namespace }, object, propagation, server);
  }
  return objects;
}

function removeObject(
  call: Call,
  object: KubeObject,
  propagation: Propagation | undefined,
  server: Server,
): { left?: KubeObject; gone?: KubeObject } {
  const { store } = server;
  const resource = resourceOf(call.kind);
  const key = keyOf(object.metadata);
  const marked = markDeleted(object, propagation, server);
  if (isUnheld(marked)) {
    return { gone: call.dryRun ? object : store.delete(resource, key, object) };
  }
  if (call.dryRun || marked === object) return { left: marked };
  return { left: store.put(resource, key, marked) };
}

/** The object as one that is to go, and what holds it until its dependents are gone or let go. */
function markDeleted(object: KubeObject, propagation: Propagation | undefined, server: Server): KubeObject {
  const { metadata } = object;
  const waits = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: '' } as const;
  // Jobs leave their Pods behind unless told otherwise, as they did in their first version.
  const asked = propagation ?? (object.kind === 'Job' ? 'Orphan' : undefined);
  const own = asked === undefined ? '' : waits[asked];
  const kept = (metadata.finalizers ?? []).filter(
    finalizer => propagation === undefined || (finalizer !== 'foregroundDeletion' && finalizer !== 'orphan'),
  );
  const isCustomDefinition = object.kind === 'CustomResourceDefinition' && metadata.deletionTimestamp === undefined;
  const cleanup = isCustomDefinition ? ['customresourcecleanup.apiextensions.k8s.io'] : [];
  const finalizers = [...kept, ...cleanup, ...(own === '' ? [] : [own])];
  const isMarked = metadata.deletionTimestamp !== undefined;
  const grace = object.kind === 'Namespace' ? {} : { deletionGracePeriodSeconds: 0 };
  if (isMarked && finalizers.length === (metadata.finalizers?.length ?? 0)) return object;
  const next: Metadata = {
    ...metadata,
    ...(isMarked ? {} : { deletionTimestamp: timestamp(server), ...grace }),
    ...(metadata.generation === undefined || isMarked ? {} : { generation: metadata.generation + 1 }),
  };
  if (finalizers.length > 0) next.finalizers = finalizers;
  else delete next.finalizers;
  const status = object.kind === 'Namespace' ? { status: { ...child(object, 'status'), phase: 'Terminating' } } : {};
  return { ...object, metadata: next, ...status };
}

function checkPreconditions(call: Call, { metadata }: KubeObject, preconditions: JsonObject): void {
  if (!isObject(preconditions)) return;
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid)
    throw preconditionFailed(
      named(call),
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw preconditionFailed(
      named(call),
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}
