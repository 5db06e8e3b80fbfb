import { randomBytes } from 'node:crypto';
import { constants, createReadStream, type Stats, watch as watchDirectory } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { FileStat, Files, WriteOptions } from '../env.ts';

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function orMissing<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw isMissing(error) ? failure('FILE_NOT_FOUND', { path }, error) : error;
  }
}

function typeOf(stats: Stats): FileStat['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

async function read(path: string, maxBytes: number, options: { noFollow?: boolean } = {}): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (options.noFollow ? constants.O_NOFOLLOW : 0);
  const handle = await orMissing(path, fs.open(path, flags));
  try {
    if ((await handle.stat()).size > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
    const pieces: Uint8Array[] = [];
    let size = 0;
    // The size may be a lie (/proc, a file that grows): count what really comes.
    for await (const piece of handle.createReadStream({ autoClose: false })) {
      size += (piece as Uint8Array).length;
      if (size > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
      pieces.push(piece as Uint8Array);
    }
    return Buffer.concat(pieces);
  } finally {
    await handle.close();
  }
}

async function* stream(path: string, range: { from?: number; to?: number } = {}): AsyncIterable<Uint8Array> {
  if (range.to !== undefined && range.to <= (range.from ?? 0)) return;
  const source = createReadStream(path, {
    start: range.from ?? 0,
    ...(range.to === undefined ? {} : { end: range.to - 1 }),
  });
  try {
    for await (const piece of source) yield piece as Uint8Array;
  } catch (error) {
    throw isMissing(error) ? failure('FILE_NOT_FOUND', { path }, error) : error;
  }
}

async function writeAtomic(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.holdfast-${randomBytes(6).toString('hex')}.tmp`);
  const handle = await orMissing(
    path,
    fs.open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
  );
  try {
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) await handle.writeFile(content);
      else for await (const piece of content) await handle.writeFile(piece);
      if (options.uid !== undefined || options.gid !== undefined)
        await handle.chown(options.uid ?? -1, options.gid ?? -1);
      // After chown, which clears setuid bits; and whatever the umask is.
      await handle.chmod(options.mode ?? 0o644);
      if (options.durable !== false) await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

async function stat(path: string): Promise<FileStat | undefined> {
  try {
    const stats = await fs.lstat(path);
    const { size, uid, gid, ino: inode, mtimeMs: modifiedAt } = stats;
    return { type: typeOf(stats), size, mode: stats.mode & 0o7777, uid, gid, modifiedAt, inode };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function list(path: string): Promise<string[]> {
  try {
    return (await fs.readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function makeDirectory(path: string, options: WriteOptions = {}): Promise<void> {
  const made = await fs.mkdir(path, { recursive: true }).catch(async (error: NodeJS.ErrnoException) => {
    // Node says so of a disk that is read-only, too; without `recursive` it says what it is.
    if (error.code === 'ENOENT') await fs.mkdir(path);
    throw error;
  });
  if (options.mode !== undefined && made !== undefined) await fs.chmod(path, options.mode);
  if (made !== undefined && (options.uid !== undefined || options.gid !== undefined)) {
    await fs.chown(path, options.uid ?? -1, options.gid ?? -1);
  }
}

async function remove(path: string, options: { recursive?: boolean } = {}): Promise<void> {
  const found = await stat(path);
  if (found === undefined) return;
  if (found.type === 'directory' && !options.recursive) await fs.rmdir(path);
  else await fs.rm(path, { recursive: options.recursive ?? false, force: true });
}

function watch(directory: string, onChange: (name: string) => void): () => void {
  try {
    const watcher = watchDirectory(directory, { persistent: false }, (_event, name) => onChange(name ?? ''));
    // A removed directory or too many watches: the hint is gone, the rescan stays.
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}

export const realFiles: Files = {
  read,
  stream,
  writeAtomic,
  append: (path, content, { durable = false } = {}) => fs.appendFile(path, content, { flush: durable }),
  truncate: path => fs.truncate(path, 0),
  stat,
  list,
  makeDirectory,
  remove,
  rename: (from, to) => orMissing(from, fs.rename(from, to)),
  setMode: (path, mode) => orMissing(path, fs.chmod(path, mode)),
  setOwner: (path, uid, gid) => orMissing(path, fs.lchown(path, uid, gid)),
  link: (target, path) => fs.symlink(target, path),
  readLink: path => orMissing(path, fs.readlink(path)),
  realPath: path => orMissing(path, fs.realpath(path)),
  temporaryDirectory: prefix => fs.mkdtemp(join(tmpdir(), prefix)),
  watch,
};
