import type { Applied, Desired, Phase, ResourceKey } from '../model/resource.ts';

/** Phases of an ordinary sync; the others have their own occasion (a failure, a deletion). */
const syncPhases: readonly Phase[] = ['PreSync', 'Sync', 'PostSync'];

export function hooksOf(desired: readonly Desired[], among: readonly Phase[]): Desired[] {
  return desired.filter(({ hook, phases }) => hook !== undefined && phases.some(phase => among.includes(phase)));
}

/**
 * Hooks whose content is not what ran last: an edited hook is a change like any other.
 * Where nothing at all is remembered of the application (a new store), hooks are taken as having run.
 */
export function changedHooks(desired: readonly Desired[], applied: ReadonlyMap<ResourceKey, Applied>): Desired[] {
  if (applied.size === 0) return [];
  return hooksOf(desired, syncPhases).filter(hook => applied.get(hook.key)?.hash !== hook.body.hash);
}
