import { createGate } from '../git/gate.ts';
import type { Commit } from '../git/repository.ts';
import type { Application } from '../model/application.ts';
import { isCommit, type Lock, type LockedSource } from '../model/lock.ts';
import type { CommitSummary } from './commits.ts';
import type { Controller } from './controller.ts';
import type { Declared } from './declare.ts';

/** Commits gone back one by one; whoever has not been changed for longer has a last change that nobody knows. */
const mostSteps = 300;
/** Applications for which one goes back at the same time; all others wait. */
const atOnce = 4;
/** What could not be read is not read again and again. */
const retryMs = 60_000;
const fact = 'last-change';

/** Of one source: at `at` it was found that `since` was the newest commit that changed anything. */
interface Known {
  at: string;
  since: string;
}

interface Remembered {
  /** What was asked about: another path has another past. */
  sources: string;
  known: Record<string, Known>;
}

/**
 * By which commit an application became what it is declared to be: the newest that changed anything it is made from. Most commits
 * to a repository of many applications are about others, and are not it. Found by going back from where it was rendered for as long
 * as everything that was read is the same; only when somebody asks, and remembered.
 */
export class LastChanges {
  readonly #controller: Controller;
  readonly #found = new WeakMap<Lock, { commit: Promise<CommitSummary | undefined>; failedAt?: number }>();
  readonly #gate = createGate(atOnce);

  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** Undefined for a chart, which has no author to name, and for what cannot be found. */
  async of(application: Application, declared: Declared): Promise<CommitSummary | undefined> {
    const { clock } = this.#controller.services.env;
    const before = this.#found.get(declared.renderedAt);
    const isDue = before?.failedAt !== undefined && clock.monotonic() - before.failedAt >= retryMs;
    if (before !== undefined && !isDue) return await before.commit;
    const entry: { commit: Promise<CommitSummary | undefined>; failedAt?: number } = {
      commit: this.#inTurn(() => this.#find(application, declared)).catch(() => {
        entry.failedAt = clock.monotonic();
        return undefined;
      }),
    };
    this.#found.set(declared.renderedAt, entry);
    return await entry.commit;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.#gate(noEnd);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Of several sources in Git, the newest. */
  async #find(application: Application, declared: Declared): Promise<CommitSummary | undefined> {
    const { store } = this.#controller.services;
    const { sources } = declared.renderedAt;
    const asked = JSON.stringify(application.sources);
    const remembered = store.fact(application.name, fact) as Remembered | undefined;
    const before = remembered?.sources === asked ? remembered.known : {};
    const known: Record<string, Known> = {};
    const commits: Commit[] = [];
    for (const [index, source] of sources.entries()) {
      if (!isCommit(source)) continue;
      const since = await this.#since(declared, index, source, before[index]);
      if (since === undefined) return undefined;
      known[index] = { at: source.revision, since };
      commits.push(await this.#controller.services.repositories.open(source.repoURL).commit(since, noEnd));
    }
    const isNews = JSON.stringify(known) !== JSON.stringify(before);
    if (isNews && commits.length > 0)
      store.setFact(application.name, fact, { sources: asked, known } satisfies Remembered);
    const [newest] = commits.toSorted((a, b) => b.at - a.at);
    return newest === undefined ? undefined : toSummary(newest);
  }

  async #since(
    declared: Declared,
    index: number,
    { repoURL, revision }: LockedSource,
    known: Known | undefined,
  ): Promise<string | undefined> {
    const repository = this.#controller.services.repositories.open(repoURL);
    const holdsAt = (id: string) => declared.holdsAt(atRevision(declared.renderedAt, index, id), noEnd);
    let present = revision;
    for (let step = 0; step < mostSteps; step++) {
      if (present === known?.at) return known.since;
      const { parents } = await repository.commit(present, noEnd);
      let before: string | undefined;
      for (const parent of parents) if (before === undefined && (await holdsAt(parent))) before = parent;
      if (before === undefined) return present;
      present = before;
    }
    // Not asked about for long: that it is the same as then is as much as can be told.
    return known !== undefined && (await holdsAt(known.since)) ? known.since : undefined;
  }
}

/** Whoever asked may be gone: others are answered by the same. It ends by itself, after so many commits. */
const noEnd = new AbortController().signal;

function atRevision({ sources }: Lock, index: number, revision: string): Lock {
  return { sources: sources.map((source, i) => (i === index ? { ...source, revision } : source)) };
}

function toSummary({ id, subject, author, email, at }: Commit): CommitSummary {
  return { id, subject, author, email, at };
}
