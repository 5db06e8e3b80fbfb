import type { Application } from '../model/application.ts';
import { type Lock, lockId, sameLock } from '../model/lock.ts';
import type { Sync } from '../model/status.ts';
import { noAttempts, setAttempts } from './attempts.ts';
import { endOf } from './chronicle.ts';
import type { Controller, StartRequest } from './controller.ts';
import { backoff } from './decide.ts';
import { gateMs, judgeGate } from './gate.ts';
import { recordEnd } from './heals.ts';
import { beginSync } from './operation.ts';
import type { ApplicationState, Operation } from './state.ts';
import { deliveredBefore } from './unfinished.ts';

/** What follows from how a sync ended. */
export function afterSync(
  controller: Controller,
  application: Application,
  state: ApplicationState,
  { sync, work }: Pick<Operation, 'sync' | 'work'>,
  { plan, heal }: Pick<StartRequest, 'plan' | 'heal'>,
): void {
  const { env, store } = controller.services;
  if (sync.result === 'running') return;
  const brings = !heal && !sync.dryRun && sync.revision !== '';
  const before = state.inForce ?? deliveredBefore(sync, application, controller);
  controller.tell(
    application.name,
    heal ? 'heal' : 'sync',
    `${sync.result}${atRevision(sync)}: ${sync.message}`,
    sync.startedBy,
    {
      ...endOf(sync, heal, controller.chronicle.environment),
      ...(brings
        ? { more: controller.chronicle.delivered(state.name, before, sync.lock, state.declared?.touches) }
        : {}),
    },
  );
  controller.services.metrics.count('holdfast_syncs_total', sync.result, kindOf(sync));
  controller.services.metrics.observe(
    'holdfast_sync_seconds',
    ((sync.endedAt ?? sync.startedAt) - sync.startedAt) / 1_000,
  );
  // A repair that gives way has its pause, too: whoever ends it, the next one would come at once.
  if (sync.dryRun || (sync.result === 'superseded' && !heal)) return;
  const lock = lockId(sync.lock);
  const now = env.clock.monotonic();
  const { retry } = application.policy;
  const fraction = sync.result === 'succeeded' ? 0 : env.random.fraction();
  const pause = (failures: number) => backoff(retry, failures, fraction);
  recordEnd(state.heals, application, { plan, results: sync.results, heal, now, pause });
  if (heal) return;
  if (sync.result === 'succeeded') {
    state.inForce = sync.lock;
    setAttempts(store, state, noAttempts);
    state.gate = { sync, deadline: now + gateMs(application) };
    return;
  }
  const count = state.attempts.work === work ? state.attempts.count + 1 : 1;
  setAttempts(store, state, { work, count, nextAt: now + pause(count) });
  const blamed = sync.results.some(
    ({ action, result, phase, hindered }) =>
      action === 'run' && result === 'failed' && phase !== 'SyncFail' && !hindered,
  );
  const lastHealthy = store.lastHealthySync(application.name);
  if (blamed && rollsBack(controller, application) && lastHealthy !== undefined && lockId(lastHealthy.lock) !== lock) {
    quarantine(controller, state.name, sync.lock, sync.message);
  }
}

/** Whether what runs has shown that it works; gives up on it, where the policy asks, when its time is over. */
export function judgeHealth(controller: Controller, application: Application, state: ApplicationState): void {
  const { env, store } = controller.services;
  const { declared } = state;
  if (declared === undefined || state.operation !== undefined) return;
  const lock = lockId(declared.lock);
  if (state.healthyLock === lock || store.quarantine(state.name).some(({ revision }) => revision === lock)) return;
  const now = env.clock.monotonic();
  if (state.gate === undefined || !sameLock(state.gate.sync.lock, declared.lock)) {
    // From before a restart.
    const newest = store.history(state.name, application.historyLimit).find(({ dryRun }) => !dryRun);
    if (newest?.result === 'succeeded' && newest.healthyAt === undefined && sameLock(newest.lock, declared.lock))
      state.gate = { sync: newest, deadline: now + gateMs(application) };
  }
  if (state.gate === undefined || !sameLock(state.gate.sync.lock, declared.lock)) {
    if (state.status.sync.status === 'Synced' && state.status.health.status === 'Healthy')
      noteHealthy(controller, application, state, undefined);
    return;
  }
  const verdict = judgeGate({
    health: state.status.health,
    sync: state.gate.sync,
    deadline: state.gate.deadline,
    now,
    rollsBack: rollsBack(controller, application),
    lastHealthy: store.lastHealthySync(state.name),
  });
  if (verdict.do === 'wait') controller.queue.addAfter(state.name, verdict.ms);
  if (verdict.do === 'healthy') noteHealthy(controller, application, state, state.gate.sync);
  if (verdict.do !== 'quarantine') return;
  delete state.gate;
  quarantine(controller, state.name, declared.lock, verdict.reason);
}

