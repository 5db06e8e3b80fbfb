import { eachLimited } from '../apply/limit.ts';
import { asFailure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { type Lock, mainRevision } from '../model/lock.ts';
import type { Comparison, Group, HeldBack, Step } from '../model/plan.ts';
import {
  type Author,
  describeResource,
  type FieldChange,
  type Phase,
  parseResourceKey,
  type ResourceId,
  type ResourceKey,
} from '../model/resource.ts';
import { planIdentity } from '../plan/identity.ts';
import type { CommitSummary } from './commits.ts';
import type { Controller } from './controller.ts';
import type { Declared } from './declare.ts';
import type { PlanAsked } from './inspect.ts';
import { applicationNamed, chooseRollback, declaredAt, planRequested, withOptions } from './requests.ts';
import { contextOf } from './survey.ts';

export type PlannedAction = 'create' | 'change' | 'recreate' | 'delete' | 'run';

export interface PlannedStep {
  key: ResourceKey;
  id: ResourceId;
  action: PlannedAction;
  reason: string;
  cause?: 'git' | 'drift';
  by?: Author;
  changes: FieldChange[];
  refused?: { message: string; advice: string };
}

export interface PlanPreview {
  /** For `expect` of the sync or rollback that is to carry it out. */
  id: string;
  revision: string;
  lock: Lock;
  commit?: CommitSummary;
  present?: { revision: string; commit?: CommitSummary };
  waves: { phase: Phase; wave: number; prune: boolean; steps: PlannedStep[] }[];
  unchanged: number;
  heldBack: (HeldBack & { id: ResourceId })[];
  guard?: string;
  /** As it would be done: what is asked for, or else what the policy says. */
  options: { prune: boolean; force: boolean; replace: boolean };
  warnings: { key?: ResourceKey; message: string }[];
  rollback?: { id: string; startedAt: number };
}

type CommitOf = (lock: Lock) => Promise<CommitSummary | undefined>;

const concurrentPreviews = 8;

/** Exactly what a sync or rollback would do: the same plan, with each change found by dry-run. Changes nothing. */
export async function previewPlan(
  controller: Controller,
  name: string,
  asked: PlanAsked,
  commitOf: CommitOf,
  signal: AbortSignal,
): Promise<PlanPreview> {
  const application = applicationNamed(controller, name);
  const { rollbackTo, ...wanted } = asked;
  const rollback =
    rollbackTo === undefined ? undefined : chooseRollback(controller, application, rollbackTo || undefined);
  const request = rollback === undefined ? wanted : {};
  const declared =
    rollback === undefined
      ? await declaredAt(controller, application, request.revision, signal)
      : await controller.declare(application, rollback.lock, signal);
  const { plan, rows } = await planRequested(controller, application, declared, request, signal);
  const { force = false, replace = false } = request;
  const asApplied = withOptions(application, { force, replace });
  const byKey = new Map(rows.map(row => [row.key, row]));
  const previews = new Map<Step, PlannedStep>();
  const steps = plan.groups.flatMap(group => group.steps);
  await eachLimited(steps, concurrentPreviews, async step => {
    previews.set(step, await previewStep(controller, asApplied, step, byKey.get(step.key), signal));
  });
  const commit = await commitOf(declared.lock);
  const present = await presentOf(controller, name, commitOf);
  return {
    id: planIdentity(declared.lock, plan),
    revision: mainRevision(declared.lock),
    lock: declared.lock,
    ...(commit === undefined ? {} : { commit }),
    ...(present === undefined ? {} : { present }),
    waves: wavesOf(plan.groups, step => previews.get(step)),
    unchanged: plan.unchanged.length,
    heldBack: plan.heldBack.map(held => ({ ...held, id: byKey.get(held.key)?.live?.id ?? parseResourceKey(held.key) })),
    ...(plan.guard === undefined ? {} : { guard: plan.guard }),
    options: {
      prune: request.prune ?? application.policy.automated?.prune ?? false,
      force: asApplied.policy.options.force,
      replace: asApplied.policy.options.replace,
    },
    warnings: warningsOf(controller, application, declared, asked),
    ...(rollback === undefined ? {} : { rollback: { id: rollback.id, startedAt: rollback.startedAt } }),
  };
}

/** Groups of one wave together. */
export function wavesOf(
  groups: readonly Group[],
  shownAs: (step: Step) => PlannedStep | undefined,
): PlanPreview['waves'] {
  const waves: PlanPreview['waves'] = [];
  for (const { phase, wave, prune, steps } of groups) {
    const last = waves.at(-1);
    const shown = steps.flatMap(step => shownAs(step) ?? []);
    if (last?.phase === phase && last.wave === wave && last.prune === prune) last.steps.push(...shown);
    else waves.push({ phase, wave, prune, steps: shown });
  }
  return waves;
}

async function previewStep(
  controller: Controller,
  application: Application,
  step: Step,
  row: Comparison | undefined,
  signal: AbortSignal,
): Promise<PlannedStep> {
  const { key, action, reason } = step;
  if (step.action === 'delete') return { key, id: step.live.id, action, reason, cause: 'git', changes: [] };
  const common = { key, id: step.desired.id, action, reason, changes: [] };
  if (step.action === 'run') return common;
  const cause = row?.state === 'pending' || row?.state === 'unseen' ? 'git' : 'drift';
  const { services } = controller;
  try {
    const context = contextOf(application, services);
    const { changes, by } = await services.target.preview(step.desired, step.live, context, signal);
    const author = cause === 'drift' ? (by ?? row?.drift?.by) : undefined;
    return { ...common, cause, changes, ...(author === undefined ? {} : { by: author }) };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, advice } = asFailure(error);
    const recreates = code === 'K8S_IMMUTABLE' && (step.desired.options.force ?? application.policy.options.force);
    return recreates ? { ...common, action: 'recreate', cause } : { ...common, cause, refused: { message, advice } };
  }
}

/** What runs now, as far as a sync has delivered it. */
async function presentOf(controller: Controller, name: string, commitOf: CommitOf): Promise<PlanPreview['present']> {
  const { historyLimit } = applicationNamed(controller, name);
  const history = controller.services.store.history(name, historyLimit);
  const last = history.find(({ result, dryRun, lock }) => result === 'succeeded' && !dryRun && lock.sources.length > 0);
  if (last === undefined) return undefined;
  const commit = await commitOf(last.lock);
  return { revision: last.revision, ...(commit === undefined ? {} : { commit }) };
}

function warningsOf(
  controller: Controller,
  application: Application,
  { problems, warnings }: Declared,
  { revision, rollbackTo, resources }: PlanAsked,
): PlanPreview['warnings'] {
  const said: PlanPreview['warnings'] = problems.map(({ id, message }) => ({
    message: `${describeResource(id)} cannot be applied: ${message}`,
  }));
  said.push(...warnings.map(message => ({ message })));
  if (controller.isSuspended(application))
    said.push({ message: 'it is suspended: automation does not keep what is synced' });
  if (revision !== undefined || rollbackTo !== undefined) {
    const keeps = application.policy.automated === undefined ? 'it is pinned to' : 'automation keeps it at';
    said.push({ message: `${keeps} this revision until Git has something newer than now, or somebody resumes it` });
  }
  if (resources !== undefined)
    said.push({
      message: 'only what is chosen is synced: no hooks run, and waves wait for what is chosen, not for the rest',
    });
  if (controller.find(application.name)?.operation !== undefined)
    said.push({ message: 'a sync is under way: this one would end it' });
  return said;
}
