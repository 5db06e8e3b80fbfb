import type { Operator } from '../reconcile/operator.ts';

type Listener = (name: string, former: string | undefined) => void;

/** Changes of applications, each with the project that it had before: who saw it there has to be told when it leaves. */
export class Changes {
  readonly #operator: Operator;
  readonly #projects = new Map<string, string>();
  readonly #listeners = new Set<Listener>();
  readonly #end: () => void;

  constructor(operator: Operator) {
    this.#operator = operator;
    for (const { name, project } of operator.applications()) this.#projects.set(name, project);
    this.#end = operator.onChange(name => this.#changed(name));
  }

  /** `former`: its project before the change, undefined for one that is new. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#end();
  }

  #changed(name: string): void {
    const former = this.#projects.get(name);
    const project = this.#projectNow(name);
    if (project === undefined) this.#projects.delete(name);
    else this.#projects.set(name, project);
    for (const listener of this.#listeners) listener(name, former);
  }

  #projectNow(name: string): string | undefined {
    try {
      return this.#operator.application(name).project;
    } catch {
      return undefined;
    }
  }
}
