import { posix } from 'node:path';
import { systemError } from './system-errors.ts';

export interface Inode {
  number: number;
  type: 'file' | 'directory' | 'symlink';
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;
  /** Of a file. */
  content: Uint8Array;
  /** Of a link. */
  target: string;
  /** Of a directory. */
  entries: Map<string, Inode>;
  /** What a program keeps here as something else than bytes: a database, a Git repository. Goes where the file goes. */
  attached?: Attached;
  watchers?: Set<(name: string) => void>;
}

export interface Attached {
  size(): number;
  /** Equal text, equal state: for comparing whole disks. */
  describe(): string;
  close(): void;
  /** Goes back to what was safe when the power went. */
  losePower?(fraction: () => number): void;
}

/** Where a path leads: the directory that it is in, and what is there. `trail`: the way to it, links resolved. */
interface Way {
  parent: Inode;
  name: string;
  found: Inode | undefined;
  trail: readonly { name: string }[];
}

const maxLinks = 40;
/** By then the kernel has written what it was given, whether or not somebody waited for it. */
const writtenBackMs = 30_000;
const nothing = new Uint8Array();

/** Bytes that are used of a buffer, by all contents in it: what grows piece by piece shares one, with what it was before. */
const used = new WeakMap<ArrayBufferLike, number>();

/** The content and what is added, in the same buffer where there is room behind it. */
function extended({ content }: Inode, added: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = content;
  const total = length + added.length;
  const isFree = byteOffset === 0 && used.get(buffer) === length && total <= buffer.byteLength;
  const room = isFree ? new Uint8Array(buffer) : new Uint8Array(Math.max(1_024, 2 * total));
  if (!isFree) room.set(content);
  room.set(added, length);
  used.set(room.buffer, total);
  return room.subarray(0, total);
}

/** Files of one machine. Outlives every operator that runs on it. All of it happens at once; who asks, and how long it takes, is not known here. */
export class ModelDisk {
  readonly root: Inode;
  readonly #now: () => number;
  #inodes = 0;
  /** Directories that are no files, like /proc. */
  readonly mounts = new Map<string, { list(path: string): string[]; read(path: string): string | undefined }>();
  /** Told the real path of whatever changed, right before it is settled who owns it and who may read it. */
  onChange: ((path: string) => void) | undefined;
  /** How to take back what a power cut would lose: writes that nobody waited for the disk with. */
  #unsafe: { at: number; takeBack(tear: boolean): void }[] = [];

  constructor(now: () => number) {
    this.#now = now;
    this.root = this.#inode('directory', 0o755);
  }

  #inode(type: Inode['type'], mode: number): Inode {
    const number = ++this.#inodes;
    const common = { content: nothing, target: '', entries: new Map(), modifiedAt: this.#now() };
    return { number, type, mode, uid: 0, gid: 0, ...common };
  }

  /** Undefined when there is nothing; links at the last step are followed when asked. */
  find(path: string, follow: boolean): Inode | undefined {
    const straight = this.#straight(path);
    if (straight !== 'not plain') return straight;
    const way = this.#way(path, follow);
    if (way === 'ELOOP') throw systemError(way, path);
    return typeof way === 'string' ? undefined : way.found;
  }

