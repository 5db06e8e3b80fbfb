import type { Clock } from '../../env/env.ts';
import type { HoldfastError } from '../../errors.ts';

/** A connection that breaks once is nobody's failure. */
const failuresToBeAway = 2;

/** Whether the API server answers, and since when (ms since 1970). */
export class Contact {
  readonly #clock: Clock;
  #failures = 0;
  #answersSince: number | undefined;
  #away: { since: number; reason: string } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  answered(): void {
    this.#failures = 0;
    if (this.#answersSince !== undefined && this.#away === undefined) return;
    this.#away = undefined;
    this.#answersSince = this.#clock.now();
  }

  failed({ message }: HoldfastError): void {
    this.#failures += 1;
    if (this.#failures < failuresToBeAway) return;
    this.#away = { since: this.#away?.since ?? this.#clock.now(), reason: message };
  }

  get state(): { reachable: boolean; since?: number; reason: string } {
    if (this.#away !== undefined) return { reachable: false, ...this.#away };
    const since = this.#answersSince;
    return since === undefined
      ? { reachable: false, reason: 'it was not asked yet' }
      : { reachable: true, since, reason: '' };
  }
}
