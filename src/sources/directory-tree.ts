import { createHash } from 'node:crypto';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { dataReference } from './data-reference.ts';
import { blobId, treeId } from './object-id.ts';
import { byName, pathNames } from './path.ts';
import type { Tree, TreeEntry } from './tree.ts';

const maxEntries = 100_000;
const maxDepth = 100;

interface Directory {
  entry: TreeEntry;
  children: Map<string, Directory | { entry: TreeEntry }>;
}

/**
 * A directory of this machine, as it is now: every file is hashed at once and read when asked for. What changed in between is an
 * error, not another content. `.git` is left out, links are data, sockets and devices are not there.
 */
export async function directoryTree(env: Pick<Env, 'files'>, root: string, signal?: AbortSignal): Promise<Tree> {
  const { files } = env;
  if ((await files.stat(root))?.type !== 'directory') throw failure('FILE_NOT_FOUND', { path: root });
  let seen = 0;

  async function look(path: string, name: string, depth: number): Promise<Directory> {
    if (depth > maxDepth)
      throw failure('ARCHIVE_TOO_LARGE', { name: root, limit: maxDepth, unit: 'levels of directories' });
    const children: Directory['children'] = new Map();
    for (const child of await files.list(path)) {
      signal?.throwIfAborted();
      if (child === '.git') continue;
      if (++seen > maxEntries) throw failure('ARCHIVE_TOO_LARGE', { name: root, limit: maxEntries, unit: 'files' });
      const found = await lookAt(`${path}/${child}`, child, depth);
      if (found !== undefined) children.set(child, found);
    }
    const id = treeId([...children.values()].map(child => child.entry));
    return { entry: { name, type: 'directory', id, executable: false }, children };
  }

  async function lookAt(
    path: string,
    name: string,
    depth: number,
  ): Promise<Directory | { entry: TreeEntry } | undefined> {
    const stat = await files.stat(path);
    if (stat?.type === 'directory') return await look(path, name, depth + 1);
    if (stat?.type === 'symlink') {
      const id = blobId(Buffer.from(await files.readLink(path)));
      return { entry: { name, type: 'symlink', id, executable: false } };
    }
    if (stat?.type !== 'file') return undefined;
    const hash = createHash('sha1').update(`blob ${stat.size}\0`);
    for await (const piece of files.stream(path, { to: stat.size })) hash.update(piece);
    return { entry: { name, type: 'file', id: hash.digest('hex'), executable: (stat.mode & 0o111) !== 0 } };
  }

  const top = await look(root, '', 0);

  function find(path: string): Directory | { entry: TreeEntry } | undefined {
    let found: Directory | { entry: TreeEntry } | undefined = top;
    for (const name of pathNames(path) ?? ['']) {
      found = found !== undefined && 'children' in found ? found.children.get(name) : undefined;
    }
    return found;
  }

  async function read(path: string, maxBytes: number): Promise<Uint8Array> {
    const entry = find(path)?.entry;
    if (entry === undefined || entry.type === 'directory') throw failure('FILE_NOT_FOUND', { path });
    const at = `${root}/${(pathNames(path) ?? []).join('/')}`;
    const link = entry.type === 'symlink';
    const bytes = link ? Buffer.from(await files.readLink(at)) : await files.read(at, maxBytes, { noFollow: true });
    if (blobId(bytes) !== entry.id) throw failure('FILE_CHANGED', { path: at });
    return bytes;
  }

  return {
    id: top.entry.id,
    async entry(path) {
      return find(path)?.entry;
    },
    async list(path) {
      const found = find(path);
      if (found === undefined || !('children' in found)) return undefined;
      return [...found.children.values()].map(child => child.entry).sort(byName);
    },
    read,
    async reference(path) {
      return dataReference(path, await read(path, Number.MAX_SAFE_INTEGER));
    },
  };
}
