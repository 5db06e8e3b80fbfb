import { posix } from 'node:path';
import type { FileSpec } from '../../targets/machine/spec.ts';
import type { Permission } from './appspec-file.ts';

/** What is installed: files, and the directories that come with them. */
export type Installed = Map<string, FileSpec>;

/**
 * Applies the `permissions` section, as CodeDeploy's agent does: an `object` that is an installed file is that file; one that
 * is a directory is what is installed below it, all of it (`**`) or, by a pattern of `*`, what lies directly in it.
 * Directories become resources of their own only by this. Answers what is wrong, by the index of the permission.
 */
export function applyPermissions(
  installed: Installed,
  directories: ReadonlySet<string>,
  permissions: readonly Permission[],
): { error?: { index: number; reason: string }; unused: string[] } {
  const unused: string[] = [];
  const set = new Set<string>();
  for (const [index, permission] of permissions.entries()) {
    const object = posix.normalize(permission.object).replace(/(.)\/$/, '$1');
    const found =
      installed.has(object) && !directories.has(object) ? [object] : below(object, installed, directories, permission);
    if (installed.get(object)?.type === 'file') {
      if (permission.pattern !== '**' || permission.except.length > 0)
        return { error: { index, reason: `${object} is a file: pattern and except are for directories` }, unused };
      if (!permission.type.includes('file')) continue;
    }
    if (found.length === 0) unused.push(permission.object);
    for (const path of found) {
      if (set.has(path)) return { error: { index, reason: `permissions of ${path} are set more than once` }, unused };
      set.add(path);
      const before = installed.get(path) ?? { path, type: 'directory', mode: 0o755, exists: 'overwrite' };
      const { owner, group, mode } = permission;
      installed.set(path, {
        ...before,
        mode: mode ?? before.mode,
        ...(owner === undefined ? {} : { owner }),
        ...(group === undefined ? {} : { group }),
      });
    }
  }
  return { unused };
}

function below(
  object: string,
  installed: Installed,
  directories: ReadonlySet<string>,
  { pattern, except, type }: Permission,
): string[] {
  const prefix = object === '/' ? '/' : `${object}/`;
  const candidates = [
    ...(type.includes('directory') ? directories : []),
    ...(type.includes('file')
      ? [...installed.values()].filter(({ type }) => type === 'file').map(({ path }) => path)
      : []),
  ];
  return candidates.filter(path => {
    if (!path.startsWith(prefix)) return false;
    const name = path.slice(prefix.length);
    return (pattern === '**' || matchesGlob(name, pattern)) && !except.some(glob => matchesGlob(name, glob));
  });
}

/** `*` stands for any characters of one name; nothing else is special. Linear in both lengths, however many stars. */
export function matchesGlob(name: string, pattern: string): boolean {
  if (name.includes('/')) return false;
  let [n, p, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
