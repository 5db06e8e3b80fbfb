import type { Tree } from './tree.ts';

/** More are not told apart. */
const maxDirectories = 5_000;

/** Directories below (and with) the root, as `a/b`, whose content differs between two trees; at most some thousand of them. */
export async function changedDirectories(before: Tree, after: Tree): Promise<Set<string>> {
  const changed = new Set<string>(before.id === after.id ? [] : ['']);
  // Grows while it is walked.
  for (const path of changed) {
    if (changed.size > maxDirectories) break;
    const old = new Map(((await before.list(path)) ?? []).map(entry => [entry.name, entry]));
    const now = new Map(((await after.list(path)) ?? []).map(entry => [entry.name, entry]));
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [one, other] = [old.get(name), now.get(name)];
      const isDirectory = one?.type === 'directory' || other?.type === 'directory';
      if (isDirectory && one?.id !== other?.id) changed.add(path === '' ? name : `${path}/${name}`);
    }
  }
  return changed;
}
