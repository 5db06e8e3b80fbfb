// POST, PUT and PATCH of all kinds: what the client sent becomes an object, with its owners, checked and stored.
import { parse as parseYaml } from 'yaml';
import { type Call, named, storedAt, writerOf } from './call.ts';
import { decode, decodeCustom, emptyObject } from './decode.ts';
import { ApiError, alreadyExists, badRequest, conflict, internal, invalid, modified, notFound } from './errors.ts';
import { paths } from './field-set.ts';
import { equal, isObject, type JsonObject, type KubeObject, type ManagedFieldsEntry, type Metadata } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { applyFields, type Conflict, sameOwners, updateFields } from './managed-fields.ts';
import { admitNamespace } from './namespaces.ts';
import { jsonPatch, mergePatch, parseBody, parsePatch, strategicPatch } from './patch.ts';
import { type Server, timestamp } from './server.ts';
import { prepareCreate, prepareUpdate } from './strategy.ts';
import { misfit } from './typed.ts';
import { validate } from './validate.ts';
import { foldStringData } from './zero.ts';

export interface Written {
  object: KubeObject;
  created: boolean;
}

export function create(call: Call, server: Server): Written {
  const body = parseBody(call.body);
  const { object: sent, unknown } = read(call, body);
  reportUnknown(call, unknown);
  const metadata = sent.metadata as Partial<Metadata>;
  if (metadata.namespace !== undefined && metadata.namespace !== call.namespace)
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}${randomSuffix(server)}`;
  call.name = metadata.name ?? '';
  if (metadata.resourceVersion)
    throw new ApiError(500, 'InternalError', 'resourceVersion should not be set on objects to be created');
  const entries = updateFields(
    call.kind.schema,
    emptyObject(call.kind.schema, apiVersionOf(call.kind), call.kind.kind, call.kind.custom),
    withoutManagers(sent),
    metadata.managedFields ?? [],
    writerOf(call, 'Update', timestamp(server)),
    call.kind.reset,
  );
  return storeNew(call, sent, entries, server);
}

function randomSuffix({ time }: Server): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters[Math.floor(time.fraction() * letters.length)]).join('');
}

export function update(call: Call, server: Server): Written {
  const before = current(call, server);
  const body = parseBody(call.body);
  const { object: sent, unknown } = read(call, body);
  reportUnknown(call, unknown);
  const metadata = sent.metadata as Partial<Metadata>;
  if ((metadata.name ?? '') !== call.name)
    throw badRequest(
      `the name of the object (${metadata.name ?? ''} based on URL) was undeterminable: name must be provided`,
    );
  if (before === undefined) throw notFound(named(call));
  return storeChange(call, sent, before, server);
}

export function patch(call: Call, server: Server): Written {
  if (call.contentType === 'application/apply-patch+yaml') return apply(call, server);
  const before = current(call, server);
  if (before === undefined) throw notFound(named(call));
  const patched = patchedObject(call, before);
  const { object: sent, unknown } = read(call, patched as JsonObject);
  reportUnknown(call, unknown);
  return storeChange(call, sent, before, server);
}

function patchedObject(call: Call, before: KubeObject): unknown {
  const document = parsePatch(call.body);
  switch (call.contentType) {
    case 'application/merge-patch+json':
      return mergePatch(before, document);
    case 'application/json-patch+json':
      return jsonPatch(before, document);
    case 'application/strategic-merge-patch+json':
      if (!call.kind.custom) return strategicPatch(call.kind.schema, before, document);
  }
  const known = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];
  const all = call.kind.custom
    ? known
    : [...known.slice(0, 2), 'application/strategic-merge-patch+json', ...known.slice(2)];
  const message = `the body of the request was in an unknown format - accepted media types include: ${all.join(', ')}`;
  throw new ApiError(415, 'UnsupportedMediaType', message, {});
}

function apply(call: Call, server: Server): Written {
  if (call.query.fieldManager === undefined || call.query.fieldManager === '') throw managerRequired();
  const config = readConfig(call);
  const { kind } = call;
  const before = current(call, server);
  checkIdentity(call, config.metadata as Partial<Metadata>, before);
  if (before === undefined && call.subresource !== '') throw notFound(named(call));
  const wrong = misfit(kind.schema, config);
  if (wrong !== undefined) {
    const gvk = `${call.namespace === '' ? '' : ''}/${call.name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
    throw internal(`failed to create typed patch object (${call.namespace}${gvk}): ${wrong}`);
  }
  const live = before ?? emptyObject(kind.schema, apiVersionOf(kind), kind.kind, kind.custom);
  const entries = before?.metadata.managedFields ?? [];
  const writer = writerOf(call, 'Apply', timestamp(server));
  const known = before !== undefined && entries.length === 0 ? untracked(call, before) : entries;
  const reset = call.subresource === 'status' ? kind.statusReset : kind.reset;
  const applied = applyFields(kind.schema, withoutManagers(live), config, known, writer, reset);
  if (applied.conflicts.length > 0 && call.query.force !== 'true') throw conflicts(applied.conflicts);
  const next = (applied.object ?? withoutManagers(live)) as JsonObject;
  const { object } = read(call, next);
  const metadata = { ...(object.metadata as Metadata), managedFields: applied.entries };
  if (before === undefined) return storeNew(call, object, applied.entries, server);
  return finishChange(call, { ...object, metadata } as KubeObject, before, server);
}

