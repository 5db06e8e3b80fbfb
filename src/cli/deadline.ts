import { InvalidArgumentError, Option } from 'commander';
import { failure, HoldfastError } from '../errors.ts';
import type { Cli } from './cli.ts';
import { parseDuration } from './format.ts';

/** `--timeout`, in milliseconds. */
export function timeoutOption(description = 'wait at most this long'): Option {
  return new Option('--timeout <time>', description).argParser(timeoutArgument).default(600_000, '10m');
}

export function timeoutArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > 2_147_483_647)
    throw new InvalidArgumentError('Expected a time like 90, 30s, 5m or 1h30m.');
  return ms;
}

export function countArgument(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Expected a number.');
  return Number(text);
}

/** Throws CLI_WAIT_TIMED_OUT with what `waiting` says then. */
export async function withDeadline<T>(
  cli: Cli,
  ms: number,
  waiting: () => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = cli.env.timers.after(ms, () => controller.abort());
  try {
    return await work(AbortSignal.any([cli.signal, controller.signal]));
  } catch (error) {
    if (!controller.signal.aborted || error instanceof HoldfastError) throw error;
    throw failure('CLI_WAIT_TIMED_OUT', { seconds: Math.round(ms / 1_000), waiting: waiting() }, error);
  } finally {
    cancel();
  }
}
