import { type ChildProcess, type SpawnOptions, spawn as spawnProcess } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../errors.ts';
import type { Child, ExitResult, Processes, ProcessIdentity, RunOptions, RunResult, ServiceOptions } from '../env.ts';

/** Children that this Holdfast started itself: their exit is told instead of looked for, even to who asks a little late. */
const ours = new Map<string, Promise<ExitResult>>();
const exitKeptMs = 60_000;

function nameOf({ pid, startedAt }: ProcessIdentity): string {
  return `${pid}/${startedAt}`;
}
/** How often the exit of a process is looked for that an earlier Holdfast started. */
const adoptedPollMs = 500;

function environment(env: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', ...env };
}

function spawnOptions(options: Pick<RunOptions, 'cwd' | 'env' | 'uid' | 'gid'>): SpawnOptions {
  const { cwd, uid, gid } = options;
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    env: environment(options.env),
    shell: false,
    detached: true,
  };
}

function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Resolves when the program runs; throws PROCESS_NOT_FOUND when there is none. */
async function started(child: ChildProcess, command: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? failure('PROCESS_NOT_FOUND', { command }, error) : error;
  });
  return child.pid ?? -1;
}

function exitOf(child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<ExitResult> {
  return new Promise(resolve => {
    child.once(event, (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', () => resolve({ code: undefined, signal: undefined }));
  });
}

async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? 60_000;
  const limit = options.maxOutputBytes ?? 1024 * 1024;
  const child = spawnProcess(command, args, { ...spawnOptions(options), stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = exitOf(child, 'close');
  let stopped: unknown;
  const stop = (reason: unknown) => {
    stopped ??= reason;
    if (child.pid !== undefined) signalPid(-child.pid, 'SIGKILL');
  };
  const collect = (pieces: Uint8Array[]) => {
    let size = 0;
    return (piece: Uint8Array) => {
      size += piece.length;
      if (size > limit) stop(failure('PROCESS_OUTPUT_TOO_LARGE', { command, limit }));
      else pieces.push(piece);
    };
  };
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  child.stdout?.on('data', collect(stdout));
  child.stderr?.on('data', collect(stderr));
  child.stdin?.on('error', () => {}); // It may end without reading all its input.
  await started(child, command);
  child.stdin?.end(options.input ?? '');
  const timer = setTimeout(() => stop(failure('PROCESS_TIMEOUT', { command, ms: timeoutMs })), timeoutMs);
  const abort = () => stop(options.signal?.reason);
  options.signal?.addEventListener('abort', abort);
  // What a killed program leaves behind (git's helpers) holds our pipes, and would be waited for until the time is up.
  child.once('exit', (_code, signal) => {
    if (signal !== null && child.pid !== undefined) signalPid(-child.pid, 'SIGKILL');
  });
  try {
    const exit = await ended;
    if (stopped !== undefined) throw stopped;
    return { ...exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

function spawn(command: string, args: readonly string[], options: Parameters<Processes['spawn']>[2] = {}): Child {
  const child = spawnProcess(command, args, { ...spawnOptions(options), stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = exitOf(child);
  child.stdin?.on('error', () => {}); // Told by `exited`.
  const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.pid !== undefined) signalPid(-child.pid, signal);
  };
  const abort = () => kill('SIGKILL');
  options.signal?.addEventListener('abort', abort);
  exited.then(() => options.signal?.removeEventListener('abort', abort));
  // An orphan would wait for ever on a pipe nobody holds.
  const onExit = () => kill('SIGKILL');
  process.once('exit', onExit);
  exited.then(() => process.removeListener('exit', onExit));
  return {
    pid: child.pid ?? -1,
    write(bytes) {
      const { stdin } = child;
      // What is written in one turn goes out in one system call.
      if (stdin?.writableCorked === 0) {
        stdin.cork();
        setImmediate(() => stdin.uncork());
      }
      return new Promise((resolve, reject) => stdin?.write(bytes, error => (error ? reject(error) : resolve())));
    },
    endInput: () => child.stdin?.end(),
    stdout: child.stdout as AsyncIterable<Uint8Array>,
    stderr: child.stderr as AsyncIterable<Uint8Array>,
    exited,
    kill,
  };
}

/** Start time in kernel ticks and state letter: fields 22 and 3 of /proc/PID/stat, counted after the name, which may hold anything. */
async function kernelView(pid: number): Promise<{ startedAt: string; state: string } | undefined> {
  try {
    const text = await fs.readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { startedAt: fields[19] ?? '', state: fields[0] ?? '' };
  } catch {
    return undefined;
  }
}

async function startService(
  command: string,
  args: readonly string[],
  options: ServiceOptions,
): Promise<ProcessIdentity> {
  const output = await fs.open(options.outputPath, 'a', 0o640);
  try {
    const child = spawnProcess(command, args, { ...spawnOptions(options), stdio: ['ignore', output.fd, output.fd] });
    const exited = exitOf(child);
    const pid = await started(child, command);
    child.unref();
    const identity = { pid, startedAt: (await kernelView(pid))?.startedAt ?? '' };
    const name = nameOf(identity);
    ours.set(name, exited);
    exited.then(() => setTimeout(() => ours.delete(name), exitKeptMs).unref());
    return identity;
  } finally {
    await output.close();
  }
}

async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const view = await kernelView(identity.pid);
  return view !== undefined && view.startedAt === identity.startedAt && view.state !== 'Z' && view.state !== 'X';
}

async function waitForExit(identity: ProcessIdentity, signal: AbortSignal): Promise<ExitResult> {
  signal.throwIfAborted();
  const own = ours.get(nameOf(identity));
  if (own !== undefined) {
    return await new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      own.then(exit => {
        signal.removeEventListener('abort', abort);
        resolve(exit);
      });
    });
  }
  while (await isAlive(identity)) await sleep(adoptedPollMs, undefined, { signal, ref: false });
  return { code: undefined, signal: undefined };
}

/** `name:x:uid:gid:…:home:…` of /etc/passwd, `name:x:gid:…` of /etc/group. */
async function accountLine(file: string, name: string): Promise<string[] | undefined> {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    if (fields[0] === name || (fields[2] === name && /^\d+$/.test(name))) return fields;
  }
  return undefined;
}

export const realProcesses: Processes = {
  run,
  spawn,
  startService,
  isAlive,
  waitForExit,
  signalGroup: (identity, signal) => signalPid(-identity.pid, signal),
  async user(name) {
    const fields = await accountLine('/etc/passwd', name);
    return fields && { uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5] ?? '/' };
  },
  async group(name) {
    const fields = await accountLine('/etc/group', name);
    return fields && Number(fields[2]);
  },
  self: async () => ({ pid: process.pid, startedAt: (await kernelView(process.pid))?.startedAt ?? '' }),
  variable: name => process.env[name],
};
