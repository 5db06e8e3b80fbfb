import type { Application } from '../model/application.ts';
import { type Lock, sameLock } from '../model/lock.ts';
import type { Desired } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';
import { hooksOf, syncPhases } from '../plan/hooks.ts';
import type { Controller } from './controller.ts';

/**
 * Whether the newest sync has something left to do though all resources are as declared: it ended before all hooks had
 * their turn, whether it failed, gave way to something newer, or Holdfast was stopped. Repairs and trials are no syncs in
 * this sense. One that is not to be taken up again is closed: it is over.
 */
export function isUnfinished(
  application: Application,
  controller: Controller,
  lock: Lock,
  desired: readonly Desired[],
): boolean {
  const { store } = controller.services;
  const state = controller.stateOf(application);
  const shown = state.status.operation;
  if (state.operation !== undefined || (shown?.result === 'succeeded' && isDelivery(shown))) return false;
  const history = store.history(application.name, application.historyLimit);
  const last = history.find(isDelivery);
  const isOurs = last?.startedBy === 'automated';
  const isResumable =
    isOurs &&
    sameLock(last.lock, lock) &&
    application.policy.automated !== undefined &&
    !controller.isSuspended(application);
  for (const one of history)
    if (one.result === 'running' && !(isResumable && one === last)) close(one, application, controller);
  if (!isOurs || last.result === 'succeeded') return false;
  if (isResumable && last.result === 'running') return true;
  return hooksOf(desired, syncPhases).some(hook => !hasRun(hook, last));
}

/** What ran before a sync, as far as the store knows. */
export function deliveredBefore({ id }: Sync, { name, historyLimit }: Application, { services }: Controller) {
  const history = services.store.history(name, historyLimit);
  return history.find(one => one.id !== id && one.result === 'succeeded' && isDelivery(one))?.lock;
}

function isDelivery({ startedBy, dryRun }: Sync): boolean {
  return startedBy !== 'self-heal' && !dryRun;
}

function close(sync: Sync, application: Application, controller: Controller): void {
  const { store, env } = controller.services;
  const state = controller.stateOf(application);
  const message = 'Holdfast was stopped before it ended';
  const closed: Sync = { ...sync, result: 'superseded', message, endedAt: env.clock.now() };
  store.saveSync(closed, application.historyLimit);
  if (state.status.operation === undefined || state.status.operation.id === sync.id)
    state.status = { ...state.status, operation: closed };
}

function hasRun({ key }: Desired, { results }: Sync): boolean {
  return results.some(({ key: other, action, result }) => other === key && action === 'run' && result === 'succeeded');
}
