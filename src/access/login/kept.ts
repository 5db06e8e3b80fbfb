import type { z } from 'zod';
import { parseRecords } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';

/** Records of one kind: in memory, and in the store. */
export class Kept<T> {
  readonly #store: Pick<Store, 'kept' | 'keep'>;
  readonly #kind: string;
  readonly #keyOf: (record: T) => string;
  readonly #records = new Map<string, T>();

  constructor(store: Pick<Store, 'kept' | 'keep'>, kind: string, schema: z.ZodType<T>, keyOf: (record: T) => string) {
    this.#store = store;
    this.#kind = kind;
    this.#keyOf = keyOf;
    for (const record of parseRecords(schema, store.kept(kind))) this.#records.set(keyOf(record), record);
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  values(): T[] {
    return [...this.#records.values()];
  }

  /** `soon` for what may be lost in a crash. */
  save(record: T, urgency: 'soon' | 'durable' = 'durable'): T {
    const key = this.#keyOf(record);
    this.#records.set(key, record);
    this.#store.keep(this.#kind, key, JSON.stringify(record), urgency);
    return record;
  }

  drop(record: T): void {
    const key = this.#keyOf(record);
    this.#records.delete(key);
    this.#store.keep(this.#kind, key, undefined, 'durable');
  }
}
