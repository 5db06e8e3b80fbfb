import type { Repository } from '../git/repository.ts';
import type { Source } from '../model/application.ts';
import { changedDirectories } from '../sources/changed.ts';
import { pathNames } from '../sources/path.ts';
import type { Controller } from './controller.ts';
import type { UsedRepositories } from './used-repositories.ts';

/**
 * Of these applications, those in whose own directories something differs between where they are and what Git says now. Only a
 * guess of who is to be looked at first: what comes from elsewhere (a shared base) is found when the others are looked at.
 */
export async function touched(
  names: readonly string[],
  repository: Repository,
  controller: Controller,
  used: UsedRepositories,
  signal: AbortSignal,
): Promise<string[]> {
  const changes = new Map<string, Promise<ReadonlySet<string>>>();
  const changed = (before: string, after: string) => {
    const known = changes.get(`${before} ${after}`) ?? compare(repository, before, after, signal);
    changes.set(`${before} ${after}`, known);
    return known;
  };
  const revisions = new Map<string, string | undefined>();
  /** What Git says now of sources like this one; undefined where they are of other repositories. */
  async function revisionOf(source: Source): Promise<string | undefined> {
    const key = [source.repoURL, source.targetRevision, source.tagPrefix, source.chart].join(' ');
    if (!revisions.has(key)) {
      const isOurs = used.of(source)?.url === repository.url;
      revisions.set(key, isOurs ? (await controller.locks.resolveSource(source, signal)).revision : undefined);
    }
    return revisions.get(key);
  }

  const found: string[] = [];
  for (const name of names) {
    const application = controller.catalog.applications.get(name);
    const lock = controller.find(name)?.declared?.lock;
    if (application === undefined || lock === undefined) continue;
    for (const [i, source] of application.sources.entries()) {
      const before = lock.sources[i]?.revision;
      const after = await revisionOf(source);
      if (before === undefined || after === undefined || before === after) continue;
      const path = pathNames(source.path)?.join('/') ?? '';
      if (!(await changed(before, after)).has(path)) continue;
      found.push(name);
      break;
    }
  }
  return found;
}

async function compare(repository: Repository, before: string, after: string, signal: AbortSignal) {
  return await changedDirectories(await repository.tree(before, signal), await repository.tree(after, signal));
}
