import { join } from 'node:path';
import { z } from 'zod';
import type { Env, ProcessIdentity } from '../env/env.ts';
import { failure } from '../errors.ts';

const holder = z.object({ pid: z.int(), startedAt: z.string() });

/**
 * Takes the data directory for this process alone: two operators on one would overwrite each other. One that was killed
 * holds nothing. Answers what lets go of it. Throws DATA_DIRECTORY_IN_USE.
 */
export async function holdDirectory(
  env: Pick<Env, 'files' | 'processes'>,
  directory: string,
): Promise<() => Promise<void>> {
  await env.files.makeDirectory(directory, { mode: 0o700 });
  const path = join(directory, 'holder.json');
  const before = await readHolder(env, path);
  if (before !== undefined && (await env.processes.isAlive(before))) {
    throw failure('DATA_DIRECTORY_IN_USE', { directory, pid: before.pid });
  }
  await env.files.writeAtomic(path, JSON.stringify(await env.processes.self()), { mode: 0o600 });
  return () => env.files.remove(path);
}

async function readHolder(env: Pick<Env, 'files'>, path: string): Promise<ProcessIdentity | undefined> {
  try {
    return holder.parse(JSON.parse(Buffer.from(await env.files.read(path, 4096)).toString('utf8')));
  } catch {
    return undefined; // None, or torn by a crash: nobody holds it.
  }
}
