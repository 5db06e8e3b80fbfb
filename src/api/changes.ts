import type { Operator } from '../reconcile/operator.ts';

type Listener = (name: string, former: string | undefined) => void;

/** How many departures are remembered for those who come back. */
const keptDepartures = 2_000;

/** An application that is gone, or has gone to another project: whoever saw it in `project` has to be told. */
export interface Departure {
  generation: number;
  name: string;
  project: string;
}

/**
 * Changes of applications, each with a number of its own that grows, and with the project that it had before: who saw it there
 * has to be told when it leaves. What happened after a number is known without a log of it, but for the oldest departures.
 */
export class Changes {
  readonly #operator: Operator;
  readonly #projects = new Map<string, string>();
  readonly #generations = new Map<string, number>();
  readonly #listeners = new Set<Listener>();
  readonly #end: () => void;
  #departures: Departure[] = [];
  /** Departures up to this one may be forgotten. */
  #forgottenTo = 0;
  generation = 0;

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

  /** Of the last change of an application; 0 for one that has not changed since the start. */
  generationOf(name: string): number {
    return this.#generations.get(name) ?? 0;
  }

  /** Something that is told of it was found out only now. */
  foundOut(name: string): void {
    if (this.#projects.has(name)) this.#changed(name);
  }

  /** What happened after a generation; undefined: not all of it is known any more. */
  since(generation: number): { changed: string[]; departures: Departure[] } | undefined {
    if (generation > this.generation || generation < this.#forgottenTo) return undefined;
    const changed = [...this.#generations].filter(([, at]) => at > generation).map(([name]) => name);
    return { changed, departures: this.#departures.filter(departure => departure.generation > generation) };
  }

  close(): void {
    this.#end();
  }

  #changed(name: string): void {
    this.generation += 1;
    const former = this.#projects.get(name);
    const project = this.#projectNow(name);
    if (project === undefined) {
      this.#projects.delete(name);
      this.#generations.delete(name);
    } else {
      this.#projects.set(name, project);
      this.#generations.set(name, this.generation);
    }
    if (former !== undefined && former !== project) this.#left({ generation: this.generation, name, project: former });
    for (const listener of this.#listeners) listener(name, former);
  }

  #left(departure: Departure): void {
    this.#departures.push(departure);
    if (this.#departures.length <= keptDepartures * 2) return;
    const dropped = this.#departures.splice(0, keptDepartures);
    this.#forgottenTo = dropped.at(-1)?.generation ?? this.#forgottenTo;
  }

  #projectNow(name: string): string | undefined {
    try {
      return this.#operator.application(name).project;
    } catch {
      return undefined;
    }
  }
}
