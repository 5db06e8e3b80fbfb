import { type Call, named } from './call.ts';
import { decode, decodeCustom, type Mismatch } from './decode.ts';
import { badRequest, invalid } from './errors.ts';
import { child, isObject, type JsonObject } from './json.ts';
import { apiVersionOf } from './kinds.ts';
import { foldStringData } from './zero.ts';

const base64 = /^[A-Za-z0-9+/\r\n]*={0,2}$/;

/** What was sent as an object of the kind. Answers a copy that the caller may change. */
export function read(call: Call, body: JsonObject): { object: JsonObject; unknown: string[] } {
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
  if (wrong !== undefined) throw wrongType(call, wrong);
  if (kind.kind === 'Secret') {
    for (const value of Object.values(child(object, 'data')))
      if (typeof value === 'string' && !base64.test(value)) throw badRequest('illegal base64 data at input byte 0');
    foldStringData(object);
  }
  return { object, unknown };
}

function wrongType(call: Call, { field, found, wanted }: Mismatch) {
  const { kind, version, custom } = call.kind;
  if (!custom) {
    const what = `${found} into Go struct field ${kind}.${field} of type ${wanted}`;
    return badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: json: cannot unmarshal ${what}`,
    );
  }
  const message = `Invalid value: "${found}": ${field} in body must be of type ${wanted}: "${found}"`;
  return invalid(named(call), [{ field, type: 'TypeInvalid', message }]);
}

export function reportUnknown(call: Call, unknown: readonly string[]): void {
  const how = call.query.fieldValidation ?? 'Warn';
  if (how === 'Strict' && unknown.length > 0) {
    const { kind, version, custom } = call.kind;
    const where = custom ? '' : `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: `;
    throw badRequest(`${where}strict decoding error: ${unknown.join(', ')}`);
  }
  if (how === 'Warn') call.warnings.push(...unknown);
}

export function withoutManagers(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata as JsonObject;
  return { ...object, metadata };
}
