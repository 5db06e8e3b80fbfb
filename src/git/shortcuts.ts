import type { Env } from '../env/env.ts';
import { parentsOf } from './commit-object.ts';
import type { MirrorRef } from './mirror-directory.ts';
import type { Objects } from './objects.ts';

/** Commits looked at one by one; what is further away is left to `git merge-base`. */
const maxSteps = 50;
const maxCommitBytes = 1024 * 1024;

/** What mostly can be told from the disk and the git process that runs already: a program takes 10 ms to start. */
export interface Shortcuts {
  /** The ref, when it is in a file of its own: after a fetch it is. Throws GIT_OBJECT_INVALID when it names what is not there. */
  ref(name: string): Promise<MirrorRef | undefined>;
  /** Whether `ancestor` was found within a few steps from `descendant`; otherwise nothing is known. */
  isNearAncestor(ancestor: string, descendant: string): Promise<boolean>;
}

export function createShortcuts(env: Pick<Env, 'files'>, directory: string, objects: Objects): Shortcuts {
  return {
    async ref(name) {
      const content = await env.files
        .read(`${directory}/${name}`, 1024, { noFollow: true })
        .catch(() => new Uint8Array());
      const id = /^([0-9a-f]{40})\n$/.exec(Buffer.from(content).toString('latin1'))?.[1];
      if (id === undefined) return undefined;
      const commit = (await objects.info(`${id}^{commit}`))?.id;
      if (commit === undefined && (await objects.info(id)) === undefined) throw objects.invalid(id, 'it is missing');
      return { id, commit };
    },
    async isNearAncestor(ancestor, descendant) {
      const seen = new Set([descendant]);
      for (const id of seen) {
        if (id === ancestor) return true;
        if (seen.size > maxSteps) return false;
        // What is not there, or is damaged, is for git to say.
        const { type, size = 0 } = (await objects.info(id)) ?? {};
        if (type !== 'commit' || size > maxCommitBytes) return false;
        const parents = parentsOf(await objects.content(id, 'commit', maxCommitBytes));
        for (const parent of parents) seen.add(parent);
      }
      return false;
    },
  };
}
