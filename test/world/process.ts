import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export interface Started {
  pid: number;
  /** Undefined while it runs; then how it ended. */
  ended(): string | undefined;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end, insists after the grace, and returns when it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** Ends it as a crash would, and returns when it is gone. */
  kill(): Promise<void>;
  /** The end of what it printed. */
  printed(): Promise<string>;
}

export interface StartOptions {
  program: string;
  args: readonly string[];
  log: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Starts a program that writes to a log file. We hold its standard input: it sees when we are gone. */
export function startProcess({ program, args, log, cwd, env = process.env }: StartOptions): Started {
  const output = openSync(log, 'a');
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', output, output] });
  closeSync(output);
  let failure: string | undefined;
  child.on('error', error => {
    failure = error.message;
  });
  // Neither the process nor the pipe to it keeps a test run alive that is otherwise done.
  child.unref();
  child.stdin?.on('error', () => {});
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();

  const ended = () => failure ?? (hasEnded(child) ? `ended with ${child.signalCode ?? child.exitCode}` : undefined);

  return {
    pid: child.pid ?? -1,
    ended,
    signal: name => void child.kill(name),
    async stop(graceMs = 10_000) {
      if (ended() !== undefined) return;
      const gone = once(child, 'exit');
      child.ref();
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(insist);
    },
    async kill() {
      if (ended() !== undefined) return;
      const gone = once(child, 'exit');
      child.ref();
      child.kill('SIGKILL');
      await gone;
    },
    async printed() {
      return (await readFile(log, 'utf8').catch(() => '')).slice(-4000);
    },
  };
}

/**
 * The same for programs that cannot look at their standard input: the kernel kills them when we are gone.
 * `setpriv` is part of util-linux, which every Linux distribution has.
 */
export function startTiedProcess({ program, args, ...rest }: StartOptions): Started {
  return startProcess({ ...rest, program: 'setpriv', args: ['--pdeathsig', 'KILL', '--', program, ...args] });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The output of a program that ends by itself; throws with what it printed if it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { input?: string | Uint8Array; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Buffer> {
  const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', chunk => out.push(chunk));
  child.stderr.on('data', chunk => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  if (code === 0) return Buffer.concat(out);
  throw new Error(`${program} ${args.slice(0, 3).join(' ')} ended with ${code}: ${Buffer.concat([...err, ...out])}`);
}
