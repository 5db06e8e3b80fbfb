import { maxSatisfying, parse } from 'semver';
import { plainRange } from '../git/revision.ts';

/** The one of the versions that was meant: exactly that one, with or without `v`, or the newest in the range. '' is the newest release. */
export function chooseVersion(wanted: string, versions: readonly string[]): string | undefined {
  if (versions.includes(wanted)) return wanted;
  // With its build metadata, which `1.0.0+a` and `1.0.0+b` differ in.
  const bare = (version: string) => version.replace(/^v/, '');
  const same = versions.find(version => bare(version) === bare(wanted));
  if (same !== undefined) return same;
  const usable = versions.filter(version => parse(version) !== null);
  return maxSatisfying(usable, wanted === '' ? '*' : plainRange(wanted)) ?? undefined;
}

/** Names of charts become parts of URLs and paths. */
export function isChartName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,199}$/.test(name) && !name.includes('..');
}
