/**
 * How many requests may be under way to one API server. There is no fixed rate: the number grows while answers come
 * quickly and halves when the server says that it is too much (additive increase, multiplicative decrease).
 */
export class Limiter {
  readonly #minimum: number;
  readonly #maximum: number;
  #limit: number;
  #running = 0;
  /** Fastest answer lately, ms: what the server needs when it is not busy. */
  #baseline = Number.POSITIVE_INFINITY;
  #sinceGrowth = 0;
  #sinceShrink = 0;
  readonly #waiting = new Set<() => void>();

  constructor(options: { minimum?: number; start?: number; maximum?: number } = {}) {
    this.#minimum = options.minimum ?? 1;
    this.#maximum = options.maximum ?? 64;
    this.#limit = options.start ?? 16;
  }

  get limit(): number {
    return this.#limit;
  }

  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#limit && this.#waiting.size === 0) {
      this.#running++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const enter = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      this.#waiting.delete(enter);
      reject(signal?.reason);
    };
    this.#waiting.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
    await promise;
  }

  /** `busy`: the server refused for load, or did not answer. Latency undefined: it says nothing about load. */
  release(outcome: { busy: boolean; latencyMs?: number }): void {
    this.#running--;
    if (outcome.busy) this.#shrink();
    else if (outcome.latencyMs !== undefined) this.#learn(outcome.latencyMs);
    for (const enter of this.#waiting) {
      if (this.#running >= this.#limit) break;
      this.#waiting.delete(enter);
      this.#running++;
      enter();
    }
  }

  #learn(latencyMs: number): void {
    // The baseline follows slowly upwards, so that one lucky answer does not count for ever.
    this.#baseline = Math.min(latencyMs, this.#baseline * 1.01);
    const slow = latencyMs > 250 && latencyMs > this.#baseline * 8;
    this.#sinceShrink++;
    if (slow) {
      this.#sinceGrowth = 0;
      // Answers that were under way together are one piece of news.
      if (this.#sinceShrink >= this.#limit) this.#set(this.#limit * 0.9);
      return;
    }
    this.#sinceGrowth++;
    if (this.#sinceGrowth >= this.#limit) {
      this.#sinceGrowth = 0;
      this.#set(this.#limit + 1, false);
    }
  }

  #shrink(): void {
    this.#sinceGrowth = 0;
    this.#sinceShrink++;
    if (this.#sinceShrink < this.#limit / 2) return;
    this.#set(this.#limit / 2);
  }

  #set(limit: number, shrinks = true): void {
    this.#limit = Math.max(this.#minimum, Math.min(this.#maximum, Math.floor(limit)));
    if (shrinks) this.#sinceShrink = 0;
  }
}
