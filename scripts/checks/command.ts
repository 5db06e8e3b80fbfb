import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { outcomeOf, type Step } from './step.ts';

export const root = join(import.meta.dirname, '../..');

export interface CommandOptions {
  /** Relative to the repository's root. */
  directory?: string;
  env?: Record<string, string>;
  /** Takes standard output instead of showing it. */
  onOutput?(piece: string): void;
}

/** Runs a program to its end and answers its exit code. */
export async function runCommand(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  { directory = '.', env = {}, onOutput }: CommandOptions = {},
): Promise<number> {
  const child = spawn(program, args, {
    cwd: join(root, directory),
    env: { ...process.env, ...env },
    stdio: ['ignore', onOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
  });
  if (onOutput !== undefined) child.stdout?.setEncoding('utf8').on('data', onOutput);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise(resolve => {
      child.on('error', error => {
        process.stderr.write(`${program} cannot be started: ${error.message}\n`);
        resolve(127);
      });
      child.on('close', (code, killedBy) => resolve(code ?? 128 + constants.signals[killedBy ?? 'SIGTERM']));
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A step that passes when the program ends with 0. */
export function command(name: string, line: string, options: CommandOptions = {}): Step {
  const [program = '', ...args] = line.split(' ');
  return { name, run: async signal => outcomeOf(await runCommand(program, args, signal, options)) };
}
