import type { Inode } from '../env/disk.ts';
import type { KubeObject, Seen } from '../monitors/evidence.ts';
import type { Machine, ModelProcess, ProcessEvent } from './machine.ts';
import { fileKey, fileObject, processKey, processObject, scriptObject } from './shapes.ts';

/** Who did something, as a user agent. */
export type Doer = 'holdfast/1' | 'adept/1' | 'itself/1' | 'power/1';

export interface ViewOptions {
  machine: Machine;
  now(): number;
  /** Holdfast's own: not looked at, but for the releases in it. */
  dataDirectory: string;
  /** Where files of applications may be. */
  root: string;
  /** Which application declares this, as it is now, or any way: '' for none. */
  claim(key: string, object: KubeObject): string;
}

const mark = 'holdfast.dev/application';
const managedFields = [{ manager: 'holdfast', fieldsV1: { [`f:${mark}`]: {} } }];

/** What happens on a machine, as the log of an API server would have it, and how everything is. */
export class MachineView {
  readonly log: Seen[] = [];
  readonly #options: ViewOptions;
  readonly #objects = new Map<string, KubeObject>();
  readonly #owners = new Map<string, string>();
  /** Directories for files, and who made them. */
  readonly #directories = new Map<string, Doer>();
  readonly #dirty = new Set<string>();
  /** In releases, by hand. */
  readonly #touched: string[] = [];
  readonly #stopping = new Map<number, Doer>();
  #taken = 0;
  #version = 0;

  constructor(options: ViewOptions) {
    this.#options = options;
    options.machine.disk.onChange = path => void this.#dirty.add(path);
  }

  /** Rises with every change. */
  get version(): number {
    return this.#version;
  }

