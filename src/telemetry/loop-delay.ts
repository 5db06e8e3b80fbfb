import type { Env } from '../env/env.ts';
import type { Sample } from './metrics.ts';

const everyMs = 500;
/** Who has not asked for this long asks no more. */
const forgottenMs = 300_000;

/** How late the program's turns come. Measured only while somebody asks for it, so that an idle operator sleeps. */
export class LoopDelay {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  #longestMs = 0;
  #askedAt = 0;
  #cancel: (() => void) | undefined;

  constructor(env: Pick<Env, 'clock' | 'timers'>) {
    this.#env = env;
  }

  /** Of the time since the last call. */
  sample(): Sample {
    const value = this.#longestMs / 1_000;
    this.#longestMs = 0;
    this.#askedAt = this.#env.clock.monotonic();
    if (this.#cancel === undefined) this.#measure();
    return { name: 'holdfast_event_loop_delay_seconds', labels: [], value };
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #measure(): void {
    const { clock, timers } = this.#env;
    const due = clock.monotonic() + everyMs;
    this.#cancel = timers.after(everyMs, () => {
      const now = clock.monotonic();
      this.#longestMs = Math.max(this.#longestMs, now - due);
      this.#cancel = undefined;
      if (now - this.#askedAt < forgottenMs) this.#measure();
    });
  }
}
