import { failure } from '../errors.ts';
import { dataReference } from './data-reference.ts';
import { blobId, treeId } from './object-id.ts';
import { byName, pathNames } from './path.ts';
import type { Tree, TreeEntry } from './tree.ts';

export type MemoryFile = string | Uint8Array | { symlink: string } | { content: string | Uint8Array; executable: true };

interface Leaf {
  entry: TreeEntry;
  content: Uint8Array;
}

interface Directory {
  entry: TreeEntry;
  children: Map<string, Leaf | Directory>;
}

/** A tree of bytes held in memory, with the ids that Git would give. Throws when a name cannot be in a tree, or is a file and a directory. */
export function memoryTree(files: Readonly<Record<string, MemoryFile>>): Tree {
  const root = directory('');
  for (const [path, file] of Object.entries(files)) put(root, path, file);
  seal(root);
  return {
    id: root.entry.id,
    async entry(path) {
      return find(root, path)?.entry;
    },
    async list(path) {
      const node = find(root, path);
      if (node === undefined || !('children' in node)) return undefined;
      return [...node.children.values()].map(child => child.entry).sort(byName);
    },
    async read(path, maxBytes) {
      const { content } = leaf(root, path);
      if (content.length > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
      return content;
    },
    async reference(path) {
      return dataReference(path, leaf(root, path).content);
    },
  };
}

function directory(name: string): Directory {
  return { entry: { name, type: 'directory', id: '', executable: false }, children: new Map() };
}

function put(root: Directory, path: string, file: MemoryFile): void {
  const names = pathNames(path) ?? [];
  const name = names.pop();
  if (name === undefined) throw failure('TREE_PATH_INVALID', { path });
  let parent = root;
  for (const step of names) {
    const next = parent.children.get(step) ?? directory(step);
    if (!('children' in next)) throw failure('TREE_PATH_INVALID', { path });
    parent.children.set(step, next);
    parent = next;
  }
  if (parent.children.has(name)) throw failure('TREE_PATH_INVALID', { path });
  parent.children.set(name, asLeaf(name, file));
}

function asLeaf(name: string, file: MemoryFile): Leaf {
  const executable = typeof file === 'object' && 'executable' in file;
  const symlink = typeof file === 'object' && 'symlink' in file;
  const content = bytes(symlink ? file.symlink : executable ? file.content : file);
  return { entry: { name, type: symlink ? 'symlink' : 'file', id: blobId(content), executable }, content };
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function seal(node: Directory): void {
  for (const child of node.children.values()) if ('children' in child) seal(child);
  node.entry.id = treeId([...node.children.values()].map(child => child.entry));
}

function find(root: Directory, path: string): Leaf | Directory | undefined {
  const names = pathNames(path);
  if (names === undefined) return undefined;
  let node: Leaf | Directory | undefined = root;
  for (const name of names) node = node !== undefined && 'children' in node ? node.children.get(name) : undefined;
  return node;
}

function leaf(root: Directory, path: string): Leaf {
  const node = find(root, path);
  if (node === undefined || 'children' in node) throw failure('FILE_NOT_FOUND', { path });
  return node;
}
