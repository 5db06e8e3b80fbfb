import { failure, type HoldfastError } from '../errors.ts';
import type { ErrorReply } from './protocol.ts';

type Details = Record<string, string>;

/** What the renderer may end a request with: its codes are codes of the catalogue. */
const failures: Record<string, (details: Details) => HoldfastError> = {
  RENDER_FAILED: ({ reason = '' }) => failure('RENDER_FAILED', { reason }),
  RENDER_REFUSED: ({ reason = '' }) => failure('RENDER_REFUSED', { reason }),
  RENDER_INVALID: ({ file = '', reason = '' }) => failure('RENDER_INVALID', { file, reason }),
  RENDER_TOO_LARGE: ({ budget = '', limit = '' }) => failure('RENDER_TOO_LARGE', { budget, limit }),
  RENDER_TIMEOUT: ({ ms = '' }) => failure('RENDER_TIMEOUT', { ms }),
  RENDER_OUT_OF_MEMORY: () => failure('RENDER_OUT_OF_MEMORY', {}),
  RENDER_QUERY_INVALID: ({ expression = '', reason = '' }) => failure('RENDER_QUERY_INVALID', { expression, reason }),
  RENDER_QUERY_TIMEOUT: ({ ms = '' }) => failure('RENDER_QUERY_TIMEOUT', { ms }),
};

export function replyFailure({ code, details }: ErrorReply): HoldfastError {
  const make = failures[code];
  return make?.(details ?? {}) ?? failure('INTERNAL', { reason: `the renderer ended a request with ${code}` });
}
