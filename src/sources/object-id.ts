import { createHash } from 'node:crypto';
import type { TreeEntry } from './tree.ts';

const modes = { directory: '40000', symlink: '120000', submodule: '160000', file: '100644' } as const;

/** Git's id of a file's bytes: the same content has the same id in a repository, in a directory and in an archive. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Git's id of a directory, from its entries. */
export function treeId(entries: readonly TreeEntry[]): string {
  const rows = entries
    .map(entry => ({ entry, key: Buffer.from(entry.type === 'directory' ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => {
      const mode = entry.type === 'file' && entry.executable ? '100755' : modes[entry.type];
      return Buffer.concat([Buffer.from(`${mode} ${entry.name}\0`), Buffer.from(entry.id, 'hex')]);
    });
  const body = Buffer.concat(rows);
  return createHash('sha1').update(`tree ${body.length}\0`).update(body).digest('hex');
}
