import type { Env } from '../env/env.ts';
import type { TraceContext } from '../telemetry/tracing/context.ts';
import { currentSpan } from '../telemetry/tracing/tracer.ts';

export interface QueueOptions {
  env: Env;
  /** Keys worked on at the same time. */
  concurrency: number;
  /** Must not throw; what it throws is logged. `cause`: the last that the key was added for, for traces alone. */
  work(key: string, signal: AbortSignal, isHint: boolean, cause: TraceContext | undefined): Promise<void>;
}

/** So many may end and be followed by others before I/O and signals get their turn. */
const perTurn = 8;
/** There may be thousands, and they take no time but the processor's: the others are not to wait for that. */
const hintsAtOnce = 8;

/**
 * A queue of keys, first in, first out; those that only a hint has brought come after all others. A key waits in it at most once
 * and is never worked on twice at the same time; one that is added while it is worked on is done again afterwards. The work takes
 * the key and reads everything anew.
 */
export class KeyQueue {
  readonly #options: QueueOptions;
  readonly #added = new Set<string>();
  readonly #hinted = new Set<string>();
  readonly #causes = new Map<string, TraceContext>();
  readonly #running = new Map<string, { ended: Promise<void>; abort: AbortController; since: number }>();
  readonly #timers = new Map<string, { at: number; cancel: () => void }>();
  readonly #end = new AbortController();
  #hintsRunning = 0;
  #endedThisTurn = 0;
  #cancelTurn: (() => void) | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** What was to be done later is done with it: the work finds out anew what is due when. */
  add(key: string): void {
    if (this.#end.signal.aborted) return;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    this.#hinted.delete(key);
    this.#added.add(key);
    this.#start();
  }

  /** Adds the key for what is under way here: its trace goes on in the work. Whoever is only told by a watch does not know for what. */
  follow(key: string): void {
    this.#noteCause(key);
    this.add(key);
  }

  /** Adds the key for something that probably does not concern it: the work is told so, and leaves what was to be done later. */
  hint(key: string): void {
    if (this.#end.signal.aborted) return;
    this.#noteCause(key);
    if (!this.#added.has(key)) this.#hinted.add(key);
    this.#start();
  }

  /** Adds the key after `ms`, unless it is to be added earlier anyway. */
  addAfter(key: string, ms: number): void {
    if (this.#end.signal.aborted) return;
    const at = this.#options.env.clock.monotonic() + ms;
    const planned = this.#timers.get(key);
    if (planned !== undefined && planned.at <= at) return;
    planned?.cancel();
    const cancel = this.#options.env.timers.after(Math.max(0, ms), () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { at, cancel });
  }

  /** Whether the key waits or is worked on. */
  has(key: string): boolean {
    return this.#added.has(key) || this.#hinted.has(key) || this.#running.has(key);
  }

  /** Monotonic ms; undefined when it is not worked on. */
  runsSince(key: string): number | undefined {
    return this.#running.get(key)?.since;
  }

  /** Number of keys that wait or are worked on. */
  get size(): number {
    return this.#added.size + this.#hinted.size + this.#running.size;
  }

  /** Takes no more, ends what runs by its signal, and resolves when all has ended. */
  async close(reason: unknown): Promise<void> {
    this.#end.abort(reason);
    this.#cancelTurn?.();
    this.#added.clear();
    this.#hinted.clear();
    this.#causes.clear();
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    // A signal each: one with thousands of listeners is slow to listen to.
    for (const { abort } of this.#running.values()) abort.abort(reason);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #noteCause(key: string): void {
    const cause = currentSpan();
    if (cause !== undefined && !this.#end.signal.aborted) this.#causes.set(key, cause);
  }

  #start(): void {
    if (this.#end.signal.aborted) return;
    for (const waiting of [this.#added, this.#hinted]) {
      for (const key of waiting) {
        const isHint = waiting === this.#hinted;
        if (this.#running.size >= this.#options.concurrency || (isHint && this.#hintsRunning >= hintsAtOnce)) return;
        if (this.#running.has(key)) continue;
        waiting.delete(key);
        const abort = new AbortController();
        const since = this.#options.env.clock.monotonic();
        this.#running.set(key, { ended: this.#work(key, abort.signal, isHint), abort, since });
      }
    }
  }

  /** Keys that add each other again and again must not keep I/O and signals from their turn. */
  #next(): void {
    if (this.#end.signal.aborted || this.#cancelTurn !== undefined) return;
    if (++this.#endedThisTurn < perTurn) {
      this.#start();
      return;
    }
    this.#cancelTurn = this.#options.env.timers.after(0, () => {
      this.#cancelTurn = undefined;
      this.#endedThisTurn = 0;
      this.#start();
    });
  }

  async #work(key: string, signal: AbortSignal, isHint: boolean): Promise<void> {
    if (isHint) this.#hintsRunning++;
    try {
      const cause = this.#causes.get(key);
      this.#causes.delete(key);
      await this.#options.work(key, signal, isHint, cause);
    } catch (error) {
      if (!this.#end.signal.aborted) {
        this.#options.env.log.error('Work in the queue failed', {
          key,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    } finally {
      if (isHint) this.#hintsRunning--;
      this.#running.delete(key);
      this.#next();
    }
  }
}
