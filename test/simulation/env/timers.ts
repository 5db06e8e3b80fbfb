import type { Clock, Timers } from '../../../src/env/env.ts';
import type { Effects } from './effects.ts';
import { never } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** 2026-01-01, when every world begins. */
const beginning = Date.UTC(2026, 0, 1);

/** The clock on the wall, which may jump; all incarnations on one machine see the same. */
export class WallClock {
  readonly #scheduler: Scheduler;
  #offset = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  now(): number {
    return Math.floor(beginning + this.#offset + this.#scheduler.now());
  }

  jump(ms: number): void {
    this.#offset += ms;
  }
}

export function simClock(wall: WallClock, scheduler: Scheduler): Clock {
  return { now: () => wall.now(), monotonic: () => scheduler.now() };
}

export function simTimers(effects: Effects): Timers {
  const { life, faults } = effects;

  function after(ms: number, fn: () => void): () => void {
    // Node has none that are shorter.
    let cancel = life.after(Math.max(1, ms), () => {
      const verdict = faults.meet('timer', `after ${Math.round(ms)} ms`);
      if (verdict?.do === 'crash-before') return life.crash();
      if (verdict?.do === 'delay') cancel = life.after(verdict.ms ?? 1_000, fn);
      else fn();
      if (verdict?.do === 'crash-after') life.crash();
    });
    return () => cancel();
  }

  return {
    after,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      if (!life.alive) return await never();
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(ms, () => {
          stopListening();
          resolve();
        });
        const stopListening = life.onAbort(signal, abort);
      });
    },
  };
}
