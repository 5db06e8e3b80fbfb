import { eachLimited } from '../apply/limit.ts';
import type { Application } from '../model/application.ts';
import { mainRevision } from '../model/lock.ts';
import type { Comparison } from '../model/plan.ts';
import type { Controller } from './controller.ts';
import type { Declared } from './declare.ts';
import type { Difference, ResourceDifference } from './operator.ts';
import { applicationNamed, declaredAt, planOf, withoutIdleHooks } from './requests.ts';
import { isOut } from './status.ts';
import { contextOf } from './survey.ts';

const concurrentPreviews = 8;

/** What a sync would change, by dry-run of every resource that is not as declared. */
export async function difference(
  controller: Controller,
  name: string,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<Difference> {
  const application = applicationNamed(controller, name);
  const declared = await declaredAt(controller, application, revision, signal);
  return await differenceFrom(controller, application, declared, signal);
}

/** The same, of what is declared already. */
export async function differenceFrom(
  controller: Controller,
  application: Application,
  declared: Declared,
  signal: AbortSignal,
): Promise<Difference> {
  const { name } = application;
  const found = await controller.survey(application, declared, signal);
  const prune = application.policy.automated?.prune ?? true;
  const planned = planOf(controller, application, declared, found, { prune });
  const resources: ResourceDifference[] = [];
  await eachLimited(found.rows.filter(isOut), concurrentPreviews, async row => {
    const one = await differenceOf(controller, application, row, signal);
    if (one !== undefined) resources.push(one);
  });
  resources.sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    revision: mainRevision(declared.lock),
    plan: withoutIdleHooks(planned, declared, controller, name),
    resources,
    heldBack: planned.heldBack,
  };
}

async function differenceOf(
  controller: Controller,
  application: Application,
  row: Comparison,
  signal: AbortSignal,
): Promise<ResourceDifference | undefined> {
  const { key, desired, live, state } = row;
  const id = desired?.id ?? live?.id;
  if (id === undefined) return undefined;
  const cause = state === 'pending' || state === 'extra' ? 'git' : 'drift';
  if (desired === undefined) return { id, key, cause, action: 'delete', changes: [] };
  const preview = await controller.services.target.preview(
    desired,
    live,
    contextOf(application, controller.services),
    signal,
  );
  const by = cause === 'drift' ? (preview.by ?? row.drift?.by) : undefined;
  const action = live === undefined ? 'create' : 'change';
  return { id, key, cause, action, changes: preview.changes, ...(by === undefined ? {} : { by }) };
}
