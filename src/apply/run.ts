import type { Env } from '../env/env.ts';
import { asFailure } from '../errors.ts';
import type { Group, Plan, Step } from '../model/plan.ts';
import { waveName } from '../model/progress.ts';
import { type Desired, describeResource, type Phase } from '../model/resource.ts';
import type { StepResult } from '../model/status.ts';
import type { ApplyContext, Target } from '../targets/target.ts';
import { deleteOne, untilGone } from './delete.ts';
import { runHook } from './hook.ts';
import { eachLimited } from './limit.ts';
import type { AppliedMemory } from './memory.ts';
import { waitUntil } from './wait.ts';

/** Writes of one application under way at once; the target limits the sum over all applications. */
const concurrentSteps = 16;

export interface Run {
  env: Env;
  target: Target;
  plan: Plan;
  /** All that is declared (of a repair or a selection: what it is about): a wave begins when everything before it is healthy, changed now or long ago. */
  desired: readonly Desired[];
  /** Hooks of phase SyncFail, run when the rest fails. */
  failHooks: readonly Desired[];
  context: ApplyContext;
  memory: AppliedMemory;
  /** How far hooks (`PHASE KEY`) of this very sync had come before Holdfast was stopped. */
  earlierHooks: ReadonlyMap<string, StepResult>;
  /** A later one of the same step and phase replaces the former: hooks say when they start. */
  onResult(result: StepResult): void;
  onWave(phase: Phase, wave: number): void;
  /** Ends the run at the next write border: a write that has begun is finished and remembered. */
  signal: AbortSignal;
  /** Ends writes too: Holdfast itself stops. */
  writeSignal: AbortSignal;
}

export interface Outcome {
  result: 'succeeded' | 'failed';
  message: string;
}

/** Executes a plan. The only code that changes a target: automation, API, CLI, push mode and deletion all come here. */
export async function runPlan(run: Run): Promise<Outcome> {
  try {
    const failures = await runGroups(run, run.plan.groups);
    if (failures.length === 0) return { result: 'succeeded', message: summary(run.plan) };
    await runFailHooks(run);
    return { result: 'failed', message: failures.join('; ') };
  } catch (error) {
    run.signal.throwIfAborted();
    run.writeSignal.throwIfAborted();
    await runFailHooks(run);
    return { result: 'failed', message: asFailure(error).message };
  }
}

/** Failures end the sync with the wave they happen in; what else is in that wave is still tried. */
async function runGroups(run: Run, groups: readonly Group[]): Promise<string[]> {
  const failures: string[] = [];
  let previous: Group | undefined;
  for (const group of groups) {
    const sameWave = previous !== undefined && isSameWave(previous, group);
    if (!sameWave) {
      if (failures.length > 0) return failures;
      run.onWave(group.phase, group.wave);
      const late = await healthyBefore(run, group);
      if (late !== undefined) return [late];
    }
    previous = group;
    failures.push(...(await runGroup(run, group)));
  }
  return failures;
}

function isSameWave(a: Group, b: Group): boolean {
  return a.phase === b.phase && a.wave === b.wave && a.prune === b.prune && a.last === b.last;
}

async function runGroup(run: Run, group: Group): Promise<string[]> {
  const failures: string[] = [];
  await eachLimited(group.steps, concurrentSteps, async step => {
    run.signal.throwIfAborted();
    const result = await runStep(run, group.phase, step);
    run.onResult(result);
    if (result.result === 'failed') failures.push(`${nameOf(step)}: ${result.message}`);
  });
  if (group.prune && failures.length === 0) {
    const lives = group.steps.flatMap(step => (step.action === 'delete' ? [step.live] : []));
    const stuck = await untilGone(run, lives);
    if (stuck !== undefined) failures.push(stuck);
  }
  return failures;
}

async function runStep(run: Run, phase: Phase, step: Step): Promise<StepResult> {
  const report = { key: step.key, action: step.action, phase };
  try {
    if (step.action === 'delete') {
      await deleteOne(run, step.live);
      return { ...report, result: 'succeeded', message: 'deleted' };
    }
    if (step.action === 'run') return { ...report, ...(await runHook(run, phase, step)) };
    const applied = await run.target.apply(step.desired, step.live, run.context, run.writeSignal);
    run.memory.record(applied);
    return { ...report, result: 'succeeded', message: step.action === 'create' ? 'created' : 'changed' };
  } catch (error) {
    run.signal.throwIfAborted();
    const { message, fault } = asFailure(error);
    const isHindered = step.action === 'run' && fault !== 'user';
    return { ...report, result: 'failed', message, ...(isHindered ? { hindered: true } : {}) };
  }
}

/** What has to be healthy before a group may begin: everything declared that comes before it. */
function comesBefore(desired: Desired, group: Group): boolean {
  if (desired.hook !== undefined || desired.phases.length === 0) return false;
  if (group.phase === 'PreSync' || group.phase === 'PreDelete') return false;
  if (group.phase !== 'Sync' || group.last) return true;
  return !group.prune && desired.wave < group.wave;
}

/** Answers why the group cannot begin, when what is before it was not healthy in time. */
async function healthyBefore(run: Run, group: Group): Promise<string | undefined> {
  const before = run.desired.filter(desired => comesBefore(desired, group));
  if (before.length === 0) return undefined;
  const keys = before.map(({ key }) => key);
  let waiting = '';
  const healthy = await waitUntil(
    () => {
      const { live } = run.target.observe(run.context.application, keys);
      for (const desired of before) {
        const health = live.get(desired.key)?.health ?? { status: 'Missing', message: 'it is not there' };
        if (health.status === 'Healthy' || health.status === 'Suspended') continue;
        waiting = `${describeResource(desired.id)} is ${health.status}: ${health.message}`;
        return undefined;
      }
      return true;
    },
    { ...waitOptions(run), deadline: run.env.clock.monotonic() + run.context.policy.waveTimeoutMs },
  );
  if (healthy) return undefined;
  const seconds = Math.round(run.context.policy.waveTimeoutMs / 1000);
  return `not healthy after ${seconds} s, so ${waveName(group)} did not begin: ${waiting}`;
}

function waitOptions(run: Run) {
  const { env, target, signal } = run;
  return { env, target, signal, application: run.context.application };
}

async function runFailHooks(run: Run): Promise<void> {
  await eachLimited(run.failHooks, concurrentSteps, async desired => {
    const step: Step = { action: 'run', key: desired.key, desired, reason: 'the sync failed' };
    run.onResult(await runStep(run, 'SyncFail', step));
  });
}

function nameOf(step: Step): string {
  return describeResource(step.action === 'delete' ? step.live.id : step.desired.id);
}

function summary(plan: Plan): string {
  const counts = new Map<string, number>();
  for (const { steps } of plan.groups)
    for (const { action } of steps) counts.set(action, (counts.get(action) ?? 0) + 1);
  const words = { create: 'created', change: 'changed', delete: 'deleted', run: 'hooks run' };
  const said = Object.entries(words).flatMap(([action, word]) =>
    counts.has(action) ? [`${counts.get(action)} ${word}`] : [],
  );
  return said.length === 0 ? 'nothing to do' : said.join(', ');
}
