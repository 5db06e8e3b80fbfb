import { createHash } from 'node:crypto';
import type { FileStat, Files } from '../../env/env.ts';
import { digest } from './spec.ts';

/** How one path looks: what drift is seen by. */
export interface FileState {
  type: FileStat['type'];
  mode: number;
  owner: number;
  group: number;
  size: number;
  modifiedAt: number;
  inode: number;
  /** Of the bytes of a file; `link:` and the target of a link; '' for the rest. */
  content: string;
  /** Equal for equal content, mode, owner and group; blind to times and inodes. */
  fingerprint: string;
}

async function hashFile(files: Files, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of files.stream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Passes the bytes on and tells their hash and number when they have gone. */
export function hashing(content: AsyncIterable<Uint8Array>): {
  content: AsyncIterable<Uint8Array>;
  sha256(): string;
} {
  const hash = createHash('sha256');
  async function* through() {
    for await (const piece of content) {
      hash.update(piece);
      yield piece;
    }
  }
  return { content: through(), sha256: () => hash.digest('hex') };
}

/** Undefined when there is nothing. Reads the bytes only when the outside differs from `known`. */
export async function lookAt(
  files: Files,
  path: string,
  known: FileState | undefined,
  always: boolean,
): Promise<FileState | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined) return undefined;
  const { type, mode, uid: owner, gid: group, size, modifiedAt, inode } = stat;
  const outside = { type, mode, owner, group, size, modifiedAt, inode };
  const same =
    known !== undefined &&
    known.type === type &&
    known.size === size &&
    known.modifiedAt === modifiedAt &&
    known.inode === inode;
  const content = same && !always ? known.content : await contentOf(files, path, type);
  return { ...outside, content, fingerprint: fingerprintOf({ ...outside, content }) };
}

/** Of what is declared, or of what is there: as `FileState` says. */
export function fingerprintOf({
  type,
  mode,
  owner,
  group,
  content,
}: Pick<FileState, 'type' | 'mode' | 'owner' | 'group' | 'content'>): string {
  return digest(JSON.stringify([type, mode, owner, group, content])).slice(0, 32);
}

async function contentOf(files: Files, path: string, type: FileStat['type']): Promise<string> {
  if (type === 'symlink') return `link:${await files.readLink(path)}`;
  return type === 'file' ? await hashFile(files, path) : '';
}
