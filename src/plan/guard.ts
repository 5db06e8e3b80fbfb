import type { SyncPolicy } from '../model/application.ts';
import type { Comparison } from '../model/plan.ts';

/** So few deletes are never a mass: small applications stay easy to change. */
const neverAMass = 3;

/**
 * No unjustified delete: an empty render, or one that drops most of what runs, is more often a mistake than a wish.
 * Answers why the deletes wait for a person, or undefined when they may go.
 */
export function guardDeletes(rows: readonly Comparison[], deletes: number, policy: SyncPolicy): string | undefined {
  if (deletes === 0) return undefined;
  const own = rows.filter(({ desired }) => !desired?.implied);
  const inventory = own.filter(({ live }) => live !== undefined).length;
  const declared = own.some(({ desired }) => desired !== undefined);
  if (!declared && policy.automated?.allowEmpty !== true) {
    return `nothing is declared any more; deleting all ${inventory} resources waits for a person (or allowEmpty)`;
  }
  if (deletes > neverAMass && deletes > inventory * policy.maxDeleteShare) {
    const percent = Math.round(policy.maxDeleteShare * 100);
    return `${deletes} of ${inventory} resources would be deleted, more than the ${percent} % that the guard allows`;
  }
  return undefined;
}
