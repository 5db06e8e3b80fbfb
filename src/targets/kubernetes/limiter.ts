/** Slowness is a guess at load, and no reason to go one by one; the server's own word may be. */
const fewest = 4;

/**
 * How many requests may be under way to one API server. There is no fixed rate: the number grows while answers come
 * quickly and halves when the server says that it is too much (additive increase, multiplicative decrease). Those who wait
 * take turns, and no application takes all places: its thousands of writes keep nobody else's waiting for their answers.
 */
export class Limiter {
  readonly #minimum: number;
  readonly #maximum: number;
  #limit: number;
  #running = 0;
  readonly #runningOf = new Map<string, number>();
  /** Fastest answer lately to each kind of request, ms: what the server needs for it when it is not busy. */
  readonly #baselines = new Map<string, number>();
  #sinceGrowth = 0;
  #sinceShrink = 0;
  /** By whose they are; whose turn is next comes first. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: { minimum?: number; start?: number; maximum?: number } = {}) {
    this.#minimum = options.minimum ?? 1;
    this.#maximum = options.maximum ?? 64;
    this.#limit = options.start ?? 16;
  }

  get limit(): number {
    return this.#limit;
  }

  /** `whose`: an application's name, or '' for what is nobody's. The same is to be said when it is released. */
  async acquire(signal?: AbortSignal, whose = ''): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#limit && this.#mayEnter(whose) && !this.#waiting.has(whose)) {
      this.#count(whose, 1);
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const enter = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      this.#forget(whose, enter);
      reject(signal?.reason);
    };
    const same = this.#waiting.get(whose);
    if (same === undefined) this.#waiting.set(whose, new Set([enter]));
    else same.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
    await promise;
  }

  /** `busy`: the server refused for load, or did not answer. Latency undefined: it says nothing about load. */
  release(outcome: { busy: boolean; latencyMs?: number; kind?: string }, whose = ''): void {
    this.#count(whose, -1);
    if (outcome.busy) this.#shrink();
    else if (outcome.latencyMs !== undefined) this.#learn(outcome.latencyMs, outcome.kind ?? '');
    while (this.#running < this.#limit) {
      const enter = this.#next();
      if (enter === undefined) break;
      enter();
    }
  }

  #count(whose: string, change: 1 | -1): void {
    this.#running += change;
    const now = (this.#runningOf.get(whose) ?? 0) + change;
    if (now === 0) this.#runningOf.delete(whose);
    else this.#runningOf.set(whose, now);
  }

  /** The last quarter of the places is for others. */
  #mayEnter(whose: string): boolean {
    return whose === '' || (this.#runningOf.get(whose) ?? 0) < Math.max(1, Math.floor(this.#limit * 0.75));
  }

  #next(): (() => void) | undefined {
    for (const [whose, waiting] of this.#waiting) {
      if (!this.#mayEnter(whose)) continue;
      this.#waiting.delete(whose);
      const [enter] = waiting;
      if (enter === undefined) continue;
      waiting.delete(enter);
      if (waiting.size > 0) this.#waiting.set(whose, waiting);
      this.#count(whose, 1);
      return enter;
    }
    return undefined;
  }

  #forget(whose: string, enter: () => void): void {
    const waiting = this.#waiting.get(whose);
    waiting?.delete(enter);
    if (waiting?.size === 0) this.#waiting.delete(whose);
  }

  #learn(latencyMs: number, kind: string): void {
    // The baseline follows slowly upwards, so that one lucky answer does not count for ever.
    const baseline = Math.min(latencyMs, (this.#baselines.get(kind) ?? Number.POSITIVE_INFINITY) * 1.01);
    this.#baselines.set(kind, baseline);
    const slow = latencyMs > 250 && latencyMs > baseline * 8;
    this.#sinceShrink++;
    if (slow) {
      this.#sinceGrowth = 0;
      // Answers that were under way together are one piece of news.
      if (this.#sinceShrink >= this.#limit) this.#set(Math.max(Math.min(fewest, this.#limit), this.#limit * 0.9));
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
