import { createHash } from 'node:crypto';
import type { Tree, TreeEntry } from '../sources/tree.ts';
import type { Read } from './protocol.ts';

// What a render depends on is a list of reads, each a path and the state it was in: `-` nothing there, `d` a directory,
// `f:ID` a file, `s:ID` a link, `l:HASH` the names and types in a directory, `t:ID` all that is below. Where all of them
// still hold, the same render yields the same.

/** The names and types in a directory, without the contents. */
export function listingHash(entries: readonly TreeEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${entry.type} ${entry.name}\0`);
  return hash.digest('hex').slice(0, 32);
}

/** Trees by the name that the renderer knows them by: `main`, `ref:NAME`, `remote:…`. */
export type Roots = ReadonlyMap<string, Tree>;

export function rootsOf({ tree, refs }: { tree: Tree; refs: ReadonlyMap<string, Tree> }): Roots {
  return new Map([['main', tree], ...[...refs].map(([name, ref]): [string, Tree] => [`ref:${name}`, ref])]);
}

export async function allHold(reads: readonly Read[], roots: Roots): Promise<boolean> {
  for (const read of reads) if (!(await stillHolds(read, roots))) return false;
  return true;
}

/** The state of a whole directory: what is not read may count too, as what tells the type. */
export async function directoryState(tree: Tree, path: string): Promise<string> {
  return await stateOf(tree, path === '.' ? '' : path, 't:');
}

/** Those that are not of the directory itself. */
export function readsOutside(reads: readonly Read[], directory: string): Read[] {
  const isAll = directory === '' || directory === '.';
  return reads.filter(
    ({ root, path }) => root !== 'main' || !(isAll || path === directory || path.startsWith(`${directory}/`)),
  );
}

/** Whether something that was read of this root, or of the whole directory, is another in another tree. */
export async function differs(
  reads: readonly Read[],
  root: string,
  directory: string | undefined,
  before: Tree,
  after: Tree,
): Promise<boolean> {
  if (before.id === after.id) return false;
  if (directory !== undefined && (await directoryState(before, directory)) !== (await directoryState(after, directory)))
    return true;
  for (const { root: of, path, state } of reads) {
    if (of === root && (await stateOf(before, path, state)) !== (await stateOf(after, path, state))) return true;
  }
  return false;
}

/** Whether a read would find the same now. Roots that are not known hold what cannot change. */
export async function stillHolds(read: Read, roots: Roots): Promise<boolean> {
  const tree = roots.get(read.root);
  if (tree === undefined) return read.root.startsWith('remote:');
  return (await stateOf(tree, read.path, read.state)) === read.state;
}

async function stateOf(tree: Tree, path: string, like: string): Promise<string> {
  if (like.startsWith('t:') && path === '') return `t:${tree.id}`;
  if (like.startsWith('l:')) {
    const entries = await tree.list(path);
    return entries === undefined ? '-' : `l:${listingHash(entries)}`;
  }
  const entry = path === '' ? { type: 'directory' as const, id: tree.id } : await tree.entry(path);
  switch (entry?.type) {
    case 'file':
      return `f:${entry.id}`;
    case 'symlink':
      return `s:${entry.id}`;
    case 'directory':
      return like.startsWith('t:') ? `t:${entry.id}` : 'd';
    default:
      return '-';
  }
}
