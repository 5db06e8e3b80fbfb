// Server-side apply: PATCH with what a manager wants of an object.
import { parse as parseYaml } from 'yaml';
import { read, withoutManagers } from './body.ts';
import { type Call, named, writerOf } from './call.ts';
import { emptyObject } from './decode.ts';
import { ApiError, badRequest, internal, invalid, notFound } from './errors.ts';
import { paths } from './field-set.ts';
import { checkIdentity } from './identity.ts';
import { isObject, type JsonObject, type KubeObject, type ManagedFieldsEntry, type Metadata } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { applyFields, type Conflict, updateFields } from './managed-fields.ts';
import { current, finishChange, storeNew, type Written } from './persist.ts';
import { type Server, timestamp } from './server.ts';
import { misfit } from './typed.ts';

export function apply(call: Call, server: Server): Written {
  if (call.query.fieldManager === undefined || call.query.fieldManager === '') throw managerRequired();
  const config = readConfig(call);
  const { kind } = call;
  const before = current(call, server);
  checkIdentity(call, config.metadata as Partial<Metadata>, before);
  if (before === undefined && call.subresource !== '') throw notFound(named(call));
  const wrong = misfit(kind.schema, config);
  if (wrong !== undefined) {
    const { namespace = '', name } = config.metadata as Partial<Metadata>;
    const what = `${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
    throw internal(`failed to create typed patch object (${what}): ${wrong}`);
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
  if (config.kind === undefined) throw badRequest("Object 'Kind' is missing");
  if (config.apiVersion !== expected)
    throw badRequest(`invalid object type: /${config.apiVersion}, Kind=${config.kind}`);
  const metadata = isObject(config.metadata) ? config.metadata : {};
  if (metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  return { ...config, metadata };
}

/** Objects from before fields were tracked: all they have belongs to nobody in particular. */
function untracked(call: Call, before: KubeObject): ManagedFieldsEntry[] {
  const { kind } = call;
  const live = emptyObject(kind.schema, apiVersionOf(kind), kind.kind, kind.custom);
  const writer = { manager: 'before-first-apply', operation: 'Update', apiVersion: apiVersionOf(kind) } as const;
  const time = before.metadata.creationTimestamp;
  return updateFields(kind.schema, live, withoutManagers(before), [], { ...writer, time }, kind.reset);
}

function conflicts(found: readonly Conflict[]): ApiError {
  const lines = found
    .map(({ entry, fields }) => {
      const { manager, operation, apiVersion, subresource } = entry;
      const by = [
        JSON.stringify(manager ?? ''),
        ...(subresource === undefined ? [] : [`with subresource ${JSON.stringify(subresource)}`]),
        ...(operation === 'Update' ? [`using ${apiVersion}`] : []),
      ].join(' ');
      return { by, fields: paths(fields) };
    })
    .sort((a, b) => (a.by < b.by ? -1 : 1));
  const causes = lines.flatMap(({ by, fields }) =>
    fields.map(field => ({ reason: 'FieldManagerConflict', message: `conflict with ${by}`, field })),
  );
  const text = lines.map(({ by, fields }) =>
    causes.length === 1
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
