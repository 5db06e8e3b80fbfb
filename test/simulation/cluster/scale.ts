// The subresource `scale`: how many replicas, and nothing else.
import { type Call, named, storedAt } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { child, isObject, type JsonObject, type KubeObject } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { updateFields } from './managed-fields.ts';
import { mergePatch, parseBody, parsePatch } from './patch.ts';
import type { Server } from './server.ts';
import { prepareUpdate } from './strategy.ts';

export function readScale(call: Call, server: Server): JsonObject {
  const object = server.store.get(...storedAt(call));
  if (object === undefined) throw notFound(named(call));
  return scaleOf(object);
}

function scaleOf({ metadata, spec, status }: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const replicas = child({ spec }, 'spec').replicas ?? 0;
  const selector = Object.entries(child(spec, 'selector', 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  return {
    ...{ kind: 'Scale', apiVersion: 'autoscaling/v1' },
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: child({ status }, 'status').replicas ?? 0, selector: selector.join(',') },
  };
}

/** PUT, and PATCH as `kubectl scale` sends it. */
export function writeScale(call: Call, server: Server): JsonObject {
  const { store } = server;
  const object = store.get(...storedAt(call));
  if (object === undefined) throw notFound(named(call));
  call.before = object;
  const scale = call.method === 'PUT' ? parseBody(call.body) : mergePatch(scaleOf(object), parsePatch(call.body));
  const replicas = child(scale, 'spec').replicas ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest('spec.replicas: it is no number');
  if (replicas === child(object, 'spec').replicas) return scaleOf(object);
  const next = { ...object, spec: { ...(isObject(object.spec) ? object.spec : {}), replicas } };
  const { managedFields = [] } = object.metadata;
  const writer = {
    manager: call.manager,
    operation: 'Update',
    apiVersion: apiVersionOf(call.kind),
    subresource: 'scale',
    time: '',
  } as const;
  const entries = updateFields(call.kind.schema, object, next, managedFields, writer, {}).map(entry => {
    // Such a write has no time.
    const { time, ...rest } = entry;
    return time === '' ? rest : entry;
  });
  const changed = prepareUpdate(call, { ...next, metadata: { ...next.metadata, managedFields: entries } }, object);
  call.after = call.dryRun ? changed : store.put(...storedAt(call), changed);
  return scaleOf(call.after);
}
