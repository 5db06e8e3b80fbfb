import { asFailure } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { traced } from '../telemetry/tracing/tracer.ts';
import { type Declarations, nextCatalog } from './catalog.ts';
import type { Controller } from './controller.ts';
import { longestPauseMs } from './reach.ts';

/** A place where applications are declared: the environment's path in Git, the cluster's API. */
export interface DeclarationPlace {
  read(signal: AbortSignal): Promise<Declarations>;
  /** A hint that another answer may be had. */
  onChange(listener: () => void): () => void;
}

interface ReadingParts {
  controller: Controller;
  /** The environment's own repository. */
  own: Repository;
  places: readonly DeclarationPlace[];
  /** First pause after a reading that failed; the next ones are twice as long each. */
  intervalMs: number;
  /** Aborted when Holdfast stops. */
  signal: AbortSignal;
  /** The controller's catalog is what is declared now. */
  onRead(): void;
  /** What is declared at the new commit is in force: now those who come from it may be told. */
  onMoved(): Promise<void>;
}

/** Brings what is declared into force: one reading at a time. */
export class Reading {
  /** The commit that was read last; '' before. */
  revision = '';
  /** Why it cannot be read, while it cannot. */
  failure: string | undefined;
  /** Readings that were begun or asked for. */
  count = 0;
  /** Resolves when those are done. */
  current: Promise<void> = Promise.resolve();
  readonly #parts: ReadingParts;
  #following: Promise<void> | undefined;
  #hasMoved = false;
  #failed = 0;
  #cancel = () => {};

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** The own repository has something new. */
  moved(): void {
    this.#hasMoved = true;
    void this.again();
  }

  /** One that is asked for while another runs follows it, with everything read anew, for all who asked. */
  again(): Promise<void> {
    if (this.#following === undefined) {
      this.count++;
      this.#following = this.current.then(() => this.#next());
      this.current = this.#following;
    }
    return this.current;
  }

  /** Resolves when nothing is read any more; after the signal. */
  async close(): Promise<void> {
    this.#cancel();
    await this.current;
  }

  async #next(): Promise<void> {
    this.#following = undefined;
    const hasMoved = this.#hasMoved;
    this.#hasMoved = false;
    const isRead = await traced(
      'read declarations',
      () => ({}),
      () => this.#read(),
    );
    if (isRead && hasMoved) await this.#parts.onMoved();
    else this.#hasMoved ||= hasMoved;
  }

  /** Answers whether the newest commit is in force: where only reading failed, it may ask for what its own rules forbid. */
  async #read(): Promise<boolean> {
    const { controller, places, intervalMs, signal } = this.#parts;
    const { env } = controller.services;
    try {
      const found = await Promise.all(places.map(one => one.read(signal)));
      this.failure = undefined;
      this.#failed = 0;
      this.revision = found.find(({ revision }) => revision !== undefined)?.revision ?? '';
      controller.locks.declare(this.revision || undefined);
      controller.chronicle.isAt(this.revision);
      controller.setCatalog(nextCatalog(controller.catalog, found));
      this.#parts.onRead();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const found = asFailure(error);
      this.failure = found.message;
      env.log.warn('The declarations cannot be read; what was known goes on', { reason: this.failure });
      const isMistake = found.fault === 'user';
      if (isMistake) controller.locks.declare(await this.#newest());
      else controller.locks.failed(found);
      // Not only the next commit may help: a program that was killed or a disk that was full for a moment is well again.
      this.#cancel();
      const pause = Math.min(longestPauseMs, intervalMs * 2 ** this.#failed++);
      this.#cancel = env.timers.after(pause, () => void this.again());
      return isMistake;
    }
  }

  async #newest(): Promise<string | undefined> {
    const { controller, own, signal } = this.#parts;
    return await own.resolve(controller.services.place.revision, {}, signal).catch(() => undefined);
  }
}
