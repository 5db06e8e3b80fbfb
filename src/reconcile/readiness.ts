import type { Clock } from '../env/env.ts';
import type { Controller } from './controller.ts';

/** Longest that the first looks at applications are waited for: one that hangs keeps nobody from asking about the others. */
const patienceMs = 60_000;

/** Whether what is told of the applications is worth something: what is declared was read in this run, and each was looked at once. */
export class Readiness {
  readonly #controller: Pick<Controller, 'catalog' | 'find'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #waitsFor: Set<string> | undefined;
  #readAt = 0;

  constructor(controller: Pick<Controller, 'catalog' | 'find'>, clock: Pick<Clock, 'monotonic'>) {
    this.#controller = controller;
    this.#clock = clock;
  }

  /** The declarations were read. Those that come later are no reason to wait again. */
  read(): void {
    if (this.#waitsFor !== undefined) return;
    this.#waitsFor = new Set(this.#controller.catalog.applications.keys());
    this.#readAt = this.#clock.monotonic();
  }

  /** Why not, in words; [] when it is. `failure`: of the last reading. */
  reasons(failure: string | undefined): string[] {
    const waitsFor = this.#waitsFor;
    if (waitsFor === undefined) return [failure ?? 'the declarations were not read yet'];
    if (this.#clock.monotonic() - this.#readAt > patienceMs) waitsFor.clear();
    const { catalog } = this.#controller;
    for (const name of waitsFor) {
      const isSeen = this.#controller.find(name)?.seenAsOf !== undefined;
      if (isSeen || !catalog.applications.has(name)) waitsFor.delete(name);
    }
    return waitsFor.size === 0 ? [] : [`${waitsFor.size} applications were not looked at yet`];
  }
}
