import type { Applied, Desired, Phase, ResourceKey } from '../model/resource.ts';

/** Phases of an ordinary sync; the others have their own occasion (a failure, a deletion). */
export const syncPhases: readonly Phase[] = ['PreSync', 'Sync', 'PostSync'];

/** Phases of the deletion of an application. */
export const teardownPhases: readonly Phase[] = ['PreDelete', 'PostDelete'];

export function hooksOf(desired: readonly Desired[], among: readonly Phase[]): Desired[] {
  return desired.filter(({ hook, phases }) => hook !== undefined && phases.some(phase => among.includes(phase)));
}

/** Hooks whose content is not what ran last: an edited hook is a change like any other. */
export function changedHooks(desired: readonly Desired[], applied: ReadonlyMap<ResourceKey, Applied>): Desired[] {
  return hooksOf(desired, syncPhases).filter(hook => applied.get(hook.key)?.hash !== hook.body.hash);
}
