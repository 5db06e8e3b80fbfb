import { type KubeObject, keyOf } from './evidence.ts';

interface Moment {
  at: number;
  object: KubeObject | undefined;
}

/** What every object was at any time: seen in the store itself, whoever changed it. */
export class Timeline {
  readonly #moments = new Map<string, Moment[]>();
  readonly #now = new Map<string, KubeObject>();

  /** Takes how everything is at this time. What is stored never changes: another state is another object. */
  record(at: number, objects: Iterable<KubeObject>): void {
    const seen = new Set<string>();
    for (const object of objects) {
      const key = keyOf(object);
      seen.add(key);
      if (this.#now.get(key) === object) continue;
      this.#now.set(key, object);
      this.#add(key, { at, object });
    }
    if (seen.size === this.#now.size) return;
    for (const key of this.#now.keys()) {
      if (seen.has(key)) continue;
      this.#now.delete(key);
      this.#add(key, { at, object: undefined });
    }
  }

  #add(key: string, moment: Moment): void {
    const moments = this.#moments.get(key);
    if (moments === undefined) this.#moments.set(key, [moment]);
    else moments.push(moment);
  }

  /** The object as it was at this time, after what happened then. */
  at(key: string, time: number): KubeObject | undefined {
    const moments = this.#moments.get(key) ?? [];
    for (let i = moments.length - 1; i >= 0; i--) {
      const moment = moments[i];
      if (moment !== undefined && moment.at <= time) return moment.object;
    }
    return undefined;
  }

  keys(): Iterable<string> {
    return this.#moments.keys();
  }

  /** Each key's object at this time. */
  *everything(time: number): Iterable<KubeObject> {
    for (const key of this.#moments.keys()) {
      const object = this.at(key, time);
      if (object !== undefined) yield object;
    }
  }

  /** Times in (from, to] at which one of the keys changed, latest first. */
  changes(keys: Iterable<string>, from: number, to: number): number[] {
    const times = new Set<number>();
    for (const key of keys) for (const { at } of this.#moments.get(key) ?? []) if (at > from && at <= to) times.add(at);
    return [...times].sort((a, b) => b - a);
  }
}
