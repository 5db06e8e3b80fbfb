import type { HoldfastError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Source } from '../model/application.ts';
import type { Controller } from './controller.ts';

/** Why a repository does not answer, and since when (ms since 1970). */
interface Trouble {
  error: HoldfastError;
  since: number;
}

/** The repositories of an environment: its own, and those that its applications come from. */
export class UsedRepositories {
  readonly own: Repository;
  readonly #controller: Controller;
  readonly #troubles = new Map<string, Trouble>();

  constructor(controller: Controller) {
    const { repositories, place } = controller.services;
    this.#controller = controller;
    this.own = repositories.open(place.repoURL);
  }

  /** Each once. */
  list(): Repository[] {
    const urls = new Map([[this.own.url, this.own]]);
    for (const { sources } of this.#controller.catalog.applications.values()) {
      for (const source of sources) {
        const repository = this.of(source);
        if (repository !== undefined) urls.set(repository.url, repository);
      }
    }
    return [...urls.values()];
  }

  /** Names of the applications that come from it. */
  users(url: string): string[] {
    const all = [...this.#controller.catalog.applications.values()];
    return all.filter(({ sources }) => sources.some(source => this.of(source)?.url === url)).map(({ name }) => name);
  }

  of(source: Source): Repository | undefined {
    return this.#controller.locks.repositoryOf(source);
  }

  /** What the last check of it found. */
  note(url: string, error: HoldfastError | undefined): void {
    if (error === undefined) this.#troubles.delete(url);
    else
      this.#troubles.set(url, {
        error,
        since: this.#troubles.get(url)?.since ?? this.#controller.services.env.clock.now(),
      });
  }

  trouble(url: string): Trouble | undefined {
    return this.#troubles.get(url);
  }

  /** Of those in use: what nobody comes from any more is nobody's trouble. */
  problems(): string[] {
    return this.list().flatMap(({ url }) => this.#troubles.get(url)?.error.message ?? []);
  }
}
