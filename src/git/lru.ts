/**
 * Keeps what was used last, up to a weight. What is among the newer half anyway is not moved when it is used: moving costs more than
 * all else, and a cache that is large enough is asked for thousands of entries at each commit.
 */
export class Lru<Value> {
  readonly #capacity: number;
  readonly #entries = new Map<string, { value: Value; weight: number; order: number }>();
  #weight = 0;
  #order = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get weight(): number {
    return this.#weight;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#order - entry.order > this.#entries.size / 2) {
      entry.order = this.#order++;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry.value;
  }

  set(key: string, value: Value, weight: number): void {
    this.#remove(key);
    if (weight > this.#capacity) return;
    this.#entries.set(key, { value, weight, order: this.#order++ });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#capacity) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
