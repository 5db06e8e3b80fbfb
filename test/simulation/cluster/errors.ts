// Refusals in the words of the API server: clients, ours too, read them.
import type { JsonObject } from './json.ts';

interface Cause {
  reason: string;
  message: string;
  field?: string;
}

export class ApiError extends Error {
  readonly status: JsonObject;
  readonly code: number;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.status = {
      ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message },
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** The kind, and the object it is about, as errors name them. */
export interface Named {
  group: string;
  plural: string;
  kind: string;
  name: string;
}

function details({ group, name }: Named, kind: string): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind };
}

function resource({ group, plural }: Named): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function kindOf({ group, kind }: Named): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export function notFound(named: Named): ApiError {
  const message = `${resource(named)} ${JSON.stringify(named.name)} not found`;
  return new ApiError(404, 'NotFound', message, details(named, named.plural));
}

export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(named: Named): ApiError {
  const message = `${resource(named)} ${JSON.stringify(named.name)} already exists`;
  return new ApiError(409, 'AlreadyExists', message, details(named, named.plural));
}

export function conflict(named: Named, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resource(named)} ${JSON.stringify(named.name)}: ${why}`;
  return new ApiError(409, 'Conflict', message, details(named, named.plural));
}

/** It is there, and on its way out. */
export function stillGoing(named: Named): ApiError {
  const message = `object is being deleted: ${resource(named)} ${JSON.stringify(named.name)} already exists`;
  return new ApiError(409, 'AlreadyExists', message, details(named, named.plural));
}

export const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** Preconditions of a deletion name the kind, not the resource. */
export function preconditionFailed(named: Named, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${kindOf(named)} ${JSON.stringify(named.name)}: ${why}`;
  return new ApiError(409, 'Conflict', message, details(named, named.kind));
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function forbidden(named: Named, why: string, causes: Cause[] = []): ApiError {
  const subject = named.name === '' ? resource(named) : `${resource(named)} ${JSON.stringify(named.name)}`;
  const about = { ...details(named, named.plural), ...(causes.length === 0 ? {} : { causes }) };
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, about);
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}

export interface FieldProblem {
  field: string;
  type: 'Required' | 'Invalid' | 'Forbidden' | 'Unsupported' | 'Duplicate' | 'TypeInvalid';
  message: string;
}

const problemReasons: Record<FieldProblem['type'], string> = {
  Required: 'FieldValueRequired',
  Invalid: 'FieldValueInvalid',
  Forbidden: 'FieldValueForbidden',
  Unsupported: 'FieldValueNotSupported',
  Duplicate: 'FieldValueDuplicate',
  TypeInvalid: 'FieldValueTypeInvalid',
};

/** `message` is what stands behind the field: `Invalid value: "x": field is immutable`. */
export function invalid(named: Named, problems: readonly FieldProblem[]): ApiError {
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  const unique = [...new Set(lines)];
  const text = unique.length === 1 ? unique[0] : `[${unique.join(', ')}]`;
  const causes = problems.map(({ field, type, message }) => ({ reason: problemReasons[type], message, field }));
  const message = `${kindOf(named)} ${JSON.stringify(named.name)} is invalid: ${text}`;
  return new ApiError(422, 'Invalid', message, { ...details(named, named.kind), causes });
}

export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

export function tooLargeVersion(asked: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** What the server failed to do without a reason of its own. */
export function internal(message: string): ApiError {
  return new ApiError(500, '', message);
}
