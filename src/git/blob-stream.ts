import type { GitProgram } from './program.ts';

/** Pieces of a blob, from a git process that lives as long as somebody reads. */
export async function* streamBlob(
  git: GitProgram,
  directory: string,
  id: string,
  signal: AbortSignal,
  unreadable: () => Error,
): AsyncGenerator<Uint8Array> {
  const child = await git.spawn({ command: 'cat-file', options: ['blob'], operands: [id], directory });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    yield* child.stdout;
    signal.throwIfAborted();
    const { code } = await child.exited;
    if (code !== 0) throw unreadable();
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}
