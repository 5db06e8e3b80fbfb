import type { Chance } from './chance.ts';

interface Event {
  at: number;
  /** Decides between those that are due at the same time. */
  order: number;
  run: (() => void) | undefined;
}

/** Things asked of a world: a history with much trouble comes to some ten thousand. */
const mostAsked = 200_000;

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
  /** Events, and everything that was done without one. */
  #asked = 0;

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

  /** Whoever does something that takes no time counts it here. False when it was too much: then it is not to be done. */
  count(): boolean {
    return ++this.#asked <= mostAsked;
  }

  /**
   * Runs `fn` as an event of its own after `ms`; the answer takes it back. When it was too much, it never comes, so
   * that even a loop of promises ends, and `run` can say so.
   */
  after(ms: number, fn: () => void): () => void {
    if (!this.count()) return () => {};
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
        if (this.#asked > mostAsked) throw new Restless(`more than ${mostAsked} things were asked of the world`);
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
      this.#steps++;
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
