import { z } from 'zod';
import { failure, type HoldfastError } from '../../errors.ts';
import { isSensitivePath } from './kinds.ts';

const statusSchema = z.looseObject({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z
    .looseObject({
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.looseObject({
            reason: z.string().optional(),
            field: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .nullish(),
    })
    .optional(),
});

export type Status = z.infer<typeof statusSchema>;

export function readStatus(body: string): Status | undefined {
  try {
    return statusSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

export interface RequestContext {
  /** For people: `apply Deployment shop/web`. */
  request: string;
  path: string;
}

/**
 * The API server's refusal as one of our errors. Of Secrets it may repeat the values, and so may each webhook behind it, even
 * where none were sent: what they say is reduced to what cannot hold any. The path decides, so that no request forgets it.
 */
export function statusFailure(code: number, body: string, { request, path }: RequestContext): HoldfastError {
  const status = readStatus(body);
  const reason = isSensitivePath(path) ? discreet(code, status) : shortened(status?.message ?? body);
  const name = status?.reason ?? '';
  const causes = status?.details?.causes ?? [];
  const said = status?.message ?? '';

  if (code === 401) return failure('K8S_UNAUTHORIZED', { reason });
  if (/admission webhook .* denied the request|ValidatingAdmissionPolicy .* denied request/.test(said))
    return failure('K8S_DENIED', { request, reason });
  if (causes.some(cause => cause.reason === 'NamespaceTerminating'))
    return failure('K8S_NAMESPACE_TERMINATING', { request, reason });
  // Who lacks a right is named; without a name it is a quota, Pod security or the like that is in the way.
  if (code === 403 && said !== '' && !/\buser "/i.test(said)) return failure('K8S_DENIED', { request, reason });
  if (code === 403) return failure('K8S_FORBIDDEN', { request, reason });
  if (code === 404) {
    // The path itself is not served: the kind is gone, or not there yet.
    if (status === undefined || causes.some(cause => cause.reason === 'UnexpectedServerResponse'))
      return failure('K8S_KIND_UNKNOWN', { request });
    if (/^namespaces "[^"]*" not found$/.test(said)) return failure('K8S_NAMESPACE_MISSING', { request, reason });
    return failure('K8S_NOT_FOUND', { request, reason });
  }
  if (code === 409) {
    if (name === 'AlreadyExists') return failure('K8S_EXISTS', { request });
    return failure('K8S_CONFLICT', { request, reason });
  }
  if (code === 410) return failure('K8S_GONE', { request });
  if (code === 422 && refusesChange.test(said)) return failure('K8S_IMMUTABLE', { request, reason });
  if (code === 400 || code === 422 || isSchemaError(code, status)) return failure('K8S_INVALID', { request, reason });
  if (code === 429) return failure('K8S_TOO_MANY_REQUESTS', { request, reason });
  if (code >= 500) return failure('K8S_UNAVAILABLE', { request, status: code, reason });
  return failure('K8S_REFUSED', { request, status: code, reason });
}

/** The words differ by kind: selectors, StatefulSets, roleRef, Service addresses. */
const refusesChange =
  /immutable|may not change once set|cannot be changed|can't be changed|cannot change roleRef|updates to .* are forbidden|may not be changed/i;

/** Server-side apply reports what does not fit the schema as an internal error without a reason; trying again does not help. */
function isSchemaError(code: number, status: Status | undefined): boolean {
  if (code !== 500 || status === undefined || (status.reason ?? '') !== '') return false;
  return /^failed to (create typed|convert|create manager|merge|apply)|^error decoding|^invalid object/.test(
    status.message ?? '',
  );
}

/** Reasons of Kubernetes itself; a webhook can write what it likes there. */
const reasons = new Set([
  ...['Unauthorized', 'Forbidden', 'NotFound', 'AlreadyExists', 'Conflict', 'Gone', 'Invalid', 'BadRequest'],
  ...['MethodNotAllowed', 'NotAcceptable', 'RequestEntityTooLarge', 'UnsupportedMediaType', 'TooManyRequests'],
  ...['Timeout', 'ServerTimeout', 'InternalError', 'Expired', 'ServiceUnavailable', 'StorageReadError'],
]);

/** What a server says of who asks, of how, and of who refused: nothing of what is in the object. Watches act on the last two. */
const harmless = [
  /^\w+(?: "[\w.:-]+")? is forbidden: User "[^"\s]+" cannot \w+ resource "\w+"/,
  /^admission webhook "[\w.-]+" denied the request/,
  /ValidatingAdmissionPolicy '[\w.-]+' with binding '[\w.-]+' denied request/,
  /Too large resource version/,
  /sendInitialEvents/,
];

const secretField = /^(?:apiVersion|kind|metadata|type|immutable|data|stringData)(?:[.[][\w.\-[\]]{1,200})?$/;

/** Reason, field names, and words that are known to hold no values. */
function discreet(code: number, status: Status | undefined): string {
  const fields = new Set<string>();
  for (const { field } of status?.details?.causes ?? []) {
    if (field !== undefined && secretField.test(field)) fields.add(field);
  }
  const about = fields.size > 0 ? `, fields ${[...fields].join(', ')}` : '';
  const reason = reasons.has(status?.reason ?? '') ? status?.reason : `status ${code}`;
  const words = harmless.map(known => known.exec(status?.message ?? '')?.[0]).find(known => known !== undefined);
  const said = words === undefined ? ' (its message' : `: ${words} (the rest of its message`;
  return `${reason}${about}${said} is withheld: it may repeat secret values)`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}