/** What was found running and healthy without a sync of ours is a place to come back to, like any other. */
function noteHealthy(
  controller: Controller,
  application: Application,
  state: ApplicationState,
  sync: Sync | undefined,
): void {
  const { env, store } = controller.services;
  const { declared } = state;
  if (declared === undefined) return;
  state.healthyLock = lockId(declared.lock);
  state.inForce = declared.lock;
  delete state.gate;
  const proven = { action: 'revision.healthy', lock: declared.lock } as const;
  const { chronicle } = controller;
  if (sync !== undefined) {
    sync.healthyAt = env.clock.now();
    store.saveSync(sync, application.historyLimit);
    chronicle.happened(state.name, 'what was delivered is healthy', 'holdfast', {
      ...proven,
      detail: { sync: sync.id },
    });
    return;
  }
  if (store.lastHealthySync(state.name) !== undefined) return;
  const nothing = { groups: [], unchanged: [], heldBack: [] };
  const { services } = controller;
  const begun = beginSync({
    application,
    services,
    lock: declared.lock,
    plan: nothing,
    desired: [],
    startedBy: 'holdfast',
    reason: 'found as declared',
    attempt: 1,
    dryRun: true,
  });
  const at = env.clock.now();
  chronicle.happened(state.name, 'was as declared already', 'holdfast', { ...proven, action: 'revision.adopted' });
  store.saveSync(
    { ...begun, dryRun: false, result: 'succeeded', message: 'was as declared already', endedAt: at, healthyAt: at },
    application.historyLimit,
  );
}

function quarantine(controller: Controller, name: string, lock: Lock, reason: string): void {
  const revision = lockId(lock);
  controller.services.store.setQuarantine(name, { revision, lock, reason, at: controller.services.env.clock.now() });
  controller.tell(name, 'health', `${short(revision)} is quarantined, until Git changes: ${reason}`, 'holdfast', {
    action: 'quarantine.set',
    lock,
    detail: { reason },
  });
  controller.queue.add(name);
}

/** A label has few values: names of people are none of them. */
function kindOf({ startedBy }: Sync): string {
  if (startedBy === 'self-heal') return startedBy;
  return startedBy === 'automated' ? 'automation' : 'person';
}

/** One revision, or all of them, may be tried again: a person's word. */
export function clearQuarantine({ chronicle, services }: Controller, name: string, by: string, lock?: Lock): void {
  const cleared = services.store
    .quarantine(name)
    .filter(({ revision }) => lock === undefined || revision === lockId(lock));
  services.store.clearQuarantine(name, lock === undefined ? undefined : lockId(lock));
  for (const { revision } of cleared) {
    const words = `${short(revision)} may be tried again`;
    chronicle.happened(name, words, by, { action: 'quarantine.cleared', ...(lock === undefined ? {} : { lock }) });
  }
}

function rollsBack({ services }: Controller, { policy }: Application): boolean {
  return policy.rollbackOnFailure ?? services.target.rollsBack;
}

/** ` at 3f2a91c`; nothing for a teardown, which has no revision. */
export function atRevision({ revision }: Sync): string {
  return revision === '' ? '' : ` at ${short(revision)}`;
}

export function short(revision: string): string {
  return revision.replace(/^sha256:/, '').slice(0, 7);
}