function readConfig(call: Call): JsonObject {
  const text = call.body ?? '';
  let config: unknown;
  try {
    config = text.startsWith('{') ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${String(error)}`);
  }
  if (!isObject(config)) throw badRequest('error decoding YAML: it is no object');
  const expected = apiVersionOf(call.kind);
  if (config.kind === undefined) throw internal("failed to convert to unstructured: Object 'Kind' is missing");
  if (config.apiVersion !== expected)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${config.apiVersion}, expected: ${expected}`,
    );
  const metadata = isObject(config.metadata) ? config.metadata : {};
  if (metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  return {
    ...config,
    metadata: {
      ...metadata,
      name: metadata.name ?? call.name,
      ...(call.namespace === '' ? {} : { namespace: call.namespace }),
    },
  };
}

/** Objects from before fields were tracked: all they have belongs to nobody in particular. */
function untracked(call: Call, before: KubeObject): ManagedFieldsEntry[] {
  const { kind } = call;
  const live = emptyObject(kind.schema, apiVersionOf(kind), kind.kind, kind.custom);
  const writer = { manager: 'before-first-apply', operation: 'Update', apiVersion: apiVersionOf(kind) } as const;
  const time = before.metadata.creationTimestamp;
  return updateFields(kind.schema, live, withoutManagers(before), [], { ...writer, time }, {});
}

function conflicts(found: readonly Conflict[]): ApiError {
  const lines = found
    .map(({ entry, fields }) => {
      const { manager, operation, apiVersion, time, subresource } = entry;
      const by = [
        JSON.stringify(manager ?? ''),
        ...(subresource === undefined ? [] : [`with subresource ${JSON.stringify(subresource)}`]),
        ...(operation === 'Update' ? [`using ${apiVersion}`] : []),
        ...(operation === 'Update' && time !== undefined ? [`at ${time}`] : []),
      ].join(' ');
      return { by, fields: paths(fields) };
    })
    .sort((a, b) => (a.by < b.by ? -1 : 1));
  const causes = lines.flatMap(({ by, fields }) =>
    fields.map(field => ({ reason: 'FieldManagerConflict', message: `conflict with ${by}`, field })),
  );
  const text = lines.map(({ by, fields }) =>
    fields.length === 1
      ? `conflict with ${by}: ${fields[0]}`
      : `conflicts with ${by}:\n${fields.map(field => `- ${field}`).join('\n')}`,
  );
  const count = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  return new ApiError(409, 'Conflict', `${count}: ${text.join('\n')}`, { causes });
}

function managerRequired(): ApiError {
  const options = { group: 'meta.k8s.io', plural: '', kind: 'PatchOptions', name: '' };
  return invalid(options, [
    { field: 'fieldManager', type: 'Required', message: 'Required value: is required for apply patch' },
  ]);
}

function checkIdentity(call: Call, metadata: Partial<Metadata>, before: KubeObject | undefined): void {
  const { name = call.name } = metadata;
  if (name !== call.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`);
  if (before === undefined) {
    if (metadata.uid !== undefined)
      throw conflict(
        named(call),
        `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`,
      );
    return;
  }
  const { uid } = before.metadata;
  if (metadata.uid !== undefined && metadata.uid !== uid)
    throw conflict(
      named(call),
      `StorageError: invalid object, Code: 4, Key: /registry/${call.kind.plural}${call.namespace === '' ? '' : `/${call.namespace}`}/${call.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`,
    );
  const { resourceVersion } = metadata;
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== before.metadata.resourceVersion)
    throw conflict(named(call), modified);
}

function current(call: Call, { store }: Server): KubeObject | undefined {
  const found = store.get(...storedAt(call));
  call.before = found;
  if (found === undefined || !call.kind.custom) return found;
  const apiVersion = apiVersionOf(call.kind);
  return found.apiVersion === apiVersion ? found : { ...found, apiVersion };
}

/** What was sent as an object of the kind. Answers a copy that the caller may change. */
function read(call: Call, body: JsonObject): { object: JsonObject; unknown: string[] } {
  const { kind } = call;
  const apiVersion = apiVersionOf(kind);
  const given = { ...body, apiVersion: body.apiVersion ?? apiVersion, kind: body.kind ?? kind.kind };
  if (given.apiVersion !== apiVersion || given.kind !== kind.kind)
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  if (!isObject(body.metadata)) Object.assign(given, { metadata: {} });
  const {
    object,
    unknown,
    invalid: wrong,
  } = kind.custom ? decodeCustom(kind.schema, given) : decode(kind.schema, given);
  if (wrong !== undefined)
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: json: ${wrong}`,
    );
  if (kind.kind === 'Secret') foldStringData(object);
  return { object, unknown };
}

function reportUnknown(call: Call, unknown: readonly string[]): void {
  const how = call.query.fieldValidation ?? 'Warn';
  if (how === 'Strict' && unknown.length > 0) throw badRequest(`strict decoding error: ${unknown.join(', ')}`);
  if (how === 'Warn') call.warnings.push(...unknown);
}

function withoutManagers(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata as JsonObject;
  return { ...object, metadata };
}

function storeNew(call: Call, sent: JsonObject, entries: ManagedFieldsEntry[], server: Server): Written {
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
  if (store.get(resource, key) !== undefined) throw alreadyExists(named(call));
  policy.admitNew(call, store);
  call.after = call.dryRun ? object : store.put(resource, key, object);
  return { object: call.after, created: true };
}

function storeChange(call: Call, sent: JsonObject, before: KubeObject, server: Server): Written {
  const { kind } = call;
  const given = sent.metadata as Partial<Metadata>;
  checkIdentity(call, given, before);
  const written = Array.isArray(given.managedFields) && call.subresource === '' ? given.managedFields : undefined;
  const isReset = written?.length === 1 && Object.keys(written[0]!).length === 0;
  const live = before.metadata.managedFields ?? [];
  const known = isReset ? [] : written === undefined || written.length === 0 ? live : written;
  const reset = call.subresource === 'status' ? kind.statusReset : kind.reset;
  // Who is not tracked yet stays so until somebody applies.
  const isTracked = known.length > 0;
  const next = serverMetadata(sent, before);
  const entries = isTracked
    ? updateFields(
        kind.schema,
        withoutManagers(before),
        withoutManagers(next),
        known,
        writerOf(call, 'Update', timestamp(server)),
        reset,
      )
    : [];
  const metadata = { ...(next.metadata as Metadata), managedFields: entries };
  return finishChange(call, { ...next, metadata } as KubeObject, before, server);
}

/** What is left out of a PUT and only the server says: it has not been removed. */
function serverMetadata(sent: JsonObject, before: KubeObject): JsonObject {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = before.metadata;
  const given = sent.metadata as JsonObject;
  const metadata = {
    ...given,
    ...{ uid, creationTimestamp },
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds }),
  };
  return { ...sent, metadata };
}

function finishChange(call: Call, next: KubeObject, before: KubeObject, server: Server): Written {
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
  if (call.dryRun) call.after = prepared;
  else call.after = isGone ? store.delete(resource, key, prepared) : store.put(resource, key, prepared);
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