  objects(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  /** Empty directories and halves of files that Holdfast made, and should have taken away again. */
  left(): string[] {
    const { disk } = this.#options.machine;
    const directories = [...this.#directories].flatMap(([path, by]) =>
      by === 'holdfast/1' && disk.find(path, false)?.entries.size === 0 ? [path] : [],
    );
    return [...directories, ...[...this.#objects.keys()].filter(isHalf)];
  }

  /** Takes note of everything that happened since the last time, as done by this one. */
  take(by: Doer): void {
    const { log } = this.#options.machine;
    if (this.#dirty.size === 0 && log.length === this.#taken) return;
    for (const path of this.#dirty) this.#look(path, by);
    this.#dirty.clear();
    for (; this.#taken < log.length; this.#taken++) this.#hear(log[this.#taken] as ProcessEvent, by);
  }

  #look(path: string, by: Doer): void {
    const { dataDirectory, machine } = this.#options;
    if (path.startsWith(`${dataDirectory}/machine/releases/`)) this.#lookInRelease(path, by);
    if (['/proc', '/tmp', dataDirectory].some(place => path === place || path.startsWith(`${place}/`))) return;
    const found = machine.disk.find(path, false);
    const present = new Map<string, Inode>();
    if (found !== undefined) gather(path, found, present);
    for (const key of [...this.#objects.keys(), ...[...this.#directories.keys()].map(fileKey)]) {
      const known = key.slice(fileKey('').length);
      const isBelow = known === path || known.startsWith(`${path}/`);
      if (key.startsWith(fileKey('/')) && isBelow && present.get(known) === undefined) this.#gone(known, by);
    }
    for (const [name, inode] of present) this.#there(name, inode, by);
  }

  #there(path: string, inode: Inode, by: Doer): void {
    const key = fileKey(path);
    if (inode.type === 'directory') {
      if (this.#directories.get(path) === by) return;
      this.#gone(path, by);
      if (path.startsWith(`${this.#options.root}/`)) this.#directories.set(path, by);
      return;
    }
    if (this.#directories.delete(path)) this.#version++;
    const content = inode.type === 'symlink' ? inode.target : Buffer.from(inode.content).toString('latin1');
    const spec = { type: inode.type, content, mode: inode.mode.toString(8), owner: inode.uid };
    const object = fileObject(path, spec);
    if (by === 'holdfast/1') this.#owners.set(key, this.#options.claim(key, object));
    const owner = this.#owners.get(key) ?? '';
    const before = this.#objects.get(key);
    const after = marked(object, owner, String(inode.number), JSON.stringify(spec));
    if (before !== undefined && before.metadata?.uid === after.metadata?.uid && isSame(before, after)) return;
    this.#objects.set(key, after);
    this.#note(isHalf(path) ? 'HALF' : 'PATCH', key, by, before, after);
  }

  #gone(path: string, by: Doer): void {
    const key = fileKey(path);
    if (this.#directories.delete(path)) this.#version++;
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#objects.delete(key);
    // It may only have been moved aside, alone or with its directory: then whatever was in it still is.
    const { machine, root } = this.#options;
    const present = new Map<string, Inode>();
    gather(root, machine.disk.need(root), present);
    const aside = [...present].some(
      ([name, { number }]) => String(number) === before.metadata?.uid && name.includes('.holdfast-saved'),
    );
    if (by === 'holdfast/1') this.#owners.delete(key);
    this.#note(isHalf(path) ? 'HALF' : aside ? 'MOVE' : 'DELETE', key, by, before);
  }

  /** Releases belong to their processes: each sees what is in its directory now. */
  #lookInRelease(path: string, by: Doer): void {
    const before = this.#version;
    if (by === 'adept/1') this.#touched.push(path);
    for (const [key, object] of this.#objects) {
      const process = this.#options.machine.processOf(Number(object.metadata?.uid));
      if (object.kind !== 'Process' || process === undefined) continue;
      if (!path.startsWith(process.cwd) && !process.cwd.startsWith(path)) continue;
      const { began } = object.spec as { began: Record<string, string> };
      const after = this.#processObject(
        process,
        key,
        this.#isTouched(process.cwd) ? this.#filesIn(process.cwd) : began,
      );
      if (!isSame(object, after)) this.#objects.set(key, after);
      this.#version++;
    }
    if (this.#version === before && !path.includes('/.new-'))
      this.#note('RELEASE', `machine/Release//${path}`, by, undefined, { metadata: { resourceVersion: `${before}` } });
  }

  /** Where somebody had their hands in, processes may have begun with what they made: the files are repaired, nothing begins anew for it. */
  #isTouched(directory: string): boolean {
    return this.#touched.some(path => path.startsWith(`${directory}/`));
  }

  #hear({ what, pid, detail }: ProcessEvent, by: Doer): void {
    const process = this.#options.machine.processOf(pid);
    if (process === undefined) return;
    if (what === 'signal') this.#stopping.set(pid, by);
    const event = process.env.LIFECYCLE_EVENT;
    const [, name] = /(?:^| )as (\S+)/.exec([process.command, ...process.args].join(' ')) ?? [];
    if (event !== undefined) this.#script(process, `${process.env.APPLICATION_NAME}/${event}`, what, detail, by);
    else if (name !== undefined) this.#service(process, name, what, by);
  }

  #service(process: ModelProcess, name: string, what: ProcessEvent['what'], by: Doer): void {
    const key = processKey(...(name.split('/') as [string, string]));
    const before = this.#objects.get(key);
    if (what === 'start') {
      const after = this.#processObject(process, key, this.#filesIn(process.cwd));
      this.#objects.set(key, after);
      this.#note('PATCH', key, by, before, after);
    }
    if (what !== 'exit') return;
    const who = this.#stopping.get(process.pid) ?? (by === 'holdfast/1' ? 'itself/1' : by);
    const ended = before?.metadata?.uid === String(process.pid) ? before : undefined;
    if (ended !== undefined) this.#objects.delete(key);
    // When it ended is known from now on, also of what it was before.
    if (ended !== undefined) (ended.status as { endedAt?: number }).endedAt = this.#options.now();
    this.#note('STOP', key, who, ended);
  }

  #processObject(process: ModelProcess, key: string, began: Record<string, string>): KubeObject {
    const { command, args, env, cwd, pid, behaviour, startedAtMs } = process;
    const [, name = ''] = key.split('//');
    const files = this.#filesIn(cwd);
    const object = processObject(name, { command: [command, ...args], env, began, files });
    const owner = name.slice(0, name.indexOf('/'));
    const status = { startedAt: startedAtMs, serves: behaviour?.serves ?? [] };
    return { ...marked(object, owner, String(pid), JSON.stringify([pid, files])), status };
  }

  #script(process: ModelProcess, name: string, what: ProcessEvent['what'], detail: string, by: Doer): void {
    const key = `machine/Script//${name}`;
    const before = this.#objects.get(key);
    const { pid, command } = process;
    if (what === 'start') {
      const text = Buffer.from(this.#options.machine.disk.find(command, true)?.content ?? '').toString('utf8');
      const owner = name.slice(0, name.indexOf('/'));
      const after = { ...marked(scriptObject(name, text), owner, String(pid), String(pid)), status: {} };
      this.#objects.set(key, after);
      this.#note('PATCH', key, by, before, after);
    } else if (what === 'exit' && before?.metadata?.uid === String(pid) && detail === '0') {
      const metadata = { ...before.metadata, resourceVersion: `${pid} done` };
      this.#objects.set(key, { ...before, metadata, status: { succeeded: 1 } });
      this.#version++;
    }
  }

  #filesIn(directory: string): Record<string, string> {
    const found = this.#options.machine.disk.find(directory, true);
    const present = new Map<string, Inode>();
    if (found?.type === 'directory') gather('', found, present);
    const files = [...present].filter(([, { type }]) => type === 'file');
    return Object.fromEntries(
      files.map(([path, { content }]) => [path.slice(1), Buffer.from(content).toString('latin1')]),
    );
  }

  #note(method: string, path: string, userAgent: Doer, before?: KubeObject, after?: KubeObject): void {
    this.#version++;
    const seen = { at: Math.floor(this.#options.now()), userAgent, method, path, dryRun: false, status: 200 };
    this.log.push({
      ...seen,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
}

/** What a write that was cut short leaves beside its file. */
export function isHalf(path: string): boolean {
  return /\/\.holdfast-[0-9a-f]+\.tmp$/.test(path);
}

function gather(path: string, inode: Inode, into: Map<string, Inode>): void {
  if (path !== '') into.set(path, inode);
  for (const [name, below] of inode.entries) gather(`${path}/${name}`, below, into);
}

function marked(object: KubeObject, owner: string, uid: string, resourceVersion: string): KubeObject {
  const annotations = { ...object.metadata?.annotations, ...(owner === '' ? {} : { [mark]: `sim/${owner}` }) };
  const ours = owner === '' ? {} : { managedFields };
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion, annotations, ...ours } };
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  const of = ({ metadata }: KubeObject) => `${metadata?.resourceVersion} ${metadata?.annotations?.[mark]}`;
  return of(a) === of(b);
}
