import { failure } from '../errors.ts';
import { pathNames } from '../sources/path.ts';
import type { Tree, TreeEntry } from '../sources/tree.ts';
import { Lru } from './lru.ts';
import type { Objects } from './objects.ts';
import { parseTree } from './tree-object.ts';

/** A directory of this size has some 400,000 entries. */
const maxTreeBytes = 16 * 1024 * 1024;

export type Entries = ReadonlyMap<string, TreeEntry>;

/** Parsed directories, by id: equal ids are equal directories, in whatever repository. */
export interface TreeCache {
  /** Without waiting: undefined when it is not held. */
  held(id: string): Entries | undefined;
  get(id: string, load: () => Promise<Entries>): Promise<Entries>;
}

export function createTreeCache(maxBytes: number): TreeCache {
  const parsed = new Lru<Entries>(maxBytes);
  const underway = new Map<string, Promise<Entries>>();

  async function load(id: string, read: () => Promise<Entries>): Promise<Entries> {
    try {
      const entries = await read();
      let weight = 200;
      for (const name of entries.keys()) weight += 250 + name.length;
      parsed.set(id, entries, weight);
      return entries;
    } finally {
      underway.delete(id);
    }
  }

  return {
    held: id => parsed.get(id),
    async get(id, read) {
      const known = parsed.get(id);
      if (known !== undefined) return known;
      const running = underway.get(id) ?? load(id, read);
      underway.set(id, running);
      return await running;
    },
  };
}

export interface TreePlace {
  /** Of the repository, in references. */
  key: string;
  objects: Objects;
  cache: TreeCache;
}

/** A tree of the object store. Nothing is unpacked to a disk, links and submodules are data. */
export function createGitTree(id: string, { key, objects, cache }: TreePlace): Tree {
  async function read(tree: string): Promise<Entries> {
    return parseTree(await objects.content(tree, 'tree', maxTreeBytes), reason => objects.invalid(tree, reason));
  }

  const entriesOf = (tree: string) => cache.get(tree, () => read(tree));

  async function find(path: string): Promise<TreeEntry | undefined> {
    const names = pathNames(path);
    if (names === undefined) return undefined;
    let found: TreeEntry | undefined = { name: '', type: 'directory', id, executable: false };
    for (const name of names) {
      if (found?.type !== 'directory') return undefined;
      // Every promise counts: thousands of paths are looked for at each commit.
      found = (cache.held(found.id) ?? (await entriesOf(found.id))).get(name);
    }
    return found;
  }

  async function blob(path: string): Promise<string> {
    const found = await find(path);
    if (found?.type === 'file' || found?.type === 'symlink') return found.id;
    throw failure('FILE_NOT_FOUND', { path });
  }

  return {
    id,
    entry: find,
    async list(path) {
      const found = await find(path);
      if (found?.type !== 'directory') return undefined;
      return [...(cache.held(found.id) ?? (await entriesOf(found.id))).values()];
    },
    async read(path, maxBytes) {
      const object = await blob(path);
      // Asked before, so that a large one is not piped here in vain.
      const size = (await objects.info(object))?.size ?? 0;
      if (size > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
      return await objects.content(object, 'blob', maxBytes);
    },
    async reference(path) {
      return `git:${key}:${await blob(path)}`;
    },
  };
}
