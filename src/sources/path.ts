/**
 * The names along a path in a tree; [] for the root, undefined for what can be in no tree (`..`, absolute, NUL).
 * `.` and doubled slashes say nothing and are dropped.
 */
export function pathNames(path: string): string[] | undefined {
  if (path.startsWith('/') || path.includes('\0')) return undefined;
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  return names.includes('..') ? undefined : names;
}

/** Order of `Tree.list`: by code units, the same on every machine. */
export function byName(a: { name: string }, b: { name: string }): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
