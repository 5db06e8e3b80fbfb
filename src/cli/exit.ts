import { CommanderError } from 'commander';
import { asFailure, type ErrorCode } from '../errors.ts';

/** What the shell is told. docs/cli.md lists these; they never change their meaning. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  timedOut: 4,
  different: 5,
  interrupted: 130,
} as const;

export const exitMeanings: Record<keyof typeof exitCodes, string> = {
  ok: 'It is as asked.',
  failed: 'It failed: the message says what and what to do.',
  usage: 'The command line is not understood; nothing was done.',
  unreachable: 'No operator answers, or it refuses the token.',
  timedOut: 'The deadline of --timeout passed; what was started goes on.',
  different: '`diff --exit-code`: a sync would change something.',
  interrupted: 'Ended by Ctrl-C; what was started goes on.',
};

const codes: Partial<Record<ErrorCode, number>> = {
  API_UNAUTHORIZED: exitCodes.unreachable,
  CLI_ANSWER_INVALID: exitCodes.unreachable,
  CLI_OPERATOR_NOT_FOUND: exitCodes.unreachable,
  CLI_OPERATOR_UNREACHABLE: exitCodes.unreachable,
  CLI_TOKEN_MISSING: exitCodes.unreachable,
  CLI_USAGE: exitCodes.usage,
  CLI_WAIT_TIMED_OUT: exitCodes.timedOut,
};

/** A command's answer other than success, without a message: the output has said it. */
export class Exit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** A failure that the operator told of, in its own words: its catalogue may be newer than ours. */
export class RemoteFailure extends Error {
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice: string) {
    super(message);
    this.name = 'RemoteFailure';
    this.code = code;
    this.advice = advice;
  }
}

export interface Ending {
  exitCode: number;
  /** What to say on stderr; undefined when all is said. */
  problem?: { code: string; message: string; advice: string };
}

export function endingOf(thrown: unknown): Ending {
  if (thrown instanceof Exit) return { exitCode: thrown.exitCode };
  if (thrown instanceof CommanderError) {
    // Commander has printed the message, or the help that was asked for.
    return { exitCode: thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  const { code, message, advice } = thrown instanceof RemoteFailure ? thrown : asFailure(thrown);
  return { exitCode: codes[code as ErrorCode] ?? exitCodes.failed, problem: { code, message, advice } };
}
