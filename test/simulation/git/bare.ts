import type { Attached, Inode, ModelDisk } from '../env/disk.ts';
import type { ObjectStore } from './objects.ts';

/** A bare repository on a simulated disk: its refs, and which objects it has. Bytes of objects are the world's. */
export class BareRepository implements Attached {
  readonly refs = new Map<string, string>();
  readonly objects = new Set<string>();
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The one in this directory. */
  static at(disk: ModelDisk, directory: string): BareRepository | undefined {
    const { attached } = disk.find(`${directory}/HEAD`, false) ?? ({} as Partial<Inode>);
    return attached instanceof BareRepository ? attached : undefined;
  }

  static init(disk: ModelDisk, directory: string, store: ObjectStore): void {
    disk.makeDirectory(`${directory}/objects/pack`);
    disk.makeDirectory(`${directory}/refs/holdfast`);
    disk.replace(`${directory}/config`, '[core]\n\tbare = true\n');
    disk.replace(`${directory}/HEAD`, 'ref: refs/heads/holdfast\n').attached = new BareRepository(store);
  }

  has(id: string): boolean {
    return this.objects.has(id);
  }

  object(id: string) {
    return this.objects.has(id) ? this.#store.get(id) : undefined;
  }

  /** The full id of what a name means here: an id or its beginning, `ID^{commit}`. */
  resolve(name: string): string | undefined {
    const [, prefix = '', peel] = /^([0-9a-f]{4,40})(\^\{commit\})?$/.exec(name) ?? [];
    if (prefix === '') return undefined;
    const found = prefix.length === 40 ? [prefix] : this.#store.beginning(prefix);
    const fitting = found.filter(id => this.objects.has(id) && (!peel || this.#store.get(id)?.type === 'commit'));
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  receive(commit: string): void {
    for (const id of this.#store.reachable(commit)) this.objects.add(id);
  }

  isAncestor(ancestor: string, descendant: string): boolean {
    return this.#store.isAncestor(ancestor, descendant);
  }

  size(): number {
    return 25;
  }

  describe(): string {
    const refs = [...this.refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => `${name}=${id}`);
    return `${refs.join(' ')} (${this.objects.size} objects)`;
  }

  close(): void {}
}
