import type { Application, Condition } from '../model/application.ts';
import { type Lock, sameLock } from '../model/lock.ts';
import type { Comparison, Plan } from '../model/plan.ts';
import { describeResource, parseResourceKey } from '../model/resource.ts';
import { compare } from '../plan/compare.ts';
import { hooksOf, teardownPhases } from '../plan/hooks.ts';
import { type PlanRequest, plan } from '../plan/plan.ts';
import type { Controller } from './controller.ts';
import { awaitsHeirs, markClaims, noteDropped } from './handover.ts';
import { withNextStep } from './next-steps.ts';

const lookAgainMs = 5_000;
/** Of a sync that deletes: of no revision. */
export const emptyLock: Lock = { sources: [] };

/**
 * An application that is no longer declared: what runs is deleted or let go, as its declaration said while there was one.
 * One that left no trace in the store (a lost store) is left alone: nothing is deleted on a guess.
 */
export async function teardown(name: string, controller: Controller, signal: AbortSignal): Promise<void> {
  const { services } = controller;
  const application = services.store.fact(name, 'declaration') as Application | undefined;
  const state = controller.find(name);
  if (application === undefined) {
    if (state !== undefined) await controller.drop(name);
    return;
  }
  if (application.cascade === false) {
    await controller.cancel(name, 'its declaration is gone');
    controller.tell(name, 'prune', 'is no longer declared; what it delivered stays', 'git', {
      action: 'application.forgotten',
      detail: { orphan: true },
    });
    return await controller.drop(name);
  }
  if (state?.operation !== undefined && state.operation.lock !== '')
    await controller.cancel(name, 'its declaration is gone');
  const isUnderWay = controller.find(name)?.operation !== undefined;
  if (state !== undefined) tell(application, controller, isUnderWay ? [] : undefined);
  if (isUnderWay) return;
  await services.target.cover(name, [], signal);
  // All kinds of which it had something have to be seen: what cannot be seen is not gone.
  const observation = services.target.observe(name, [...services.store.applied(name).keys()]);
  if (!observation.complete) return controller.queue.addAfter(name, lookAgainMs);
  const known = controller.stateOf(application);
  const rows = rowsOf(name, controller);
  noteDropped(known, rows, services.env.clock.monotonic());
  const later = plan({ ...requestOf(application), rows, hooks: [] });
  if (awaitsHeirs(known, later, controller))
    return tell(application, controller, [...forPerson(name, later), ...forOthers(later)]);
  const planned = await planTeardown(application, controller, signal);
  if (planned.groups.every(({ steps }) => steps.length === 0)) {
    if (planned.heldBack.some(({ confirmable }) => confirmable))
      return tell(application, controller, forPerson(name, planned));
    const left = planned.heldBack.length === 0 ? '' : `; ${planned.heldBack.length} resources stay, as they ask to`;
    controller.tell(name, 'prune', `is no longer declared, and deleted${left}`, 'git', {
      action: 'application.forgotten',
    });
    return await controller.drop(name);
  }
  const cascaded: Application = {
    ...application,
    policy: { ...application.policy, options: { ...application.policy.options, propagation: application.cascade } },
  };
  if (stillWaits(controller, name)) return;
  tell(application, controller, []);
  await controller.start(cascaded, {
    plan: planned,
    lock: emptyLock,
    desired: [],
    reason: 'it is no longer declared',
    startedBy: 'automated',
    dryRun: false,
    byPerson: false,
    heal: false,
  });
}

/** What may only go with a person's word keeps its application listed: there is a name to say it about. */
function forPerson(name: string, { heldBack }: Plan): Condition[] {
  return heldBack
    .filter(({ confirmable }) => confirmable)
    .map(({ key, reason }) => {
      const what = describeResource(parseResourceKey(key));
      const message = `no longer declared; ${what}: ${reason}, with holdfast delete ${name}`;
      return { type: 'HeldBack', level: 'warning', message, advice: 'Delete it, or declare it in Git again.' };
    });
}

function forOthers({ groups }: Plan): Condition[] {
  if (groups.every(({ steps }) => steps.length === 0)) return [];
  const message = 'no longer declared; it is deleted once it is known that no other application declares any of it';
  return [{ type: 'WaitsForOthers', level: 'warning', message }];
}

/** That it is no longer declared, and what it waits for: what was said last, where nothing new is. */
function tell(application: Application, controller: Controller, conditions?: readonly Condition[]): void {
  const state = controller.stateOf(application);
  const { undeclared, conditions: before } = state.status;
  const said = conditions?.map(withNextStep) ?? (undeclared === true ? before : []);
  if (undeclared === true && JSON.stringify(before) === JSON.stringify(said)) return;
  state.status = { ...state.status, undeclared: true, conditions: said };
  controller.changed(application.name);
}

/** Deleting an application is applying nothing: the same plan, with all that is live in the place of what Git dropped. */
export async function planTeardown(
  application: Application,
  controller: Controller,
  signal: AbortSignal,
  confirmed = false,
): Promise<Plan> {
  const { store, target } = controller.services;
  const { name } = application;
  const lock = store.fact(name, 'lock') as Lock | undefined;
  let hooks = hooksOf(controller.find(name)?.declared?.desired ?? [], teardownPhases);
  if (hooks.length === 0 && controller.find(name)?.declared === undefined && lock !== undefined) {
    // Without its manifests an application can still be deleted; only its own words on the occasion are lost.
    const declared = await controller.declare(application, lock, signal).catch(() => undefined);
    signal.throwIfAborted();
    hooks = hooksOf(declared?.desired ?? [], teardownPhases);
  }
  const { live } = target.observe(name, []);
  const rows = rowsOf(name, controller);
  const request = requestOf(application, confirmed);
  const planned = plan({ ...request, rows, hooks });
  const leftByHooks = [...live.values()]
    .filter(({ hook, owner }) => hook !== undefined && owner === name)
    .map((left): Comparison => ({ key: left.key, state: 'extra', live: left }));
  // Its hooks run with the resources; when those are gone, and the hooks were not cut short, there is nothing left to say.
  const last = store.history(name, 1)[0];
  const isCutShort = last !== undefined && sameLock(last.lock, emptyLock) && last.result !== 'succeeded';
  const isOver = rows.length === planned.heldBack.length && !isCutShort;
  return plan({ ...request, rows: [...rows, ...leftByHooks], hooks: isOver ? [] : hooks });
}

function requestOf({ policy }: Application, confirmed = false): Omit<PlanRequest, 'rows' | 'hooks'> {
  return { policy, prune: true, confirmed, teardown: true };
}

/** All that is there of it, as what nobody declares. */
function rowsOf(name: string, controller: Controller): Comparison[] {
  const { store, target } = controller.services;
  const { live } = target.observe(name, []);
  const applied = store.applied(name);
  const rows = compare({ application: name, desired: [], live, complete: true, applied, refused: [] });
  markClaims(name, rows, controller);
  return rows;
}

/** After a failed teardown: not before its next try. */
function stillWaits(controller: Controller, name: string): boolean {
  const attempts = controller.find(name)?.attempts;
  const now = controller.services.env.clock.monotonic();
  if (attempts === undefined || attempts.work !== '' || now >= attempts.nextAt) return false;
  controller.queue.addAfter(name, attempts.nextAt - now);
  return true;
}
