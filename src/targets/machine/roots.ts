import { posix } from 'node:path';
import type { Files } from '../../env/env.ts';
import { failure, HoldfastError } from '../../errors.ts';

export interface Roots {
  /** Why a path may not be declared, by its text alone; undefined when it may. */
  objection(path: string): string | undefined;
  /**
   * The same place with all links of its parents resolved, fit to be written to. Throws MACHINE_PATH_FORBIDDEN when it lies
   * outside of the allowed roots or in Holdfast's own directories. The last step is not looked at: it is never followed.
   */
  resolve(path: string): Promise<string>;
  /** Whether the files in this directory may be looked at: it lies, links resolved, in the roots or in the releases. */
  allows(directory: string): Promise<boolean>;
  /** By its text alone: in a root, or in the releases, and none of those itself. */
  isBelowRoot(directory: string): boolean;
}

/** Of errors that say something of the path; any other says something of the disk. */
const leadsNowhere: ReadonlySet<string> = new Set(['FILE_NOT_FOUND', 'ELOOP', 'EACCES', 'EPERM', 'ENAMETOOLONG']);

function inside(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}

export interface RootsOptions {
  /** Where files may be put. */
  allowed: readonly string[];
  /** Holdfast's own directories: never. */
  closed: readonly string[];
  /** Where Holdfast itself puts the files of revisions. */
  releases: string;
}

export function createRoots(files: Files, { allowed, closed, releases }: RootsOptions): Roots {
  const forbid = (path: string, reason: string) => failure('MACHINE_PATH_FORBIDDEN', { path, reason });

  /** Where the configured directories really are. They are the operator's: once found, they are taken to stay there. */
  const found = new Map<string, string>();
  async function real(paths: readonly string[]): Promise<string[]> {
    for (const path of paths) {
      if (found.has(path)) continue;
      const place = await existing(path);
      if (place !== undefined) found.set(path, place);
    }
    return paths.map(path => found.get(path) ?? path);
  }

  /** With every link resolved; undefined when there is nothing. */
  async function existing(path: string): Promise<string | undefined> {
    try {
      return await files.realPath(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (leadsNowhere.has(code)) return undefined;
      throw error;
    }
  }

  function objection(path: string): string | undefined {
    if (!path.startsWith('/')) return 'it is not absolute';
    if (path.includes('\0')) return 'it holds a NUL byte';
    if (posix.normalize(path) !== path || path.endsWith('/')) return 'it is not in its plain form (.., . or // in it)';
    if (!allowed.some(root => inside(path, root) && path !== root))
      return `it is outside of the allowed roots (${allowed.join(', ') || 'there are none'})`;
    if (closed.some(directory => inside(path, directory) || inside(directory, path)))
      return "it is one of Holdfast's own directories";
    return undefined;
  }

  async function resolve(path: string): Promise<string> {
    const reason = objection(path);
    if (reason !== undefined) throw forbid(path, reason);
    let parent = posix.dirname(path);
    while (parent !== '/' && (await files.stat(parent)) === undefined) parent = posix.dirname(parent);
    const realParent = await existing(parent);
    if (realParent === undefined) throw forbid(path, `${parent} is a link that leads nowhere`);
    if ((await files.stat(realParent))?.type !== 'directory') throw forbid(path, `${parent} is not a directory`);
    const place = posix.join(realParent, posix.relative(parent, path));
    if (!(await real(allowed)).some(root => inside(place, root) && place !== root))
      throw forbid(path, 'a symbolic link on the way leads out of the allowed roots');
    if ((await real(closed)).some(directory => inside(place, directory)))
      throw forbid(path, "a symbolic link on the way leads into Holdfast's own directories");
    return place;
  }

  async function allows(directory: string): Promise<boolean> {
    if (!inside(directory, releases)) {
      return await resolve(`${directory}/-`).then(
        () => true,
        (error: unknown) => {
          // What cannot be told is not to be taken for a no: nobody would look at its files any more.
          if (error instanceof HoldfastError && error.code === 'MACHINE_PATH_FORBIDDEN') return false;
          throw error;
        },
      );
    }
    const place = await existing(directory);
    const [home = releases] = await real([releases]);
    return place !== undefined && inside(place, home);
  }

  return {
    objection,
    resolve,
    allows,
    isBelowRoot: path => [...allowed, releases].some(root => path !== root && inside(path, root)),
  };
}
