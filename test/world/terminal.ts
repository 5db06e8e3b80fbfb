import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Terminal extends AsyncDisposable {
  /** All that was shown, with what a terminal is told left in it. */
  shown(): string;
  /** Undefined while the command runs; then its exit status. */
  ended(): number | undefined;
  /** `\x03` is Ctrl-C: everything in the foreground gets the signal. */
  type(keys: string): void;
}

/** Runs a shell's command on a terminal of its own, made by `script` (util-linux). */
export function startInTerminal(command: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Terminal {
  const env = { ...options.env, SHELL: '/bin/sh' };
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    ...options,
    env,
  });
  let shown = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (shown += text));
  child.stdin.on('error', () => {});
  const gone = once(child, 'exit');
  return {
    shown: () => shown,
    ended: () => child.exitCode ?? undefined,
    type: keys => void child.stdin.write(keys),
    async [Symbol.asyncDispose]() {
      // The terminal goes with `script`, and what runs on it gets a hangup.
      child.kill('SIGTERM');
      await gone;
    },
  };
}
