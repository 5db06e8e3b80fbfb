/** Lets so many in at a time, first come first served; or one alone, with nobody else inside. */
export class Gate {
  readonly #places: number;
  #taken = 0;
  readonly #waiting: { places: number; enter: () => void }[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  /** Runs `work` inside. Leaves the queue when `signal` is aborted first. */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal, alone = false): Promise<Result> {
    const places = alone ? this.#places : 1;
    await this.#enter(places, signal);
    try {
      return await work();
    } finally {
      this.#taken -= places;
      this.#admit();
    }
  }

  async #enter(places: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiting = { places, enter };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
        this.#admit();
      };
      function enter(): void {
        signal.removeEventListener('abort', leave);
        resolve();
      }
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#taken + next.places > this.#places) return;
      this.#waiting.shift();
      this.#taken += next.places;
      next.enter();
    }
  }
}
