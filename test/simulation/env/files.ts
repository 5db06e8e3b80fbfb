import { posix } from 'node:path';
import type { FileStat, Files, WriteOptions } from '../../../src/env/env.ts';
import { failure } from '../../../src/errors.ts';
import type { Verdict } from '../faults/point.ts';
import type { Inode, ModelDisk } from './disk.ts';
import type { Effects } from './effects.ts';
import { isMissing, systemError } from './system-errors.ts';

/** One piece of a stream. */
const pieceBytes = 64 * 1024;
/** A disk may take long; it does not take for ever. */
const stalls = { ms: 20_000, happens: true };

/** The files of one incarnation, on a disk that outlives it. Everything it writes stays, a power cut aside. */
export function simFiles(effects: Effects, disk: ModelDisk): Files {
  const { chance, faults, life } = effects;

  function reading<Result>(what: string, path: string, happen: () => Result): Promise<Result> {
    return effects.perform({
      kind: 'file.read',
      detail: `${what} ${path}`,
      there: chance.between(0.01, 0.1),
      stalls,
      happen,
      fails: () => {
        throw systemError('EIO', path);
      },
    });
  }

  function writing(what: string, path: string, happen: (verdict: Verdict) => void, ms = 0.3): Promise<void> {
    return effects.perform({
      kind: 'file.write',
      detail: `${what} ${path}`,
      there: chance.between(0.02, ms),
      local: true,
      stalls,
      happen,
      fails: () => {
        throw systemError('ENOSPC', path);
      },
      lost: () => {
        throw systemError('EIO', path);
      },
    });
  }

  function mounted(path: string) {
    for (const [prefix, mount] of disk.mounts) {
      if (path === prefix || path.startsWith(`${prefix}/`)) return mount;
    }
    return undefined;
  }

  function bytesOf(path: string, noFollow: boolean): Uint8Array {
    const text = mounted(path)?.read(path);
    if (text !== undefined) return Buffer.from(text);
    const inode = disk.need(path, !noFollow);
    if (inode.type === 'directory') throw systemError('EISDIR', path);
    if (inode.type === 'symlink') throw systemError('ELOOP', path);
    return inode.content;
  }

  function write(path: string, content: Uint8Array | string, options: WriteOptions, verdict: Verdict): void {
    if (verdict?.do === 'truncate') {
      // Killed while it wrote: what is there is not touched.
      const half = Buffer.from(content as string);
      disk.replace(`${posix.dirname(path)}/.holdfast-0123456789ab.tmp`, half.subarray(0, half.length >> 1), 0o600);
      life.crash();
      return;
    }
    const before = disk.find(path, false)?.content ?? new Uint8Array();
    const file = disk.replace(path, content, options.mode);
    own(file, options);
    if (options.durable === false) disk.unsafe(path, file, before);
  }

  return {
    read: (path, maxBytes, options = {}) =>
      reading('read', path, () =>
        orMissing(path, () => {
          const content = bytesOf(path, options.noFollow ?? false);
          if (content.length > maxBytes) throw failure('FILE_TOO_LARGE', { path, limit: maxBytes });
          return Buffer.from(content);
        }),
      ),
    async *stream(path, range = {}) {
      const { from = 0, to = Number.POSITIVE_INFINITY } = range;
      if (to <= from) return;
      const content = await reading('stream', path, () => orMissing(path, () => bytesOf(path, false).slice(from, to)));
      for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
    },
    async writeAtomic(path, content, options = {}) {
      const whole = typeof content === 'string' || content instanceof Uint8Array ? content : await collect(content);
      const ms = options.durable === false ? 0.3 : 4;
      await writing('write', path, verdict => orMissing(path, () => write(path, whole, options, verdict)), ms);
    },
    append: (path, content, { durable = false } = {}) =>
      writing('append', path, verdict => {
        const before = disk.find(path, true)?.content ?? new Uint8Array();
        const bytes = Buffer.from(content as string);
        const file = disk.append(path, verdict?.do === 'truncate' ? bytes.subarray(0, bytes.length >> 1) : bytes);
        if (!durable) disk.unsafe(path, file, before);
        if (verdict?.do === 'truncate') life.crash();
      }),
    truncate: path => writing('truncate', path, () => disk.truncate(path)),
    stat: path =>
      reading('stat', path, () => {
        const inode = disk.find(path, false);
        return inode === undefined ? undefined : statOf(inode);
      }),
    list: path =>
      reading('list', path, () => {
        const mount = mounted(path);
        if (mount !== undefined) return mount.list(path);
        const inode = disk.find(path, true);
        if (inode !== undefined && inode.type !== 'directory') return [];
        return [...(inode?.entries.keys() ?? [])].sort();
      }),
    makeDirectory: (path, options = {}) =>
      writing('make', path, () => {
        if (disk.makeDirectory(path)) own(disk.need(path), options);
      }),
    remove: (path, options = {}) => writing('remove', path, () => disk.remove(path, options.recursive ?? false)),
    rename: (from, to) => writing('rename', from, () => orMissing(from, () => disk.rename(from, to))),
    setMode: (path, mode) => writing('mode', path, () => change(disk, path, true, { mode })),
    setOwner: (path, uid, gid) => writing('owner', path, () => change(disk, path, false, { uid, gid })),
    link: (target, path) => writing('link', path, () => disk.link(target, path)),
    readLink: path => reading('readlink', path, () => orMissing(path, () => disk.need(path, false).target)),
    realPath: path => reading('realpath', path, () => orMissing(path, () => disk.realPath(path))),
    async temporaryDirectory(prefix) {
      const path = `/tmp/${prefix}${chance.uuid().slice(0, 6)}`;
      await writing('make', path, () => void disk.makeDirectory(path, 0o700));
      return path;
    },
    watch(directory, onChange) {
      const inode = disk.find(directory, true);
      if (inode === undefined) return () => {};
      const tell = (name: string) => {
        const verdict = faults.meet('watch.event', `file ${directory}/${name}`);
        const ms = verdict?.do === 'delay' ? (verdict.ms ?? 1_000) : 0;
        if (verdict?.do !== 'drop') life.after(ms + chance.between(0.1, 3), () => onChange(name));
        if (verdict?.do === 'duplicate') life.after(chance.between(3, 50), () => onChange(name));
      };
      inode.watchers ??= new Set();
      inode.watchers.add(tell);
      const stop = () => void inode.watchers?.delete(tell);
      life.atEnd(stop);
      return stop;
    },
  };
}

function own(inode: Inode, { mode, uid, gid }: WriteOptions): void {
  inode.mode = mode ?? inode.mode;
  inode.uid = uid ?? inode.uid;
  inode.gid = gid ?? inode.gid;
}

function change(disk: ModelDisk, path: string, follow: boolean, to: WriteOptions): void {
  const inode = orMissing(path, () => disk.need(path, follow));
  own(inode, to);
  const { modifiedAt } = inode;
  disk.touch(path);
  inode.modifiedAt = modifiedAt;
}

function statOf(inode: Inode): FileStat {
  const { type, mode, uid, gid, modifiedAt, number, attached } = inode;
  return { type, size: attached?.size() ?? inode.content.length, mode, uid, gid, modifiedAt, inode: number };
}

function orMissing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw isMissing(error) ? failure('FILE_NOT_FOUND', { path }, error) : error;
  }
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}
