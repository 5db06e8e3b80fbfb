import { asFailure } from '../errors.ts';
import type { Services } from './services.ts';

/** Between two tries at what does not answer. */
export const longestPauseMs = 30_000;

/** Waits for a target that is down; one that refuses us, or cannot be right, is an error at once. */
export async function reach({ env, target }: Services, signal: AbortSignal): Promise<void> {
  for (let pause = 1_000; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      await target.start(signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const { fault, message } = asFailure(error);
      if (fault !== 'external') throw error;
      env.log.warn('The target does not answer; trying again', { target: target.description, reason: message });
      await env.timers.sleep(pause, signal);
    }
  }
}
