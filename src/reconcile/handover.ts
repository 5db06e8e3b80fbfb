import type { Application } from '../model/application.ts';
import type { Comparison } from '../model/plan.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Controller } from './controller.ts';
import type { ApplicationState } from './state.ts';

/**
 * Longest time that deletes wait for other applications to be looked at, and read: a render that hangs has its own deadline
 * and a second try within it. One that stays unreadable holds up nobody for longer.
 */
const patienceMs = 90_000;
const lookAgainMs = 100;
const longestPauseMs = 5_000;

/**
 * One commit may move a resource from one application to another, or rename an application. Then the new one takes over
 * what is there, and the former one must not delete it before. Says of each row which other application has a claim.
 */
export function markClaims(name: string, rows: readonly Comparison[], controller: Controller): void {
  for (const row of rows) {
    if (row.sharedWith !== undefined && !mayDeclare(row.sharedWith, row.key, controller)) delete row.sharedWith;
    if (row.state !== 'extra') continue;
    const heir = heirOf(name, row.key, controller);
    if (heir !== undefined) row.sharedWith = heir;
  }
}

/** An application that is not known well enough may declare anything. */
function mayDeclare(name: string, key: ResourceKey, controller: Controller): boolean {
  if (!controller.catalog.applications.has(name)) return false;
  const declared = controller.find(name)?.declared;
  return declared === undefined || declared.desired.some(desired => desired.key === key);
}

function heirOf(name: string, key: ResourceKey, controller: Controller): string | undefined {
  for (const other of controller.catalog.applications.keys()) {
    const declared = other === name ? undefined : controller.find(other)?.declared;
    if (declared?.desired.some(desired => desired.key === key && desired.hook === undefined)) return other;
  }
  return undefined;
}

/**
 * Whether deletes have to wait, because an application that may have a claim is about to be looked at. Looks again soon
 * then; for a short time only.
 */
export function awaitsHeirs(state: ApplicationState, controller: Controller): boolean {
  const now = controller.services.env.clock.monotonic();
  state.deletesSince ??= now;
  const { deletesSince } = state;
  const isLate = now - deletesSince > patienceMs;
  const isBehind = (other: Application) => {
    if (other.name === state.name) return false;
    const seenAt = controller.find(other.name)?.declaredAsOf;
    if (seenAt === undefined || (controller.queue.has(other.name) && seenAt < deletesSince)) return true;
    // A commit may be known before all that it is about are told of it.
    return other.sources.some(source => seenAt < controller.locks.movedAt(source));
  };
  if (isLate || ![...controller.catalog.applications.values()].some(isBehind)) {
    delete state.deletesSince;
    return false;
  }
  controller.queue.addAfter(state.name, Math.min(longestPauseMs, Math.max(lookAgainMs, (now - deletesSince) / 2)));
  return true;
}
