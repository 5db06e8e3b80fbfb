/**
 * The catalogue of errors. A code is a promise to users and programs: it never changes its meaning.
 * `message` says what happened, `advice` what to do, `fault` whose it is:
 * `user` (what was declared or asked; retrying does not help), `external` (somebody else's outage; retried), `internal` (a bug in Holdfast).
 * docs/errors.md is checked against this table.
 */
export type Fault = 'user' | 'external' | 'internal';

export interface ErrorKind {
  fault: Fault;
  message: string;
  advice: string;
}

const catalogue = {
  CONFIG_INVALID: {
    fault: 'user',
    message: '{file}:{line}:{column}: {reason}',
    advice: 'Correct the file; docs/configuration.md lists every field.',
  },
  FILE_NOT_FOUND: { fault: 'user', message: 'There is no file {path}', advice: 'Check the path.' },
  FILE_TOO_LARGE: {
    fault: 'user',
    message: '{path} is larger than the limit of {limit} bytes',
    advice: 'Make it smaller, or raise the limit in the configuration.',
  },
  INTERNAL: {
    fault: 'internal',
    message: 'Something is wrong inside Holdfast: {reason}',
    advice: 'Report it with the log around this line; it is a bug.',
  },
  NET_FAILED: {
    fault: 'external',
    message: 'The connection to {origin} failed: {reason}',
    advice: 'Check that the address is right and reachable from here; Holdfast tries again.',
  },
  NET_TIMEOUT: {
    fault: 'external',
    message: '{origin} did not answer within {ms} ms',
    advice: 'Check that the server is healthy; Holdfast tries again.',
  },
  NET_TOO_LARGE: {
    fault: 'external',
    message: '{origin} answered with more than the limit of {limit} bytes',
    advice: 'Check that the address is right; an answer of this size is not expected there.',
  },
  PROCESS_NOT_FOUND: {
    fault: 'user',
    message: 'There is no program {command}',
    advice: 'Install it, or correct its name.',
  },
  PROCESS_OUTPUT_TOO_LARGE: {
    fault: 'user',
    message: '{command} printed more than the limit of {limit} bytes',
    advice: 'Make it print less.',
  },
  PROCESS_TIMEOUT: {
    fault: 'user',
    message: '{command} did not end within {ms} ms',
    advice: 'Find out why it takes so long, or allow it more time.',
  },
  STORE_UNUSABLE: {
    fault: 'external',
    message: 'The store {path} cannot be used: {reason}',
    advice: 'Holdfast sets it aside and starts a new one; nothing that runs is touched.',
  },
} satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Message<Code extends ErrorCode> = (typeof catalogue)[Code]['message'];
export type ErrorDetails<Code extends ErrorCode> = Record<Names<Message<Code>>, string | number>;

export const errorCatalogue: Readonly<Record<string, ErrorKind>> = catalogue;

export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.fault = catalogue[code].fault;
    this.advice = catalogue[code].advice;
  }
}

/** Makes an error of the catalogue: `throw failure('NET_TIMEOUT', { origin, ms })`. Details must be fit to print: no secrets. */
export function failure<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  cause?: unknown,
): HoldfastError {
  const values: Record<string, string | number> = details;
  const message = catalogue[code].message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return new HoldfastError(code, message, cause);
}

/** What is caught may be anything; this makes it one of ours. Unknown things are our own bug until shown otherwise. */
export function asFailure(thrown: unknown): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  return failure('INTERNAL', { reason: thrown instanceof Error ? thrown.message : String(thrown) }, thrown);
}
