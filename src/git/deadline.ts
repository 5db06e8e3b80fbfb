import type { Timers } from '../env/env.ts';

/** Runs work that is aborted with `late()` when `ms` have passed, and with the signal's reason when that is aborted. */
export async function withDeadline<Result>(
  timers: Timers,
  ms: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const cancel = timers.after(ms, () => deadline.abort(late()));
  try {
    return await work(signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]));
  } finally {
    cancel();
  }
}

/** The promise's result, unless the signal is aborted first: then the work goes on for the others who wait for it. */
export async function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
