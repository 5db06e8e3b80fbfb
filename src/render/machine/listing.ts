import { posix } from 'node:path';
import { failure } from '../../errors.ts';
import type { Tree } from '../../sources/tree.ts';
import type { ReleaseSpec } from '../../targets/machine/spec.ts';

const maxFiles = 20_000;
const maxDepth = 64;
const maxLinkBytes = 4_096;

/** All files below a directory of the revision, by reference. Throws RENDER_MACHINE_REFUSED for what must not reach a disk. */
export async function listRelease(tree: Tree, directory: string, signal: AbortSignal): Promise<ReleaseSpec> {
  const root = await tree.entry(directory);
  if (root?.type !== 'directory') throw failure('FILE_NOT_FOUND', { path: directory });
  const files: ReleaseSpec['files'] = [];
  const pending = [{ path: '', depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    signal.throwIfAborted();
    for (const entry of (await tree.list(posix.join(directory, next.path))) ?? []) {
      const path = posix.join(next.path, entry.name);
      const source = posix.join(directory, path);
      if (entry.type === 'submodule') continue;
      if (entry.type === 'directory') {
        if (next.depth + 1 > maxDepth) throw refused(source, `it is more than ${maxDepth} directories deep`);
        pending.push({ path, depth: next.depth + 1 });
        continue;
      }
      if (files.length >= maxFiles) throw refused(directory, `it has more than ${maxFiles} files`);
      const head = { path, id: entry.id, executable: entry.executable };
      if (entry.type === 'symlink') files.push({ ...head, link: await safeLink(tree, source, path) });
      else files.push({ ...head, reference: await tree.reference(source) });
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { tree: root.id, files };
}

/** A link may point to what lies beside it in the same directory of the application, and nowhere else. */
async function safeLink(tree: Tree, source: string, path: string): Promise<string> {
  const target = new TextDecoder().decode(await tree.read(source, maxLinkBytes));
  const resolved = posix.join(posix.dirname(path), target);
  if (
    target === '' ||
    target.includes('\0') ||
    target.startsWith('/') ||
    resolved === '..' ||
    resolved.startsWith('../')
  )
    throw refused(source, 'it is a symbolic link that leads out of the directory of the application');
  return target;
}

export function refused(path: string, reason: string): Error {
  return failure('RENDER_MACHINE_REFUSED', { path, reason });
}
