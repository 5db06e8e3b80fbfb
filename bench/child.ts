import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A part of the benchmark in a process of its own, so that its work is neither ours nor Holdfast's. It ends when we do. */
export interface BenchChild extends AsyncDisposable {
  pid: number;
  /** The next message from it. Throws when it ends instead, when it says `{error}`, or at the deadline. */
  answer<T extends object>(deadlineMs: number): Promise<T>;
  tell(message: object | string): void;
}

/** `file` is relative to this directory. */
export function startChild(file: string, args: readonly string[] = []): BenchChild {
  const path = join(import.meta.dirname, file);
  const child: ChildProcess = fork(path, args, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? -1,
    tell: message => void child.send(message),
    async answer<T extends object>(deadlineMs: number): Promise<T> {
      const end = new AbortController();
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(deadlineMs)]);
      try {
        const ended = once(child, 'exit', { signal }).then(([code]) => {
          throw new Error(`${file} ended with ${code}`);
        });
        const [message] = await Promise.race([once(child, 'message', { signal }), ended]).catch(error => {
          throw signal.aborted ? new Error(`${file} did not answer within ${deadlineMs / 1_000} s`) : error;
        });
        const answer = message as T | { error: string };
        if ('error' in answer && typeof answer.error === 'string') throw new Error(`${file}: ${answer.error}`);
        return answer as T;
      } finally {
        end.abort();
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await gone;
    },
  };
}
