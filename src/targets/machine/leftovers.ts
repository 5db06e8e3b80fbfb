import { posix } from 'node:path';
import { temporaryFile } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { MachineContext } from './context.ts';

/** Removes the halves of files that an earlier Holdfast was killed over, beside those that it had written down before. */
export async function removeLeftovers(machine: MachineContext, signal: AbortSignal): Promise<void> {
  const { env, inventory, roots } = machine;
  const directories = new Set<string>();
  for (const { files } of inventory.all()) for (const path of Object.keys(files)) directories.add(posix.dirname(path));
  for (const directory of directories) {
    signal.throwIfAborted();
    try {
      if (!(await roots.allows(directory))) continue;
      for (const name of (await env.files.list(directory)).filter(one => temporaryFile.test(one)))
        await env.files.remove(await roots.resolve(`${directory}/${name}`));
    } catch (error) {
      env.log.warn('half a file could not be removed', { directory, reason: asFailure(error).message });
    }
  }
}
