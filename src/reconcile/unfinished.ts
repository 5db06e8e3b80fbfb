import type { Application } from '../model/application.ts';
import { type Lock, sameLock } from '../model/lock.ts';
import type { Desired } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';
import { hooksOf, syncPhases } from '../plan/hooks.ts';
import type { Controller } from './controller.ts';

/**
 * Whether the newest sync has something left to do though all resources are as declared: Holdfast was stopped before it
 * ended, or it failed before all of its hooks had their turn. One that is not to be taken up again is closed: it is over.
 */
export function isUnfinished(
  application: Application,
  controller: Controller,
  lock: Lock,
  desired: readonly Desired[],
): boolean {
  const { store, env } = controller.services;
  const state = controller.stateOf(application);
  if (state.operation !== undefined || state.status.operation?.result === 'succeeded') return false;
  const last = store.history(application.name, 1)[0];
  if (last === undefined) return false;
  const isOurs = last.startedBy === 'automated' && sameLock(last.lock, lock) && !last.dryRun;
  if (last.result === 'failed') return isOurs && hooksOf(desired, syncPhases).some(hook => !hasRun(hook, last));
  if (last.result !== 'running') return false;
  if (isOurs && application.policy.automated !== undefined && !controller.isSuspended(application)) return true;
  const closed: Sync = {
    ...last,
    result: 'superseded',
    message: 'Holdfast was stopped before it ended',
    endedAt: env.clock.now(),
  };
  store.saveSync(closed, application.historyLimit);
  state.status = { ...state.status, operation: closed };
  return false;
}

function hasRun({ key }: Desired, { results }: Sync): boolean {
  return results.some(({ key: other, action, result }) => other === key && action === 'run' && result === 'succeeded');
}
