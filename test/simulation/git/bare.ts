import { looseFile } from '../../../src/git/loose-object.ts';
import type { Attached, Inode, ModelDisk } from '../env/disk.ts';
import type { ObjectStore } from './objects.ts';

const flatRefs = 'refs/holdfast/remote';
/** Whether the file of an object was found whole; by its content, which is another when it was written or torn anew. */
const judged = new WeakMap<Uint8Array, boolean>();

/**
 * A bare repository on a simulated disk: its refs, and which objects it has. What programs put there is in packs, whose bytes are
 * the world's; what Holdfast puts there by itself are files of the disk, which count before the others.
 */
export class BareRepository implements Attached {
  readonly #packed = new Map<string, string>();
  readonly objects = new Set<string>();
  readonly #store: ObjectStore;
  readonly #disk: ModelDisk;
  readonly #directory: string;

  constructor(store: ObjectStore, disk: ModelDisk, directory: string) {
    this.#store = store;
    this.#disk = disk;
    this.#directory = directory;
  }

  refs(): Map<string, string> {
    const refs = new Map(this.#packed);
    const { entries } = this.#disk.find(`${this.#directory}/${flatRefs}`, false) ?? ({} as Partial<Inode>);
    for (const [name, { content }] of entries ?? []) {
      const id = /^([0-9a-f]{40})\n$/.exec(Buffer.from(content).toString('latin1'))?.[1];
      if (id !== undefined) refs.set(`${flatRefs}/${name}`, id);
    }
    return refs;
  }

  setRef(name: string, id: string | undefined): void {
    const file = `${this.#directory}/${name}`;
    if (this.#disk.find(file, false) !== undefined) this.#disk.remove(file, false);
    if (id === undefined) this.#packed.delete(name);
    else this.#packed.set(name, id);
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
    disk.replace(`${directory}/HEAD`, 'ref: refs/heads/holdfast\n').attached = new BareRepository(
      store,
      disk,
      directory,
    );
  }

  has(id: string): boolean {
    return this.objects.has(id) || this.#hasFile(id);
  }

  object(id: string) {
    return this.has(id) ? this.#store.get(id) : undefined;
  }

  /** A damaged one is as good as none: git says so, and Holdfast makes the mirror anew. */
  #hasFile(id: string): boolean {
    const path = `${this.#directory}/objects/${id.slice(0, 2)}/${id.slice(2)}`;
    const { content } = this.#disk.find(path, false) ?? ({} as Partial<Inode>);
    const object = this.#store.get(id);
    if (content === undefined || object === undefined) return false;
    const known = judged.get(content);
    if (known !== undefined) return known;
    const isWhole = looseFile(id, { type: object.type, content: object.bytes }).bytes.equals(content);
    judged.set(content, isWhole);
    return isWhole;
  }

  /** The full id of what a name means here: an id or its beginning, `ID^{commit}`. */
  resolve(name: string): string | undefined {
    const [, prefix = '', peel] = /^([0-9a-f]{4,40})(\^\{commit\})?$/.exec(name) ?? [];
    if (prefix === '') return undefined;
    const found = prefix.length === 40 ? [prefix] : this.#store.beginning(prefix);
    const fitting = found.filter(id => this.has(id) && (!peel || this.#store.get(id)?.type === 'commit'));
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
    const refs = [...this.#packed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => `${name}=${id}`);
    return `${refs.join(' ')} (${this.objects.size} objects)`;
  }

  close(): void {}
}
