import type { Timers } from '../env/env.ts';
import type { Client } from './client.ts';

/** Looks again at least this often, whatever the stream says or leaves out. */
const anywayMs = 5_000;
/** And at most this often. */
const paceMs = 100;
const reconnectMs = 1_000;

/**
 * Yields at once, and then whenever it is worth looking again: one of the applications (any, when none are named) may have changed.
 * What changed is for the caller to read; a lost stream only makes it slower.
 */
export async function* pulses(
  client: Client,
  names: readonly string[],
  timers: Timers,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const own = new AbortController();
  const ended = AbortSignal.any([signal, own.signal]);
  let due = false;
  let wake = () => {};

  async function listen(): Promise<void> {
    while (!ended.aborted) {
      try {
        for await (const change of client.changes(ended)) {
          const name = change === 'ready' ? undefined : 'row' in change ? change.row.name : change.removed;
          if (name !== undefined && names.length > 0 && !names.includes(name)) continue;
          due = true;
          wake();
        }
        await timers.sleep(reconnectMs, ended);
      } catch {
        // The caller's own requests tell what is wrong.
        await timers.sleep(reconnectMs, ended).catch(() => {});
      }
    }
  }

  const listening = listen();
  ended.addEventListener('abort', () => wake());
  try {
    while (!signal.aborted) {
      due = false;
      yield;
      await timers.sleep(paceMs, signal);
      if (due) continue;
      await new Promise<void>(resolve => {
        const cancel = timers.after(anywayMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
    signal.throwIfAborted();
  } finally {
    own.abort();
    await listening;
  }
}
