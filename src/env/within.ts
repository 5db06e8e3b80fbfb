import type { Timers } from './env.ts';

/** What `work` answers or, when it takes longer than `ms`, what `late` does; `work` is not ended by that. */
export async function within<T>(timers: Timers, ms: number, work: Promise<T>, late: () => T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const cancel = timers.after(ms, () => resolve(late()));
  try {
    return await Promise.race([work, promise]);
  } finally {
    cancel();
  }
}