  /** Most paths have neither links nor dots in them, and most questions are only what is there. */
  #straight(path: string): Inode | undefined | 'not plain' {
    if (!path.startsWith('/') || path.includes('/.') || path.includes('//') || path.endsWith('/')) return 'not plain';
    let here: Inode | undefined = this.root;
    for (let from = 1, to = 0; to !== -1 && here !== undefined; from = to + 1) {
      to = path.indexOf('/', from);
      here = here.entries.get(to === -1 ? path.slice(from) : path.slice(from, to));
      if (here?.type === 'symlink') return 'not plain';
    }
    return here;
  }

  #walk(path: string, follow: boolean): Way {
    const way = this.#way(path, follow);
    if (typeof way === 'string') throw systemError(way, path);
    return way;
  }

  /** With every link on the way resolved. */
  #way(path: string, follow: boolean): Way | 'ENOENT' | 'ENOTDIR' | 'ELOOP' {
    const plain = path.includes('/.') ? posix.normalize(path) : path;
    const rest = plain.split('/');
    const trail: { name: string; inode: Inode }[] = [];
    let links = 0;
    let here = this.root;
    let at = 0;
    while (rest.at(-1) === '') rest.pop();
    for (let name = rest[at++]; name !== undefined; name = rest[at++]) {
      if (name === '') continue;
      if (name === '..') {
        trail.pop();
        here = trail.at(-1)?.inode ?? this.root;
        continue;
      }
      if (here.type !== 'directory') return 'ENOTDIR';
      const next = here.entries.get(name);
      const isLast = at >= rest.length;
      if (next?.type === 'symlink' && (follow || !isLast)) {
        if (++links > maxLinks) return 'ELOOP';
        if (next.target.startsWith('/')) {
          trail.length = 0;
          here = this.root;
        }
        rest.splice(at, 0, ...next.target.split('/').filter(part => part !== '' && part !== '.'));
        continue;
      }
      if (isLast) return { parent: here, name, found: next, trail };
      if (next === undefined) return 'ENOENT';
      trail.push({ name, inode: next });
      here = next;
    }
    return { parent: here, name: '', found: here, trail };
  }

  need(path: string, follow = true): Inode {
    const { found } = this.#walk(path, follow);
    if (found === undefined) throw systemError('ENOENT', path);
    return found;
  }

  realPath(path: string): string {
    const { found, name, trail } = this.#walk(path, true);
    if (found === undefined) throw systemError('ENOENT', path);
    return `${trail.map(step => `/${step.name}`).join('')}/${name}`.replace(/(.)\/$/, '$1');
  }

  /** A new file in the place of whatever was there; who had the old one open keeps it. */
  replace(path: string, content: Uint8Array | string, mode = 0o644): Inode {
    const way = this.#walk(path, false);
    const { parent, name, found } = way;
    if (parent.type !== 'directory') throw systemError('ENOTDIR', path);
    if (found?.type === 'directory') throw systemError('EISDIR', path);
    const file = this.#inode('file', mode);
    file.content = Buffer.from(content as string);
    parent.entries.set(name, file);
    this.#changed(way);
    return file;
  }

  append(path: string, content: Uint8Array | string): Inode {
    const way = this.#walk(path, true);
    const { found } = way;
    if (found === undefined) return this.replace(path, content);
    if (found.type === 'directory') throw systemError('EISDIR', path);
    found.content = extended(found, Buffer.from(content as string));
    this.#changed(way, found);
    return found;
  }

  truncate(path: string): void {
    const way = this.#walk(path, true);
    const { found } = way;
    if (found === undefined) throw systemError('ENOENT', path);
    found.content = nothing;
    this.#changed(way, found);
  }

  /** With its parents; answers whether there was none. */
  makeDirectory(path: string, mode = 0o755): boolean {
    const there = this.find(path, true);
    if (there?.type === 'directory') return false;
    if (there !== undefined) throw systemError('EEXIST', path);
    const above = this.find(posix.dirname(path), true);
    if (above === undefined) this.makeDirectory(posix.dirname(path));
    else if (above.type !== 'directory') throw systemError('ENOTDIR', path);
    const way = this.#walk(path, false);
    if (way.found !== undefined) throw systemError('EEXIST', path);
    way.parent.entries.set(way.name, this.#inode('directory', mode));
    this.#changed(way);
    return true;
  }

  remove(path: string, recursive: boolean): void {
    const found = this.find(path, false);
    if (found === undefined) return;
    if (found.type === 'directory' && !recursive && found.entries.size > 0) throw systemError('ENOTEMPTY', path);
    const way = this.#walk(path, false);
    way.parent.entries.delete(way.name);
    this.#changed(way);
  }

  rename(from: string, to: string): void {
    const source = this.#walk(from, false);
    if (source.found === undefined) throw systemError('ENOENT', from);
    const target = this.#walk(to, false);
    if (target.found?.type === 'directory' && target.found.entries.size > 0) throw systemError('ENOTEMPTY', to);
    if (target.found?.type === 'directory' && source.found.type !== 'directory') throw systemError('EISDIR', to);
    source.parent.entries.delete(source.name);
    target.parent.entries.set(target.name, source.found);
    this.#changed(source);
    this.#changed(target);
  }

  link(target: string, path: string): void {
    const way = this.#walk(path, false);
    if (way.found !== undefined) throw systemError('EEXIST', path);
    const link = this.#inode('symlink', 0o777);
    link.target = target;
    way.parent.entries.set(way.name, link);
    this.#changed(way);
  }

  /** Names of an entry are told to who watches its directory. */
  touch(path: string): void {
    const way = this.#walk(path, true);
    this.#changed(way, way.found);
  }

  #changed({ parent, name, trail }: Way, file?: Inode): void {
    (file ?? parent).modifiedAt = this.#now();
    for (const tell of parent.watchers ?? []) tell(name);
    this.onChange?.(`${trail.map(step => `/${step.name}`).join('')}/${name}`);
  }

  /** The write that was just made is not on the platter: `before` is what was there. */
  unsafe(path: string, file: Inode, before: Uint8Array): void {
    const after = file.content;
    // What was there before an append is not written anew.
    const isAppended = after.buffer === before.buffer && after.byteOffset === before.byteOffset;
    const kept = isAppended || Buffer.from(after.subarray(0, before.length)).equals(before) ? before.length : 0;
    const takeBack = (tear: boolean) => {
      if (file.content !== after) return;
      file.content = tear ? after.subarray(0, kept + Math.floor((after.length - kept) / 2)) : before;
      this.onChange?.(path);
    };
    const at = this.#now();
    if (this.#unsafe.push({ at, takeBack }) % 200 === 0)
      this.#unsafe = this.#unsafe.filter(write => write.at > at - writtenBackMs);
  }

  /** Loses or tears what was not made durable, as `fraction` decides for each. */
  losePower(fraction: () => number): void {
    this.#eachAttached(attached => attached.losePower?.(fraction));
    for (const { at, takeBack } of this.#unsafe.splice(0).reverse()) {
      const drawn = fraction();
      if (at > this.#now() - writtenBackMs && drawn < 0.66) takeBack(drawn < 0.33);
    }
  }

  /** What programs keep in it is given back. */
  close(): void {
    this.#eachAttached(attached => attached.close());
  }

  #eachAttached(visit: (attached: Attached) => void): void {
    const walk = (inode: Inode) => {
      if (inode.attached !== undefined) visit(inode.attached);
      for (const below of inode.entries.values()) walk(below);
    };
    walk(this.root);
  }

  /** Everything on it, a line an entry, in order. Times and inode numbers are left out. */
  describe(): string[] {
    const lines: string[] = [];
    const walk = (inode: Inode, path: string) => {
      const what =
        inode.attached?.describe() ??
        (inode.type === 'symlink' ? inode.target : Buffer.from(inode.content).toString('latin1'));
      lines.push(`${path} ${inode.type} ${inode.mode.toString(8)} ${inode.uid}:${inode.gid} ${what}`);
      for (const name of [...inode.entries.keys()].sort()) {
        walk(inode.entries.get(name) as Inode, `${path === '/' ? '' : path}/${name}`);
      }
    };
    walk(this.root, '/');
    return lines;
  }
}
