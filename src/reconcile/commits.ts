import type { Lock } from '../model/lock.ts';
import type { Controller } from './controller.ts';

/** A commit, for people. */
export interface CommitSummary {
  id: string;
  subject: string;
  author: string;
  email: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What cannot be read is not asked for again and again. */
const retryMs = 60_000;
const keptFailures = 1_000;

/** The commits that locks are about. */
export class Commits {
  readonly #controller: Controller;
  /** Monotonic ms of the last time that each could not be read. */
  readonly #failed = new Map<string, number>();

  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Undefined for a chart, which has no author to name, and for what cannot be read. */
  async of(lock: Lock): Promise<CommitSummary | undefined> {
    const { chronicle, services } = this.#controller;
    const { clock } = services.env;
    const key = JSON.stringify(lock.sources);
    const failedAt = this.#failed.get(key);
    if (failedAt !== undefined && clock.monotonic() - failedAt < retryMs) return undefined;
    try {
      const commit = await chronicle.commitOf(lock);
      if (commit === undefined) return undefined;
      const { id, subject, author, email, at } = commit;
      return { id, subject, author, email, at };
    } catch {
      if (this.#failed.size >= keptFailures) this.#failed.clear();
      this.#failed.set(key, clock.monotonic());
      return undefined;
    }
  }
}
