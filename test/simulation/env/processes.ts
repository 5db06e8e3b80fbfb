import type { Child, ExitResult, Processes, RunOptions, RunResult } from '../../../src/env/env.ts';
import { failure } from '../../../src/errors.ts';
import { catFileBatch, catFileBlob } from '../git/cat-file.ts';
import { type Ended, fatal, type GitWorld, runGit } from '../git/program.ts';
import type { Machine, ModelProcess } from '../machine/machine.ts';
import { modelRenderer } from '../renderer/renderer.ts';
import { simChild } from './child.ts';
import type { Effects } from './effects.ts';
import { never } from './life.ts';

export interface ProcessParts {
  effects: Effects;
  machine: Machine;
  git: GitWorld;
  /** The operator's own process. */
  self: ModelProcess;
  variables: Record<string, string>;
}

/** How long git works, virtual milliseconds. */
const gitMs: Record<string, [number, number]> = { fetch: [8, 60], init: [2, 5], gc: [20, 200] };
const gitKinds: Record<string, 'git.fetch' | 'git.refs'> = { fetch: 'git.fetch', 'ls-remote': 'git.refs' };
/** Git gives up on a server that is silent for a minute (http.lowSpeedTime). */
const gitStalls = { ms: 60_000, happens: false };
const startStalls = { ms: 10_000, happens: true };
/** Who adopted a process looks so often whether it still runs. */
const adoptedPollMs = 500;

