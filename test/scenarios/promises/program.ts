import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { waitFor } from '../../world/wait.ts';

const program = join(import.meta.dirname, '../../../bin/holdfast');

export interface Program extends AsyncDisposable {
  /** Answers of its API; undefined while it has none. */
  status(name: string): Promise<ApplicationStatus | undefined>;
  /** kill -9, with everything it started but the processes of a machine. */
  kill(): Promise<void>;
  /** To it and all that it started but the processes of a machine. */
  signal(name: NodeJS.Signals): void;
  /** As Ctrl-C does; answers the exit code. */
  stop(): Promise<number | null>;
  printed(): string;
}

export interface ProgramOptions {
  repo: string;
  dataDirectory: string;
  /** Words of the command line about the target, and whatever else. */
  words: readonly string[];
}

/** `bin/holdfast run`, the program itself, to be killed. */
export async function startProgram({ repo, dataDirectory, words }: ProgramOptions): Promise<Program> {
  const run = ['--data-dir', dataDirectory, 'run', '--repo', repo, '--interval', '1s', ...words];
  const env = { ...process.env, HOLDFAST_RENDERER: await buildGo(programs.renderer) };
  // A group of its own: the launcher's end alone would leave the operator running.
  const child = spawn(program, run, { env, detached: true });
  const gone = once(child, 'exit');
  let text = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', piece => {
      text += piece;
    });
  }
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
  };
  const kill = async () => {
    signal('SIGKILL');
    await gone;
  };
  return {
    async status(name) {
      if (!text.includes('its API is at')) return undefined;
      const { url, token } = JSON.parse(await readFile(join(dataDirectory, 'operator.json'), 'utf8'));
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}/api/v1/applications/${name}`, { headers });
      return answer.ok ? ((await answer.json()) as ApplicationStatus) : undefined;
    },
    kill,
    signal,
    async stop() {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
    printed: () => text.slice(-4_000),
    [Symbol.asyncDispose]: kill,
  };
}

/** Waits until the program says so of the application; the error says what it printed. */
export async function untilStatus(
  running: Program,
  name: string,
  check: (status: ApplicationStatus) => boolean,
): Promise<ApplicationStatus> {
  let last: ApplicationStatus | undefined;
  const found = waitFor(`${name} to be as wanted`, async () => {
    last = await running.status(name);
    return last !== undefined && check(last) && last;
  });
  return await found.catch(error => {
    throw new Error(`${error.message}; it is ${JSON.stringify(last?.sync)}; printed: ${running.printed()}`);
  });
}
