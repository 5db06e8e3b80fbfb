import type { Chance } from './chance.ts';

interface Event {
  at: number;
  /** Decides between those that are due at the same time. */
  order: number;
  run: (() => void) | undefined;
}

/** A history has some thousands, a long one with much trouble twenty thousand. */
const mostSteps = 60_000;
/** Things asked of the world between two steps: thousands when an operator with much to do starts. */
const mostAtOnce = 20_000;

/** Something in the world goes on and on. */
export class Restless extends Error {}

/** Steps for which Node's loop is entered once. Between two steps all micro-tasks are done. */
const batch = 64;

/**
 * Virtual time. Whatever happens in the simulated world is an event here; time jumps from one to the next. Between two
 * events everything that the engine's promises lead to is done: there is no real I/O that it could wait for.
 */
export class Scheduler {
  readonly #heap: Event[] = [];
  readonly #chance: Chance;
  #now = 0;
  #steps = 0;
  /** Asked of the world since the last step. */
  #asked = 0;
  #restless: Restless | undefined;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Milliseconds since the world began. */
  now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Whoever does something that takes no time counts it here. Throws when it was too much since the last step. */
  count(): void {
    if (++this.#asked <= mostAtOnce) return;
    this.#restless ??= new Restless(`more than ${mostAtOnce} things were asked of the world in one step`);
    throw this.#restless;
  }

  /**
   * Runs `fn` as an event of its own after `ms`; the answer takes it back. Who asks too much in one step waits for ever, so
   * that even a loop of promises comes to an end, and `run` can say so.
   */
  after(ms: number, fn: () => void): () => void {
    try {
      this.count();
    } catch {
      return () => {};
    }
    const event: Event = { at: this.#now + Math.max(0, ms), order: this.#chance.fraction(), run: fn };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Runs events until `done` says so, or `ms` have passed; answers whether `done` did. Throws Restless. */
  async run(ms: number, done: () => boolean = () => false): Promise<boolean> {
    const until = this.#now + ms;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    let over = false;
    const step = (isLast: boolean) => {
      if (over) return;
      try {
        if (this.#restless !== undefined) throw this.#restless;
        const event = done() ? undefined : this.#next(until);
        if (event === undefined) {
          over = true;
          resolve(done());
        } else event();
      } catch (error) {
        over = true;
        reject(error);
      }
      if (isLast && !over) enter();
    };
    const enter = () => {
      for (let i = 1; i <= batch; i++) setImmediate(step, i === batch);
    };
    enter();
    return await promise;
  }

  #next(until: number): (() => void) | undefined {
    for (let event = this.#heap[0]; event !== undefined; event = this.#heap[0]) {
      if (event.run !== undefined && event.at > until) break;
      this.#pop();
      if (event.run === undefined) continue;
      this.#now = event.at;
      this.#asked = 0;
      if (++this.#steps > mostSteps) this.#restless = new Restless(`more than ${mostSteps} steps`);
      return event.run;
    }
    this.#now = until;
    return undefined;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Event;
      if (!isBefore(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = heap[below];
      if (left === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, left)) below++;
      const child = heap[below] as Event;
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
