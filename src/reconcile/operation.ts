import type { AppliedMemory } from '../apply/memory.ts';
import { type Outcome, runPlan } from '../apply/run.ts';
import { asFailure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { type Lock, mainRevision, sameLock } from '../model/lock.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Desired, Phase } from '../model/resource.ts';
import type { PlannedWave, StepResult, Sync } from '../model/status.ts';
import { hooksOf, syncPhases, teardownPhases } from '../plan/hooks.ts';
import type { Reconciling, Services } from './services.ts';
import { contextOf } from './survey.ts';
import { startSyncTrace } from './sync-trace.ts';

export interface OperationInput {
  application: Application;
  services: Reconciling;
  lock: Lock;
  plan: Plan;
  /** All that is declared; [] for a teardown. */
  desired: readonly Desired[];
  startedBy: string;
  reason: string;
  attempt: number;
  dryRun: boolean;
  signal: AbortSignal;
  writeSignal: AbortSignal;
  onProgress(): void;
}

/** Thrown into a running sync: by whom or what it is ended. */
export class Superseded extends Error {}

/** The record of a sync that begins now. One that was under way at the same lock when Holdfast was stopped is taken up again. */
export function beginSync(input: Omit<OperationInput, 'signal' | 'writeSignal' | 'onProgress'>): Sync {
  const { application, services, lock } = input;
  const last = services.store.history(application.name, 1)[0];
  const same = last !== undefined && sameLock(last.lock, lock) && !input.dryRun ? last : undefined;
  const resumed = same?.result === 'running' ? same : undefined;
  return {
    id: resumed?.id ?? services.env.random.uuid(),
    application: application.name,
    lock,
    revision: mainRevision(lock),
    startedAt: resumed?.startedAt ?? services.env.clock.now(),
    result: 'running',
    startedBy: resumed?.startedBy ?? input.startedBy,
    reason: resumed?.reason ?? input.reason,
    message: '',
    attempt: input.attempt,
    dryRun: input.dryRun,
    waves: wavesOf(input.plan),
    results: finished(resumed ?? (isTeardown(lock) && same?.result === 'failed' ? same : undefined)),
  };
}

function wavesOf({ groups }: Plan): PlannedWave[] {
  const waves: PlannedWave[] = [];
  for (const { phase, wave, steps } of groups) {
    const last = waves.at(-1);
    if (last?.phase === phase && last.wave === wave) last.steps += steps.length;
    else waves.push({ phase, wave, steps: steps.length });
  }
  return waves;
}

/** Nothing is to be there. A deletion that failed is tried again until it is done: its hooks have had their turn. */
export function isTeardown({ sources }: Lock): boolean {
  return sources.length === 0;
}

function finished(former: Sync | undefined): StepResult[] {
  return former?.results.filter(({ result, action }) => action === 'run' && result !== 'failed') ?? [];
}

/** Carries the sync to its end; never throws. The record is saved when it begins, when a hook starts or ends, and when it ends. */
export async function operate(sync: Sync, input: OperationInput): Promise<void> {
  const { application, services } = input;
  const save = (urgency: 'soon' | 'now') => services.store.saveSync(sync, application.historyLimit, urgency);
  const earlierHooks = new Map(sync.results.map(result => [`${result.phase} ${result.key}`, result]));
  // What has hooks must not be taken for one whose store was lost, and whose hooks have run.
  save(hooksOf(input.desired, [...syncPhases, ...teardownPhases]).length > 0 ? 'now' : 'soon');
  input.onProgress();
  const end = (result: Sync['result'], message: string) => {
    sync.result = result;
    sync.message = message;
    sync.endedAt = services.env.clock.now();
    save('soon');
  };
  if (input.dryRun) {
    sync.results = wouldDo(input.plan);
    end('succeeded', sync.results.length === 0 ? 'there is nothing to do' : 'dry run: nothing was changed');
    return;
  }
  const trace = startSyncTrace(sync, services.place.name);
  try {
    const outcome: Outcome = await runPlan({
      env: services.env,
      target: services.target,
      plan: input.plan,
      desired: input.desired,
      failHooks: hooksOf(input.desired, ['SyncFail']),
      context: contextOf(application, services),
      memory: memoryOf(application.name, services),
      earlierHooks,
      onResult: result => {
        if (result.action === 'run') sync.results = sync.results.filter(former => !isSameStep(former, result));
        sync.results.push(result);
        trace?.result(result);
        if (result.action === 'run') save('now');
        input.onProgress();
      },
      onWave: (phase, wave) => {
        sync.phase = phase;
        sync.wave = wave;
        trace?.wave(phase, wave);
        input.onProgress();
      },
      signal: input.signal,
      writeSignal: input.writeSignal,
    });
    end(outcome.result, outcome.message);
  } catch (error) {
    // Holdfast itself stops: the record stays `running`, and the next start goes on from it.
    if (input.writeSignal.aborted) return;
    if (error instanceof Superseded) end('superseded', error.message);
    else end('failed', asFailure(error).message);
  } finally {
    trace?.end(sync);
  }
}

function isSameStep(a: StepResult, b: StepResult): boolean {
  return a.action === b.action && a.phase === b.phase && a.key === b.key;
}

function wouldDo(plan: Plan): StepResult[] {
  const step = (phase: Phase, { key, action, reason }: Step): StepResult => ({
    key,
    action,
    phase,
    result: 'skipped',
    message: reason,
  });
  return plan.groups.flatMap(({ phase, steps }) => steps.map(one => step(phase, one)));
}

function memoryOf(application: string, { store }: Services): AppliedMemory {
  return {
    get: key => store.applied(application).get(key),
    record: applied => store.setApplied(application, [applied]),
    forget: key => store.forgetApplied(application, [key]),
  };
}
