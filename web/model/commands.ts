/** Something that one can do now: by key, from the palette, and listed among the keys. */
export interface Command {
  id: string;
  label: string;
  /** A key as `KeyboardEvent.key` has it, or `mod+k`; several that do the same, separated by a space. */
  keys?: string;
  run: () => void;
  /** Why it cannot be done now. */
  disabledReason?: string | undefined;
  /** The browser does it by itself: it is told among the keys, and nothing else. */
  isNative?: boolean;
  /** Only by key: nobody looks for `Next row` in a palette. */
  isKeyOnly?: boolean;
}

/** The commands of what is shown now. Those that were added last come first: a dialog's before those of the page under it. */
export class Commands {
  #groups: { title: string; commands: readonly Command[] }[] = [];
  #listeners = new Set<() => void>();
  #snapshot: readonly { title: string; commands: readonly Command[] }[] = [];

  /** The answer takes them away again. */
  add(title: string, commands: readonly Command[]): () => void {
    const group = { title, commands };
    this.#groups = [group, ...this.#groups];
    this.#changed();
    return () => {
      this.#groups = this.#groups.filter(one => one !== group);
      this.#changed();
    };
  }

  groups = (): readonly { title: string; commands: readonly Command[] }[] => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The first command with the key, if it can be done now. */
  byKey(key: string): Command | undefined {
    for (const { commands } of this.#groups) {
      const found = commands.find(one => one.isNative !== true && one.keys?.split(' ').includes(key) === true);
      if (found !== undefined) return found.disabledReason === undefined ? found : undefined;
    }
    return undefined;
  }

  #changed(): void {
    this.#snapshot = [...this.#groups];
    for (const listener of this.#listeners) listener();
  }
}

export interface KeyPress {
  key: string;
  metaKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
}

/** The key press in the words of `Command.keys`; undefined for what is the browser's own. */
export function keyOf({ key, metaKey, ctrlKey, altKey }: KeyPress): string | undefined {
  if (altKey) return undefined;
  const name = key.length === 1 ? key : key.toLowerCase();
  return metaKey || ctrlKey ? `mod+${name.toLowerCase()}` : name;
}
