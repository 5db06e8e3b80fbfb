// POST, PUT and PATCH of all kinds: what the client sent becomes an object, with its owners, checked and stored.
import { apply } from './apply.ts';
import { read, reportUnknown, withoutManagers } from './body.ts';
import { type Call, named, writerOf } from './call.ts';
import { emptyObject } from './decode.ts';
import { ApiError, badRequest, internal, invalid, notFound } from './errors.ts';
import { checkIdentity, otherNamespace } from './identity.ts';
import type { JsonObject, KubeObject, Metadata } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { updateFields } from './managed-fields.ts';
import { jsonPatch, mergePatch, parseBody, parsePatch, strategicPatch } from './patch.ts';
import { current, finishChange, storeNew, type Written } from './persist.ts';
import { type Server, timestamp } from './server.ts';

export function create(call: Call, server: Server): Written {
  const body = parseBody(call.body);
  const { object: sent, unknown } = read(call, body);
  reportUnknown(call, unknown);
  const metadata = sent.metadata as Partial<Metadata>;
  if (metadata.namespace !== undefined && metadata.namespace !== call.namespace) throw badRequest(otherNamespace);
  if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}${randomSuffix(server)}`;
  call.name = metadata.name ?? '';
  if (metadata.resourceVersion) throw internal('resourceVersion should not be set on objects to be created');
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
  if (before === undefined) throw notFound(named(call));
  if (isAlwaysVersioned(call) && !metadataOf(sent).resourceVersion)
    throw invalid(named(call), [
      {
        field: 'metadata.resourceVersion',
        type: 'Invalid',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  return storeChange(call, sent, before, server);
}

/** Of most kinds an object may be put over whatever is there. */
function isAlwaysVersioned({ kind }: Call): boolean {
  return kind.custom || kind.group === 'apiextensions.k8s.io' || kind.group === 'apiregistration.k8s.io';
}

function metadataOf(object: JsonObject): Partial<Metadata> {
  return object.metadata as Partial<Metadata>;
}

export function patch(call: Call, server: Server): Written {
  if (call.contentType === 'application/apply-patch+yaml') return apply(call, server);
  const before = current(call, server);
  if (before === undefined) throw notFound(named(call));
  const patched = patchedObject(call, before);
  const sent = readPatched(call, patched as JsonObject);
  return storeChange(call, sent, before, server);
}

/** What a patch makes of an object is no bad request, but an object that cannot be. */
function readPatched(call: Call, patched: JsonObject): JsonObject {
  try {
    const { object, unknown } = read(call, patched);
    reportUnknown(call, unknown);
    return object;
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== 400) throw thrown;
    throw invalid(named(call), [{ field: 'patch', type: 'Invalid', message: `Invalid value: ${thrown.message}` }]);
  }
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
