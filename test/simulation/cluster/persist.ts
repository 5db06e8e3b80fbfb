// The last steps of each write: what the server adds, who may object, and the store.
import { withoutManagers } from './body.ts';
import { type Call, named, storedAt } from './call.ts';
import { alreadyExists, stillGoing } from './errors.ts';
import { equal, isObject, type JsonObject, type KubeObject, type ManagedFieldsEntry, type Metadata } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { sameOwners } from './managed-fields.ts';
import { admitNamespace } from './namespaces.ts';
import type { Server } from './server.ts';
import { prepareCreate, prepareUpdate } from './strategy.ts';
import { validate } from './validate.ts';

export interface Written {
  object: KubeObject;
  created: boolean;
}

/** The object that is written to, in the version that is spoken. */
export function current(call: Call, { store }: Server): KubeObject | undefined {
  const found = store.get(...storedAt(call));
  call.before = found;
  if (found === undefined || !call.kind.custom) return found;
  const apiVersion = apiVersionOf(call.kind);
  return found.apiVersion === apiVersion ? found : { ...found, apiVersion };
}

export function storeNew(call: Call, sent: JsonObject, entries: ManagedFieldsEntry[], server: Server): Written {
  const { store, policy } = server;
  admitNamespace(call, server);
  const owned = { ...(sent.metadata as Metadata), ...(entries.length > 0 ? { managedFields: entries } : {}) };
  if (entries.length === 0) delete owned.managedFields;
  const { resourceVersion: _, ...metadata } = owned;
  const made = prepareCreate(call, { ...sent, metadata } as KubeObject, server);
  const object = policy.mutate(call, made);
  validate(call, object, undefined);
  policy.validate(call, object, undefined);
  const [resource, key] = storedAt(call);
  const found = store.get(resource, key);
  if (found !== undefined)
    throw found.metadata.deletionTimestamp === undefined ? alreadyExists(named(call)) : stillGoing(named(call));
  policy.admitNew(call, store);
  call.after = call.dryRun ? object : store.put(resource, key, object);
  return { object: call.after, created: true };
}

export function finishChange(call: Call, next: KubeObject, before: KubeObject, server: Server): Written {
  const { store, policy } = server;
  const prepared = policy.mutate(call, prepareUpdate(call, next, before));
  if (prepared.metadata.managedFields?.length === 0) delete prepared.metadata.managedFields;
  // Only the times of owners would change: nothing happened.
  const { managedFields } = prepared.metadata;
  if (
    sameOwners(managedFields, before.metadata.managedFields) &&
    equal(withoutManagers(prepared), withoutManagers(before))
  ) {
    call.after = call.before;
    return { object: before, created: false };
  }
  validate(call, prepared, before);
  policy.validate(call, prepared, before);
  const [resource, key] = storedAt(call);
  const isGone = prepared.metadata.deletionTimestamp !== undefined && isUnheld(prepared);
  // Its last state is that of before: with what held it.
  if (isGone && !call.dryRun) store.delete(resource, key, call.before ?? prepared);
  if (isGone) return { object: prepared, created: false };
  call.after = call.dryRun ? prepared : store.put(resource, key, prepared);
  return { object: call.after, created: false };
}

/** Whether nothing keeps an object that is to be deleted. */
export function isUnheld({ kind, metadata, spec }: KubeObject): boolean {
  if ((metadata.finalizers?.length ?? 0) > 0) return false;
  if ((metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  if (kind !== 'Namespace') return true;
  const finalizers = isObject(spec) ? spec.finalizers : undefined;
  return !Array.isArray(finalizers) || finalizers.length === 0;
}
