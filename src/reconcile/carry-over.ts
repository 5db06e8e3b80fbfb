import type { Application } from '../model/application.ts';
import { type Lock, lockId, sameLock } from '../model/lock.ts';
import type { Controller } from './controller.ts';
import { workOf } from './declare.ts';

/**
 * A commit that changes nothing of this application is no reason to end its pin, or to try again what failed: both go over
 * to the new commit. Compared once a commit, and only where there is a pin or a quarantine.
 */
export async function carryOver(
  controller: Controller,
  application: Application,
  wanted: Lock,
  signal: AbortSignal,
): Promise<void> {
  const { store } = controller.services;
  const { name } = application;
  const state = controller.stateOf(application);
  if (state.carriedTo === lockId(wanted)) return;
  // The comparison takes time: what a person has ended or suspended meanwhile is not to come back with its result.
  const { pinned } = store.override(name);
  if (pinned !== undefined && (await saysTheSame(controller, application, pinned.over, wanted, signal))) {
    const { pinned: now, ...rest } = store.override(name);
    if (now !== undefined && now.at === pinned.at && sameLock(now.over, pinned.over))
      store.setOverride(name, { ...rest, pinned: { ...now, over: wanted } });
  }
  const failed = store.quarantine(name).at(-1);
  if (failed?.lock !== undefined && (await saysTheSame(controller, application, failed.lock, wanted, signal))) {
    const now = store.quarantine(name).find(({ revision, at }) => revision === failed.revision && at === failed.at);
    if (now !== undefined) store.setQuarantine(name, { ...now, revision: lockId(wanted), lock: wanted });
  }
  state.carriedTo = lockId(wanted);
}

/** Two different locks that come to the very same resources. One that cannot be rendered says nothing of the kind. */
async function saysTheSame(
  controller: Controller,
  application: Application,
  before: Lock,
  now: Lock,
  signal: AbortSignal,
): Promise<boolean> {
  if (sameLock(before, now)) return false;
  try {
    const old = await controller.declare(application, before, signal);
    const fresh = await controller.declare(application, now, signal);
    return workOf(application, old.desired) === workOf(application, fresh.desired);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
