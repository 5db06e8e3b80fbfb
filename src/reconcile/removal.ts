import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { HeldBack, Step } from '../model/plan.ts';
import { parseResourceKey, type ResourceId } from '../model/resource.ts';
import { planIdentity } from '../plan/identity.ts';
import type { Controller } from './controller.ts';
import { type PlannedStep, type PlanPreview, wavesOf } from './plan-preview.ts';
import { emptyLock, planTeardown } from './teardown.ts';

export interface RemovalAsked {
  /** What runs stays, and is no longer Holdfast's. */
  orphan: boolean;
  /** `id` of the preview: this very plan, or nothing. */
  expect?: string;
}

/** What deleting an application would delete. */
export interface RemovalPreview extends Pick<PlanPreview, 'id' | 'waves'> {
  /** Git still declares it: what is deleted comes back when somebody resumes or syncs it. */
  declared: boolean;
  /** What stays, and why. */
  stays: (HeldBack & { id: ResourceId })[];
}

/** Throws APP_NOT_FOUND. Changes nothing. */
export async function previewRemoval(
  controller: Controller,
  name: string,
  signal: AbortSignal,
): Promise<RemovalPreview> {
  const application = knownApplication(controller, name);
  const planned = await planTeardown(application, controller, signal, true);
  return {
    id: planIdentity(emptyLock, planned),
    declared: controller.catalog.applications.has(name),
    waves: wavesOf(planned.groups, shownAs),
    stays: planned.heldBack.map(held => ({ ...held, id: parseResourceKey(held.key) })),
  };
}

function shownAs(step: Step): PlannedStep {
  const { action, key, reason } = step;
  return { key, id: step.action === 'delete' ? step.live.id : step.desired.id, action, reason, changes: [] };
}

/** Deletes what runs, or lets go of it. While Git declares it, it is suspended, so that automation does not bring it back. */
export async function requestRemoval(
  controller: Controller,
  name: string,
  { orphan, expect }: RemovalAsked,
  by: string,
  signal: AbortSignal,
): Promise<void> {
  const { env, store } = controller.services;
  const declaredInGit = controller.catalog.applications.get(name);
  const application = knownApplication(controller, name);
  if (expect !== undefined && expect !== (await previewRemoval(controller, name, signal)).id)
    throw failure('APP_PLAN_CHANGED', { name });
  await controller.cancel(name, `deleted by ${by}`);
  controller.tell(name, 'person', orphan ? 'is let go of; what runs stays' : 'is deleted', by, {
    action: 'removal.asked',
    detail: { orphan },
  });
  if (declaredInGit !== undefined) {
    const suspended = {
      by,
      at: env.clock.now(),
      reason: `deleted; holdfast resume ${name} brings it back`,
    };
    store.setOverride(name, { suspended });
  }
  if (orphan) {
    if (declaredInGit === undefined) await controller.drop(name);
    else controller.queue.add(name);
    return;
  }
  await controller.start(application, {
    plan: await planTeardown(application, controller, signal, true),
    lock: emptyLock,
    desired: [],
    reason: 'its deletion was asked for',
    startedBy: by,
    dryRun: false,
    byPerson: true,
    heal: false,
  });
}

/** Declared, or declared until lately. */
function knownApplication(controller: Controller, name: string): Application {
  const { store } = controller.services;
  const declared = controller.catalog.applications.get(name);
  const application = declared ?? (store.fact(name, 'declaration') as Application | undefined);
  if (application === undefined) throw failure('APP_NOT_FOUND', { name });
  return application;
}
