import type { Env } from '../env/env.ts';
import { asFailure, type HoldfastError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { currentSpan, type Tracer } from '../telemetry/tracing/tracer.ts';

export interface PollOptions {
  env: Env;
  tracer: Tracer | undefined;
  intervalMs: number;
  /** The repositories in use, each once. Asked before every round. */
  repositories(): Repository[];
  /** Something moved in it. */
  onMoved(repository: Repository): void;
  onChecked(ok: boolean): void;
  /** The check failed, or works again (undefined). */
  onTrouble(repository: Repository, error: HoldfastError | undefined): void;
}

/** A repository that does not answer is asked less and less often, up to this many intervals apart. */
const longestPause = 8;

interface Watched {
  /** Monotonic ms. */
  dueAt: number;
  failures: number;
  /** Of the repository, when its users were last told. */
  told: number;
  running: Promise<void> | undefined;
}

/** One ref check a repository and interval. One that hangs or fails delays no other. */
export class Poll {
  readonly #options: PollOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #end = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Checks now: one repository, or all of them. */
  async checkNow(url: string | undefined, signal: AbortSignal): Promise<void> {
    const chosen = this.#options.repositories().filter(repository => url === undefined || repository.url === url);
    await Promise.all(chosen.map(repository => this.#check(repository, AbortSignal.any([signal, this.#end.signal]))));
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('Holdfast stops'));
    await this.#loop;
    await Promise.all([...this.#watched.values()].map(({ running }) => running));
  }

  async #run(): Promise<void> {
    const { env, intervalMs } = this.#options;
    const signal = this.#end.signal;
    while (!signal.aborted) {
      const now = env.clock.monotonic();
      const repositories = this.#options.repositories();
      for (const repository of repositories) {
        const watched = this.#watch(repository, now);
        if (now >= watched.dueAt && watched.running === undefined) {
          watched.running = this.#check(repository, signal).finally(() => {
            watched.running = undefined;
          });
        }
      }
      const next = Math.min(...repositories.map(({ url }) => this.#watched.get(url)?.dueAt ?? now), now + intervalMs);
      const pause = Math.max(next - env.clock.monotonic(), Math.min(100, intervalMs));
      await env.timers.sleep(pause, signal).catch(() => undefined);
    }
  }

  #watch(repository: Repository, now: number): Watched {
    const known = this.#watched.get(repository.url);
    if (known !== undefined) return known;
    // Resolving it the first time has just asked it.
    const { generation: told } = repository;
    const fresh = { dueAt: now + this.#options.intervalMs, failures: 0, told, running: undefined };
    this.#watched.set(repository.url, fresh);
    return fresh;
  }

  #check(repository: Repository, signal: AbortSignal): Promise<void> {
    const { tracer } = this.#options;
    return tracer === undefined ? this.#checkNow(repository, signal) : this.#tracedCheck(tracer, repository, signal);
  }

  /** Of the looks that nobody asked for, those that find something make a trace. */
  async #tracedCheck(tracer: Tracer, repository: Repository, signal: AbortSignal): Promise<void> {
    const parent = currentSpan();
    const attributes = { 'vcs.repository.url.full': repository.url };
    await tracer.span('git refresh', parent, { kind: 'client', attributes }, async span => {
      const { generation } = repository;
      await this.#checkNow(repository, signal, error => span.fail(error));
      const hasMoved = repository.generation !== generation;
      if (parent === undefined && !hasMoved && !span.hasFailed) span.discard();
      span.set({ 'holdfast.git.moved': hasMoved });
    });
  }

  async #checkNow(repository: Repository, signal: AbortSignal, onError?: (error: unknown) => void): Promise<void> {
    const { env, intervalMs, onTrouble } = this.#options;
    const watched = this.#watch(repository, env.clock.monotonic());
    watched.dueAt = env.clock.monotonic() + intervalMs;
    try {
      await repository.refresh(signal);
      this.#options.onChecked(true);
      if (watched.failures > 0) onTrouble(repository, undefined);
      watched.failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      onError?.(error);
      this.#options.onChecked(false);
      watched.failures++;
      watched.dueAt = env.clock.monotonic() + intervalMs * Math.min(longestPause, 2 ** (watched.failures - 1));
      onTrouble(repository, asFailure(error));
    } finally {
      this.#tellMoved(repository);
    }
  }

  /** By what the mirror knows, not by who asked: a look at Git by anybody else, or one that was given up, loses nothing. */
  #tellMoved(repository: Repository): void {
    const watched = this.#watched.get(repository.url);
    if (watched === undefined || watched.told === repository.generation) return;
    watched.told = repository.generation;
    this.#options.onMoved(repository);
  }
}
