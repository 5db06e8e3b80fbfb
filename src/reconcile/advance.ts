import type { Application } from '../model/application.ts';
import { lockId, mainRevision, sameLock } from '../model/lock.ts';
import type { Controller } from './controller.ts';
import { basisOf, type Declared } from './declare.ts';
import { type ApplicationState, isSeenSinceSync } from './state.ts';

/**
 * Most commits to a repository of many applications are about others. An application that is as Git says, and whose inputs are
 * the same at the new commit, is so at the new commit, too: nothing is rendered, compared or decided anew. Answers whether
 * that is all there is to do.
 */
export async function advance(application: Application, controller: Controller, signal: AbortSignal): Promise<boolean> {
  const { target, env, store } = controller.services;
  const state = controller.find(application.name);
  const declared = state?.declared;
  const beganAt = env.clock.monotonic();
  if (state === undefined || declared === undefined || !isAtRest(application, state, declared)) return false;
  const { lock, quarantined } = await controller.choose(application, signal);
  const { hash } = await target.capabilities(signal);
  if (quarantined !== undefined || declared.basis !== basisOf(application, controller.project(application), hash))
    return false;
  if (!(await declared.holdsAt(lock, signal))) return false;
  // Nothing is waited for from here on: what was true before the first wait may not be any more.
  const isSame = state.declared === declared && controller.catalog.applications.get(application.name) === application;
  if (!isSame || !isAtRest(application, state, declared)) return false;
  // What was compared last may not be what is there by now: a look says so.
  const keys = declared.desired.map(({ key }) => key);
  if (!target.observe(application.name, keys).complete) return false;
  state.declaredAsOf = beganAt;
  state.comparedAsOf = beganAt;
  if (sameLock(declared.lock, lock)) return true;
  state.declared = { ...declared, lock };
  state.healthyLock = lockId(lock);
  state.inForce = lock;
  state.status = { ...state.status, sync: { ...state.status.sync, revision: mainRevision(lock) } };
  store.setFact(application.name, 'lock', lock);
  controller.changed(application.name);
  return true;
}

/** Synced, healthy, and without anything that a look would think about. */
function isAtRest({ dependsOn, sources }: Application, state: ApplicationState, declared: Declared): boolean {
  const { status } = state;
  return (
    state.surveyed &&
    state.operation === undefined &&
    state.gate === undefined &&
    isSeenSinceSync(state) &&
    state.healthyLock === lockId(declared.lock) &&
    declared.problems.length === 0 &&
    status.sync.status === 'Synced' &&
    status.health.status === 'Healthy' &&
    status.conditions.length === 0 &&
    status.nextTryAt === undefined &&
    status.suspended === undefined &&
    status.pinned === undefined &&
    status.quarantined === undefined &&
    dependsOn.length === 0 &&
    sources.length > 0
  );
}
