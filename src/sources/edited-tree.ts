import { failure } from '../errors.ts';
import { dataReference } from './data-reference.ts';
import { blobId, treeId } from './object-id.ts';
import { byName } from './path.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** Contents by path; undefined: the file is not there. */
export type Edits = ReadonlyMap<string, string | undefined>;

/** A tree as it would be with some of its files changed, with the ids that Git would give. Paths of edits are plain: `a/b.yaml`. */
export function editedTree(base: Tree, edits: Edits): Tree {
  const bytes = new Map([...edits].map(([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)]));
  const plain = (path: string) =>
    path
      .split('/')
      .filter(name => name !== '' && name !== '.')
      .join('/');
  const isAbove = (path: string) => [...bytes.keys()].some(file => path === '' || file.startsWith(`${path}/`));

  async function entry(given: string): Promise<TreeEntry | undefined> {
    const path = plain(given);
    const before = await base.entry(given);
    if (bytes.has(path)) {
      const content = bytes.get(path);
      if (content === undefined) return undefined;
      const name = path.split('/').at(-1) ?? '';
      return { name, type: 'file', id: blobId(content), executable: before?.executable ?? false };
    }
    if (before?.type !== 'directory' || !isAbove(path)) return before;
    return { ...before, id: treeId((await list(path)) ?? []) };
  }

  async function list(given: string): Promise<TreeEntry[] | undefined> {
    const path = plain(given);
    const before = await base.list(given);
    if (before === undefined || !isAbove(path)) return before;
    const inside = (name: string) => (path === '' ? name : `${path}/${name}`);
    const added = [...bytes.keys()].flatMap(file => {
      const name = file.slice(path === '' ? 0 : path.length + 1);
      return inside(name) === file && !name.includes('/') ? [name] : [];
    });
    const names = new Set([...before.map(({ name }) => name), ...added]);
    const entries = await Promise.all([...names].map(name => entry(inside(name))));
    return entries.filter(one => one !== undefined).sort(byName);
  }

  function content(path: string): Buffer | undefined {
    const found = bytes.get(plain(path));
    if (found === undefined && bytes.has(plain(path))) throw failure('FILE_NOT_FOUND', { path });
    return found;
  }

  return {
    id: blobId(Buffer.from(JSON.stringify([base.id, ...edits]))),
    entry,
    list,
    async read(path, maxBytes) {
      const found = content(path);
      if (found === undefined) return await base.read(path, maxBytes);
      if (found.length > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
      return found;
    },
    async reference(path) {
      const found = content(path);
      return found === undefined ? await base.reference(path) : dataReference(path, found);
    },
  };
}
