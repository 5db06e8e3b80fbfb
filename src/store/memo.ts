/** What was read from the disk once, by its owner: looks ask for it again and again. Who writes says what it is now. */
export class Memo<T> {
  readonly #known = new Map<string, T>();

  read(owner: string, load: () => T): T {
    const known = this.#known.get(owner);
    if (known !== undefined) return known;
    const loaded = load();
    this.#known.set(owner, loaded);
    return loaded;
  }

  set(owner: string, value: T): void {
    this.#known.set(owner, value);
  }

  forget(owner: string): void {
    this.#known.delete(owner);
  }
}
