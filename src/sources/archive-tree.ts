import { createGunzip } from 'node:zlib';
import { failure, HoldfastError } from '../errors.ts';
import { type MemoryFile, memoryTree } from './memory-tree.ts';
import { readTar, type TarLimits } from './tar.ts';
import type { Tree } from './tree.ts';

export interface ArchiveLimits extends TarLimits {
  /** Inflated bytes. */
  maxBytes: number;
}

export const chartLimits: ArchiveLimits = { maxBytes: 100 * 1024 * 1024, maxEntries: 10_000, maxDepth: 64 };

/**
 * A tree from a gzip-compressed tar. It stays in memory: nothing is unpacked to a disk, links are data. Throws ARCHIVE_INVALID for
 * names that lead out, ARCHIVE_TOO_LARGE as soon as a limit is passed. `name` is for messages.
 */
export async function archiveTree(
  name: string,
  bytes: Uint8Array,
  options: { limits?: ArchiveLimits /** Leaves out the one directory that all is in. */; stripRoot?: boolean } = {},
): Promise<Tree> {
  const limits = options.limits ?? chartLimits;
  const invalid = (reason: string) => failure('ARCHIVE_INVALID', { name, reason });
  const files = readTar(await inflate(name, bytes, limits.maxBytes, invalid), name, limits, invalid);
  const entries = options.stripRoot ? withoutRoot(files, invalid) : files;
  try {
    return memoryTree(Object.fromEntries(entries));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw invalid(error.message);
  }
}

async function inflate(
  name: string,
  bytes: Uint8Array,
  maxBytes: number,
  invalid: (reason: string) => Error,
): Promise<Buffer> {
  const gunzip = createGunzip();
  gunzip.end(bytes);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of gunzip) {
      size += piece.length;
      if (size > maxBytes) throw failure('ARCHIVE_TOO_LARGE', { name, limit: maxBytes, unit: 'bytes' });
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof HoldfastError ? error : invalid(error instanceof Error ? error.message : 'it is no gzip');
  }
  return Buffer.concat(pieces);
}

function withoutRoot(
  files: ReadonlyMap<string, MemoryFile>,
  invalid: (reason: string) => Error,
): Map<string, MemoryFile> {
  const stripped = new Map<string, MemoryFile>();
  let root: string | undefined;
  for (const [path, file] of files) {
    const slash = path.indexOf('/');
    root ??= path.slice(0, slash);
    if (slash === -1 || path.slice(0, slash) !== root) throw invalid('its files are not all in one directory');
    stripped.set(path.slice(slash + 1), file);
  }
  return stripped;
}
