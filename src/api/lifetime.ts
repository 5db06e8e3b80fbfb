import type { Timers } from '../env/env.ts';
import { failure } from '../errors.ts';

/** Longest time for one answer: dry-runs and fetches take long at times. */
export const answerMs = 120_000;

interface Response {
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

/**
 * Does the work of one answer: its signal is aborted when the client goes away or the deadline passes (API_TIMEOUT).
 * Not Fastify's `request.signal` and `handlerTimeout`: they take the request's `close` event for the client's leave, and Node
 * emits that as soon as the body of a POST has been read.
 */
export async function whileAnswering<T>(
  response: Response,
  timers: Timers,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const leave = () => controller.abort();
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = timers.after(ms, () => {
      const error = failure('API_TIMEOUT', { ms });
      reject(error);
      controller.abort(error);
    });
  });
  response.once('close', leave);
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    cancel();
    response.off('close', leave);
  }
}
