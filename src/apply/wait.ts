import type { Env } from '../env/env.ts';
import type { Target } from '../targets/target.ts';

/** Change events are hints: a look now and then finds what a lost one hid. */
const lookAgainMs = 2_000;

export interface WaitOptions {
  env: Env;
  /** Tells when it is worth another look. */
  target: Pick<Target, 'onChange'>;
  application: string;
  /** Of `env.clock.monotonic()`. */
  deadline: number;
  signal: AbortSignal;
}

/**
 * Waits until `check` answers something, looking again whenever the target reports a change. Answers undefined when the
 * deadline passes; throws the signal's reason when it is aborted. No polling of the target: `check` reads from memory.
 */
export async function waitUntil<Found>(
  check: () => Found | undefined,
  options: WaitOptions,
): Promise<Found | undefined> {
  const { env, target, application, deadline, signal } = options;
  for (;;) {
    signal.throwIfAborted();
    const turn = new AbortController();
    const stop = target.onChange(changed => changed === application && turn.abort(changedMark));
    try {
      const found = check();
      if (found !== undefined) return found;
      const left = deadline - env.clock.monotonic();
      if (left <= 0) return undefined;
      await env.timers.sleep(Math.min(left, lookAgainMs), AbortSignal.any([turn.signal, signal]));
    } catch (error) {
      if (error !== changedMark) throw error;
    } finally {
      stop();
    }
  }
}

const changedMark = Symbol('the target changed');
