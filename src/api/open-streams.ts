import type { Access } from '../access/access.ts';
import type { Timers } from '../env/env.ts';
import { failure } from '../errors.ts';

const maxStreams = 200;
/** Tokens that end are noticed this soon; those that are revoked, at once. */
const checkMs = 2_000;
/** A reader that does not take the last words loses the connection. */
const lastWordsMs = 1_000;

interface Response {
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

interface Open {
  response: Response;
  controller: AbortController;
  still: () => boolean;
}

/** Answers without an end. Each is cut when whoever reads it has lost the right to. */
export class OpenStreams {
  readonly #timers: Timers;
  readonly #open = new Set<Open>();
  readonly #stopListening: () => void;
  #stopTimer = () => {};

  constructor(access: Access, timers: Timers) {
    this.#timers = timers;
    this.#stopListening = access.onChange(() => this.#check());
  }

  /** Aborted when the connection goes, whoever ends it; with API_UNAUTHORIZED when `still` is true no longer. Throws API_BUSY. */
  add(response: Response, still: () => boolean): AbortSignal {
    if (this.#open.size >= maxStreams) throw failure('API_BUSY', { limit: maxStreams });
    const one: Open = { response, controller: new AbortController(), still };
    this.#open.add(one);
    if (this.#open.size === 1) this.#checkLater();
    response.once('close', () => {
      this.#open.delete(one);
      if (this.#open.size === 0) this.#stopTimer();
      one.controller.abort();
    });
    return one.controller.signal;
  }

  close(): void {
    this.#stopListening();
    this.#stopTimer();
  }

  #check(): void {
    for (const { response, controller, still } of this.#open) {
      if (controller.signal.aborted || still()) continue;
      controller.abort(failure('API_UNAUTHORIZED', {}));
      this.#timers.after(lastWordsMs, () => response.destroy());
    }
  }

  #checkLater(): void {
    this.#stopTimer = this.#timers.after(checkMs, () => {
      this.#check();
      if (this.#open.size > 0) this.#checkLater();
    });
  }
}
