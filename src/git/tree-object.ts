import { failure } from '../errors.ts';
import type { TreeEntry } from '../sources/tree.ts';

const types: Readonly<Record<string, TreeEntry['type']>> = {
  '40000': 'directory',
  '040000': 'directory',
  '120000': 'symlink',
  '160000': 'submodule',
};

/** Entries of a tree object, by name, in the order of their names. Throws what `damaged` makes, or TREE_PATH_INVALID for names that cannot be files. */
export function parseTree(bytes: Uint8Array, damaged: (reason: string) => Error): Map<string, TreeEntry> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: TreeEntry[] = [];
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(32, at);
    const zero = buffer.indexOf(0, space);
    if (space === -1 || zero === -1 || zero + 21 > buffer.length) throw damaged('it ends too early');
    const mode = buffer.toString('latin1', at, space);
    if (!/^[0-7]{5,6}$/.test(mode)) throw damaged('it has an entry without a mode');
    const name = buffer.toString('utf8', space + 1, zero);
    // Git's own tools never write them; whoever does hopes that they are taken for paths.
    if (name === '' || name === '.' || name === '..' || name.includes('/'))
      throw failure('TREE_PATH_INVALID', { path: JSON.stringify(name) });
    const type = types[mode] ?? 'file';
    const id = buffer.toString('hex', zero + 1, zero + 21);
    entries.push({ name, type, id, executable: type === 'file' && (Number.parseInt(mode, 8) & 0o111) !== 0 });
    at = zero + 21;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map(entries.map(entry => [entry.name, entry]));
  if (byName.size !== entries.length) throw failure('TREE_PATH_INVALID', { path: 'a name that is there twice' });
  return byName;
}
