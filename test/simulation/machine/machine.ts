import type { ExitResult, ProcessIdentity } from '../../../src/env/env.ts';
import type { ModelDisk } from '../env/disk.ts';
import type { Scheduler } from '../env/scheduler.ts';
import type { SimServer } from '../env/server.ts';
import { type Behaviour, behaviourOf } from './programs.ts';

export interface ModelProcess extends ProcessIdentity {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  uid: number;
  startedAtMs: number;
  exit: (ExitResult & { atMs: number }) | undefined;
  behaviour: Behaviour | undefined;
  listeners: Set<(exit: ExitResult) => void>;
}

export interface StartOptions {
  cwd?: string;
  env?: Record<string, string>;
  uid?: number;
  /** Its output is appended here. */
  outputPath?: string;
}

/** One thing that happened to a process, for monitors. */
export interface ProcessEvent {
  at: number;
  what: 'start' | 'exit' | 'signal';
  pid: number;
  detail: string;
}

const ticksPerSecond = 100;

/** A computer with its processes. They outlive the operator that started them. */
export class Machine {
  readonly disk: ModelDisk;
  readonly log: ProcessEvent[] = [];
  readonly #scheduler: Scheduler;
  readonly #processes = new Map<number, ModelProcess>();
  #pids = 100;

  constructor(scheduler: Scheduler, disk: ModelDisk) {
    this.#scheduler = scheduler;
    this.disk = disk;
    disk.mounts.set('/proc', { list: () => this.#list(), read: path => this.#proc(path) });
  }

  /** A process without a behaviour of its own: an operator, a helper of it. */
  register(command: string): ModelProcess {
    return this.#add(command, [], {}, undefined);
  }

  /** Undefined when there is no such program. */
  start(command: string, args: readonly string[], options: StartOptions): ModelProcess | undefined {
    const script = command.includes('/') ? this.disk.find(command, true) : undefined;
    const text = script?.type === 'file' ? Buffer.from(script.content).toString('utf8') : undefined;
    const behaviour = behaviourOf(command, args, text);
    if (behaviour === undefined) return undefined;
    const process = this.#add(command, args, options, behaviour);
    for (const line of behaviour.output) {
      if (options.outputPath !== undefined) this.disk.append(options.outputPath, `${line}\n`);
    }
    const { ends } = behaviour;
    if (ends !== undefined)
      this.#scheduler.after(ends.afterMs + 1, () => this.end(process, { code: ends.code, signal: undefined }));
    return process;
  }

  find({ pid, startedAt }: ProcessIdentity): ModelProcess | undefined {
    const found = this.#processes.get(pid);
    return found?.startedAt === startedAt ? found : undefined;
  }

  isAlive(identity: ProcessIdentity): boolean {
    const found = this.find(identity);
    return found !== undefined && found.exit === undefined;
  }

  /** Whoever had this id last. */
  processOf(pid: number): ModelProcess | undefined {
    return this.#processes.get(pid);
  }

  /** Everything that runs. */
  running(): ModelProcess[] {
    return [...this.#processes.values()].filter(({ exit }) => exit === undefined);
  }

  signal(identity: ProcessIdentity, signal: string): void {
    const process = this.find(identity);
    if (process === undefined || process.exit !== undefined) return;
    this.#note('signal', process, signal);
    if (signal !== 'SIGKILL' && process.behaviour?.stubborn) return;
    this.#scheduler.after(signal === 'SIGKILL' ? 1 : 20, () => this.end(process, { code: undefined, signal }));
  }

  end(process: ModelProcess, exit: ExitResult): void {
    if (process.exit !== undefined) return;
    process.exit = { ...exit, atMs: this.#scheduler.now() };
    this.#note('exit', process, exit.signal ?? String(exit.code));
    for (const tell of process.listeners) tell(exit);
    process.listeners.clear();
  }

  /** Everything that runs ends, as when the power goes. */
  losePower(): void {
    for (const process of this.running()) this.end(process, { code: undefined, signal: 'SIGKILL' });
  }

  /** What can be reached at its address. */
  server(): SimServer {
    return {
      addresses: ['127.0.0.1'],
      point: () => undefined,
      isListening: port => this.#serving(port) !== undefined,
      handle: ({ port }) => {
        const service = this.#serving(port);
        return { status: service?.status ?? 502, headers: {}, body: service?.version ?? '' };
      },
    };
  }

  #serving(port: number) {
    for (const { behaviour, startedAtMs } of this.running()) {
      const service = behaviour?.serves.find(serves => serves.port === port);
      if (service !== undefined && startedAtMs + service.afterMs <= this.#scheduler.now()) return service;
    }
    return undefined;
  }

  #add(command: string, args: readonly string[], options: StartOptions, behaviour: Behaviour | undefined) {
    const now = this.#scheduler.now();
    const process: ModelProcess = {
      pid: ++this.#pids,
      startedAt: String(Math.floor((now / 1000) * ticksPerSecond) + 1_000),
      command,
      args,
      env: options.env ?? {},
      cwd: options.cwd ?? '/',
      uid: options.uid ?? 0,
      startedAtMs: now,
      exit: undefined,
      behaviour,
      listeners: new Set(),
    };
    this.#processes.set(process.pid, process);
    this.#note('start', process, [command, ...args].join(' '));
    return process;
  }

  #note(what: ProcessEvent['what'], { pid }: ModelProcess, detail: string): void {
    this.log.push({ at: this.#scheduler.now(), what, pid, detail });
  }

  #list(): string[] {
    return this.running().map(({ pid }) => String(pid));
  }

  #proc(path: string): string | undefined {
    const [, pid, file] = /^\/proc\/(\d+)\/(\w+)$/.exec(path) ?? [];
    const process = this.#processes.get(Number(pid));
    if (process === undefined || process.exit !== undefined) return undefined;
    if (file === 'environ')
      return Object.entries(process.env)
        .map(([name, value]) => `${name}=${value}\0`)
        .join('');
    // State, parent, group, session; the start is field 22.
    if (file === 'stat') return `${pid} (model) S 1 ${pid} ${pid}${' 0'.repeat(15)} ${process.startedAt} 0`;
    return undefined;
  }
}
