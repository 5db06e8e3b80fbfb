import type { Scheduler } from './scheduler.ts';

/** One incarnation of an operator, from its start to its crash. What it waits for comes to it as events, while it lives. */
export class Life {
  readonly #scheduler: Scheduler;
  readonly #endings = new Set<() => void>();
  #alive = true;
  #powered = true;
  /** What came while it was stopped, in order. */
  #held: (() => void)[] | undefined;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether the machine that it is on, or was on until its end, still runs as it did then. */
  get powered(): boolean {
    return this.#powered;
  }

  after(ms: number, fn: () => void): () => void {
    if (!this.#alive) return () => {};
    let wanted = true;
    const cancel = this.#scheduler.after(ms, () => this.tell(() => wanted && fn()));
    return () => {
      wanted = false;
      cancel();
    };
  }

  /** Something comes to it, in this very event: it takes it now, later when it is stopped, never when it is dead. */
  tell(fn: () => void): void {
    if (!this.#alive) return;
    if (this.#held === undefined) fn();
    else this.#held.push(fn);
  }

  /** Called once, when it dies. The answer takes it back. */
  atEnd(fn: () => void): () => void {
    this.#endings.add(fn);
    return () => this.#endings.delete(fn);
  }

  /** Node keeps whoever listens to a signal that was made of others: the dead do not listen. */
  onAbort(signal: AbortSignal | undefined, fn: () => void): () => void {
    if (signal === undefined) return () => {};
    signal.addEventListener('abort', fn, { once: true });
    const stop = () => {
      signal.removeEventListener('abort', fn);
      this.#endings.delete(stop);
    };
    this.#endings.add(stop);
    return stop;
  }

  crash(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#held = undefined;
    for (const end of this.#endings) end();
    this.#endings.clear();
  }

  /** It ends with everything on its machine, also with what the kernel had still to do for it after its end. */
  losePower(): void {
    this.crash();
    this.#powered = false;
  }

  /** Stops it for a time, as SIGSTOP does; then everything that was due comes, in order. */
  pause(ms: number): void {
    if (this.#held !== undefined) return;
    this.#held = [];
    this.#scheduler.after(ms, () => this.#resume());
  }

  #resume(): void {
    const next = this.#held?.shift();
    if (next === undefined) {
      this.#held = undefined;
      return;
    }
    next();
    if (this.#held !== undefined) this.#scheduler.after(0, () => this.#resume());
  }
}

/** What somebody who is dead waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}
