import { createHash } from 'node:crypto';

export interface GitObject {
  type: 'blob' | 'tree' | 'commit' | 'tag';
  bytes: Buffer;
}

/** All objects of all repositories of this world: who has one names it by its id, as everywhere in Git. */
export class ObjectStore {
  readonly #objects = new Map<string, GitObject>();

  add(type: GitObject['type'], content: Buffer | string): string {
    const bytes = Buffer.from(content as string);
    const id = createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
    this.#objects.set(id, { type, bytes });
    return id;
  }

  get(id: string): GitObject | undefined {
    return this.#objects.get(id);
  }

  /** Ids that begin so. */
  beginning(prefix: string): string[] {
    return [...this.#objects.keys()].filter(id => id.startsWith(prefix));
  }

  /** A tree object of each directory; the answer is the id of the root. */
  addTree(files: ReadonlyMap<string, string>): string {
    const blobs: [string, string][] = [];
    const directories = new Map<string, Map<string, string>>();
    for (const [path, content] of files) {
      const slash = path.indexOf('/');
      if (slash === -1) blobs.push([path, content]);
      else {
        const name = path.slice(0, slash);
        const below = directories.get(name) ?? new Map<string, string>();
        directories.set(name, below.set(path.slice(slash + 1), content));
      }
    }
    const entries = blobs.map(([name, content]) => {
      // Scripts are to be run.
      const mode = content.startsWith('#!') ? '100755' : '100644';
      return { mode, name, sort: name, id: this.add('blob', content) };
    });
    for (const [name, below] of directories) {
      entries.push({ mode: '40000', name, sort: `${name}/`, id: this.addTree(below) });
    }
    entries.sort((a, b) => (a.sort < b.sort ? -1 : 1));
    const pieces = entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    return this.add('tree', Buffer.concat(pieces));
  }

  parents(commit: string): string[] {
    const text = this.#objects.get(commit)?.bytes.toString('utf8') ?? '';
    const head = text.slice(0, text.indexOf('\n\n'));
    return [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, id = '']) => id);
  }

  isAncestor(ancestor: string, descendant: string): boolean {
    return this.history(descendant).has(ancestor);
  }

  /** It and all before it. */
  history(commit: string): Set<string> {
    const seen = new Set<string>();
    const waiting = [commit];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      waiting.push(...this.parents(id));
    }
    return seen;
  }

  /** Everything that one needs to have a commit, its history included. */
  reachable(commit: string): Set<string> {
    const found = new Set<string>();
    for (const id of this.history(commit)) {
      found.add(id);
      const tree = /^tree ([0-9a-f]{40})/.exec(this.#objects.get(id)?.bytes.toString('latin1') ?? '')?.[1];
      if (tree !== undefined) this.#below(tree, found);
    }
    return found;
  }

  #below(tree: string, found: Set<string>): void {
    if (found.has(tree)) return;
    found.add(tree);
    const { bytes } = this.#objects.get(tree) ?? { bytes: Buffer.alloc(0) };
    for (let at = 0; at < bytes.length; ) {
      const zero = bytes.indexOf(0, at);
      const isDirectory = bytes.toString('latin1', at, at + 5) === '40000';
      const id = bytes.toString('hex', zero + 1, zero + 21);
      if (isDirectory) this.#below(id, found);
      else found.add(id);
      at = zero + 21;
    }
  }
}
