import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { asFailure, type ErrorCode, type Fault, failure, HoldfastError } from '../errors.ts';
import type { Problem } from './schemas.ts';

/** Codes with a status of their own; all others have the one of their fault. */
const statuses: Partial<Record<ErrorCode, number>> = {
  ACCEPTANCE_CHANGED: 409,
  ACCESS_DENIED: 403,
  ACCOUNT_LAST_ADMIN: 409,
  ACCOUNT_LAST_WAY_IN: 409,
  ACCOUNT_NOT_FOUND: 404,
  API_BODY_TOO_LARGE: 413,
  API_BUSY: 503,
  API_HOST_REFUSED: 421,
  API_INPUT_INVALID: 400,
  API_NOT_JSON: 415,
  API_ORIGIN_REFUSED: 403,
  API_ROUTE_NOT_FOUND: 404,
  API_STARTING: 503,
  API_TIMEOUT: 504,
  API_UNAUTHORIZED: 401,
  APP_NOT_FOUND: 404,
  APP_PLAN_CHANGED: 409,
  LOGIN_BUSY: 503,
  LOGIN_CODE_INVALID: 401,
  LOGIN_FAILED: 401,
  LOGIN_INSECURE: 403,
  LOGIN_LIMITED: 429,
  LOGIN_LINK_INVALID: 404,
  OIDC_NOT_CONFIGURED: 404,
  PROJECT_NOT_FOUND: 404,
  RESOURCE_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  SESSION_STALE: 403,
  SYNC_NOT_FOUND: 404,
  TOKEN_EXISTS: 409,
  TOKEN_NOT_FOUND: 404,
  WEB_NOT_BUILT: 404,
};
const statusOfFault: Record<Fault, number> = { user: 422, external: 502, internal: 500 };

export function statusOf(error: HoldfastError): number {
  return statuses[error.code] ?? statusOfFault[error.fault];
}

export function toProblem(error: HoldfastError): Problem {
  return { code: error.code, message: error.message, advice: error.advice, fault: error.fault };
}

/** The web framework's own refusals, in our words. Their texts may quote the request; ours do not. */
export function fromFramework(error: unknown, limits: { body: number }): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const where = `${error.validationContext ?? 'request'}${first?.instancePath ?? ''}`;
    return failure('API_INPUT_INVALID', { reason: `${where}: ${first?.message ?? 'not as expected'}` });
  }
  if (isResponseSerializationError(error)) {
    return failure('INTERNAL', { reason: `the answer of ${error.method} ${error.url} is not as promised` }, error);
  }
  if (typeof error !== 'object' || error === null || !('code' in error)) return asFailure(error);
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failure('API_BODY_TOO_LARGE', { limit: limits.body });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return failure('API_NOT_JSON', {});
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return failure('API_INPUT_INVALID', { reason: 'the body is no JSON' });
    case 'FST_ERR_BAD_URL':
      return failure('API_INPUT_INVALID', { reason: 'the address is malformed' });
    default:
      return asFailure(error);
  }
}
