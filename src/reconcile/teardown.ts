import type { Application } from '../model/application.ts';
import type { Lock } from '../model/lock.ts';
import type { Plan } from '../model/plan.ts';
import { compare } from '../plan/compare.ts';
import { hooksOf } from '../plan/hooks.ts';
import { plan } from '../plan/plan.ts';
import type { Controller } from './controller.ts';

const lookAgainMs = 5_000;
const emptyLock: Lock = { sources: [] };

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
    controller.tell(name, 'prune', 'is no longer declared; what it delivered stays', 'git');
    return await controller.drop(name);
  }
  if (state?.operation !== undefined && state.operation.lock !== '')
    await controller.cancel(name, 'its declaration is gone');
  if (controller.find(name)?.operation !== undefined) return;
  const observation = services.target.observe(name, []);
  if (!observation.complete) return controller.queue.addAfter(name, lookAgainMs);
  const planned = await planTeardown(application, controller, signal);
  if (planned.groups.every(({ steps }) => steps.length === 0)) {
    const left = planned.heldBack.length === 0 ? '' : `; ${planned.heldBack.length} resources stay, as they ask to`;
    controller.tell(name, 'prune', `is no longer declared, and deleted${left}`, 'git');
    return await controller.drop(name);
  }
  const cascaded: Application = {
    ...application,
    policy: { ...application.policy, options: { ...application.policy.options, propagation: application.cascade } },
  };
  if (stillWaits(controller, name)) return;
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

/** Deleting an application is applying nothing: the same plan, with all that is live in the place of what Git dropped. */
export async function planTeardown(
  application: Application,
  controller: Controller,
  signal: AbortSignal,
): Promise<Plan> {
  const { store, target } = controller.services;
  const { name } = application;
  const lock = store.fact(name, 'lock') as Lock | undefined;
  let hooks = hooksOf(controller.find(name)?.declared?.desired ?? [], ['PreDelete', 'PostDelete']);
  if (hooks.length === 0 && controller.find(name)?.declared === undefined && lock !== undefined) {
    // Without its manifests an application can still be deleted; only its own words on the occasion are lost.
    const declared = await controller.declare(application, lock, signal).catch(() => undefined);
    signal.throwIfAborted();
    hooks = hooksOf(declared?.desired ?? [], ['PreDelete', 'PostDelete']);
  }
  const rows = compare({
    application: name,
    desired: [],
    live: target.observe(name, []).live,
    complete: true,
    applied: store.applied(name),
    refused: [],
  });
  const planned = plan({ rows, hooks, policy: application.policy, prune: true, confirmed: false, teardown: true });
  // Its hooks ran with the resources; when those are gone there is nothing left to say.
  return rows.length === planned.heldBack.length ? { ...planned, groups: [] } : planned;
}

/** After a failed teardown: not before its next try. */
function stillWaits(controller: Controller, name: string): boolean {
  const attempts = controller.find(name)?.attempts;
  const now = controller.services.env.clock.monotonic();
  if (attempts === undefined || attempts.lock !== '' || now >= attempts.nextAt) return false;
  controller.queue.addAfter(name, attempts.nextAt - now);
  return true;
}
