import type { Env, ProcessIdentity } from '../../env/env.ts';
import { HoldfastError } from '../../errors.ts';

/**
 * A mark in the environment of every process that is started here. It finds a process again that nothing was written down
 * about: Holdfast was killed right after the start, or its inventory was damaged.
 */
export const markName = 'HOLDFAST_MARK';

export interface Marked {
  mark: string;
  identity: ProcessIdentity;
}

const maxEnvironBytes = 2 * 1024 * 1024;

/** All running processes that lead a session and bear a mark beginning with `prefix`. Those of other users cannot be seen, unless root looks. */
export async function findMarked(env: Env, prefix: string): Promise<Marked[]> {
  const found: Marked[] = [];
  for (const name of await env.files.list('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environ = await env.files.read(`/proc/${name}/environ`, maxEnvironBytes);
      const needle = `${markName}=${prefix}`;
      const entry = new TextDecoder()
        .decode(environ)
        .split('\0')
        .find(text => text.startsWith(needle));
      if (entry === undefined) continue;
      const stat = new TextDecoder().decode(await env.files.read(`/proc/${name}/stat`, 4_096));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Children inherit the mark; the one that was started here leads its own session.
      if (fields[3] !== name) continue;
      found.push({
        mark: entry.slice(markName.length + 1),
        identity: { pid: Number(name), startedAt: fields[19] ?? '' },
      });
    } catch (error) {
      // It ended meanwhile, or belongs to somebody else. Anything else may hide one of ours, which would be started twice.
      if (!isGone(error)) throw error;
    }
  }
  return found;
}

function isGone(error: unknown): boolean {
  if (error instanceof HoldfastError) return error.code === 'FILE_NOT_FOUND';
  return error instanceof Error && 'code' in error && ['ESRCH', 'EACCES', 'EPERM'].includes(String(error.code));
}
