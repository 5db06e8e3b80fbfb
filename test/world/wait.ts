import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither `undefined`, `null` nor `false`, and returns it.
 * An error counts as "not yet". Past the deadline it throws, with the last error as its cause.
 */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  { deadlineMs = 60_000, everyMs = 25 }: { deadlineMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (isThere(answer)) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  } while (Date.now() < deadline);
  const reason = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`waited ${deadlineMs} ms for ${what}${reason}`, { cause: last });
}

function isThere<T>(answer: T): answer is Exclude<T, undefined | null | false> {
  return answer !== undefined && answer !== null && answer !== false;
}