export function simProcesses({ effects, machine, git, self, variables }: ProcessParts): Processes {
  const { life, chance, faults } = effects;
  const ours = new Set<ModelProcess>();

  async function runGitProgram(args: readonly string[], options: RunOptions): Promise<RunResult> {
    const [command = ''] = args;
    const place = args.at(-1)?.startsWith('http') ? args.at(-1) : options.env?.GIT_DIR;
    const detail = `git ${command} ${place?.slice(place.lastIndexOf('/') + 1) ?? ''}`;
    const [low, high] = gitMs[command] ?? [1, 4];
    const ended = await effects.perform<Ended>({
      kind: gitKinds[command] ?? 'git.read',
      detail,
      there: chance.between(low, high),
      local: true,
      happen: verdict => {
        if (verdict?.do !== 'truncate') return runGit(git, args, options);
        if (command === 'fetch') machine.disk.replace(`${options.env?.GIT_DIR}/objects/pack/tmp_pack_torn`, 'PACK');
        return fatal('early EOF');
      },
      fails: () => fatal(`unable to access '${place}/': Could not resolve host: git.test`),
      lost: () => fatal('the remote end hung up unexpectedly'),
      signal: options.signal,
      deadline: deadlineOf('git', options),
      ...(command === 'fetch' ? { stalls: gitStalls } : {}),
    });
    return resultOf(ended);
  }

  async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    if (command === 'git') return await runGitProgram(args, options);
    const started = Promise.withResolvers<RunResult>();
    await effects.perform({
      kind: 'process.start',
      detail: [command, ...args].join(' ').slice(0, 80),
      there: chance.between(1, 4),
      local: true,
      stalls: startStalls,
      happen: () => {
        const process = machine.start(command, args, options);
        if (process === undefined) throw failure('PROCESS_NOT_FOUND', { command });
        const stdout = (process.behaviour?.output ?? []).map(line => `${line}\n`).join('');
        const stop = life.atEnd(() => machine.signal(process, 'SIGKILL'));
        whenEnded(process, exit => {
          stop();
          started.resolve({ ...exit, stdout: Buffer.from(stdout), stderr: '' });
        });
        const { ms, late } = deadlineOf(command, options);
        const kill = (reason: unknown) => {
          machine.signal(process, 'SIGKILL');
          started.reject(reason);
        };
        life.after(ms, () => process.exit === undefined && kill(late()));
        life.onAbort(options.signal, () => kill(options.signal?.reason));
      },
      fails: () => {
        throw new Error(`spawn ${command} EAGAIN`);
      },
      signal: options.signal,
    });
    return await started.promise;
  }

  function whenEnded(process: ModelProcess, tell: (exit: ExitResult) => void): () => void {
    const told = ({ code, signal }: ExitResult) => life.after(chance.between(0.1, 1), () => tell({ code, signal }));
    if (process.exit !== undefined) told(process.exit);
    else process.listeners.add(told);
    return () => process.listeners.delete(told);
  }

  function spawn(command: string, args: readonly string[], options: Parameters<Processes['spawn']>[2] = {}): Child {
    const pid = machine.register(command);
    life.atEnd(() => machine.end(pid, { code: undefined, signal: 'SIGKILL' }));
    const parts = { world: git, faults, life, directory: options.env?.GIT_DIR ?? '' };
    const child = simChild(effects, pid.pid, io => {
      if (command !== 'git') return modelRenderer(io, faults, life);
      return args.includes('--batch-command') ? catFileBatch(parts, io) : catFileBlob(parts, args.at(-1) ?? '', io);
    });
    void child.exited.then(exit => machine.end(pid, exit));
    life.onAbort(options.signal, () => child.kill('SIGKILL'));
    return child;
  }

  return {
    run,
    spawn,
    startService: (command, args, options) =>
      effects.perform({
        kind: 'process.start',
        detail: [command, ...args].join(' ').slice(0, 80),
        there: chance.between(1, 4),
        local: true,
        stalls: startStalls,
        happen: () => {
          if (machine.disk.find(options.cwd, true)?.type !== 'directory')
            throw failure('PROCESS_NOT_FOUND', { command });
          const process = machine.start(command, args, options);
          if (process === undefined) throw failure('PROCESS_NOT_FOUND', { command });
          ours.add(process);
          return { pid: process.pid, startedAt: process.startedAt };
        },
        fails: () => {
          throw new Error(`spawn ${command} EAGAIN`);
        },
      }),
    isAlive: identity =>
      effects.perform({
        detail: `look at ${identity.pid}`,
        there: 0.05,
        happen: () => machine.isAlive(identity),
        fails: () => false,
      }),
    async waitForExit(identity, signal) {
      signal.throwIfAborted();
      if (!life.alive) return await never();
      const process = machine.find(identity);
      const isOurs = process !== undefined && ours.has(process);
      return await new Promise((resolve, reject) => {
        let cancel = () => {};
        const abort = () => {
          cancel();
          reject(signal.reason);
        };
        const stopListening = life.onAbort(signal, abort);
        const end = (exit: ExitResult) => {
          stopListening();
          resolve(exit);
        };
        const look = () => {
          if (machine.isAlive(identity)) cancel = life.after(adoptedPollMs, look);
          else end({ code: undefined, signal: undefined });
        };
        if (isOurs) cancel = whenEnded(process, end);
        else cancel = life.after(0.1, look);
      });
    },
    signalGroup: (identity, signal) => void (life.alive && machine.signal(identity, signal)),
    user: async name => users.find(user => user.name === name || String(user.uid) === name),
    group: async name => users.find(user => user.name === name || String(user.gid) === name)?.gid,
    self: async () => ({ pid: self.pid, startedAt: self.startedAt }),
    variable: name => variables[name],
  };
}

/** Who there is, on every simulated machine. */
const users = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'web', uid: 1001, gid: 1001, home: '/home/web' },
];

export const passwd = users.map(({ name, uid, gid, home }) => `${name}:x:${uid}:${gid}::${home}:/bin/sh\n`).join('');

function deadlineOf(command: string, { timeoutMs: ms = 60_000 }: RunOptions) {
  return { ms, late: () => failure('PROCESS_TIMEOUT', { command, ms }) };
}

function resultOf({ code, stdout, stderr }: Ended): RunResult {
  return { code, signal: undefined, stdout: Buffer.from(stdout), stderr };
}
