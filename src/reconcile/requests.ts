import picomatch from 'picomatch';
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { type Lock, lockId, mainRevision, sameLock } from '../model/lock.ts';
import type { Comparison, Plan } from '../model/plan.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';
import { changedHooks, hooksOf, syncPhases } from '../plan/hooks.ts';
import { planIdentity } from '../plan/identity.ts';
import { type PlanRequest, plan } from '../plan/plan.ts';
import { setAttempts } from './attempts.ts';
import type { Controller } from './controller.ts';
import type { Declared } from './declare.ts';
import { markClaims } from './handover.ts';
import type { SyncRequest } from './operator.ts';
import type { Survey } from './survey.ts';
import { clearQuarantine, short } from './verdicts.ts';

/** How long a person waits for others to be looked at before something is deleted; after that they may say that it goes all the same. */
const heirsMs = 5_000;
const heirsPauseMs = 100;

export function applicationNamed(controller: Controller, name: string): Application {
  const application = controller.catalog.applications.get(name);
  if (application !== undefined) return application;
  const remembered = controller.services.store.fact(name, 'declaration');
  throw remembered === undefined ? failure('APP_NOT_FOUND', { name }) : failure('APP_DECLARED_NOWHERE', { name });
}

/** What a project or a declaration forbids, it forbids to people as to automation. */
function throwRefusal(controller: Controller, application: Application, by?: string): void {
  const refusal = controller.refusals(application)[0];
  if (refusal === undefined) return;
  const { name } = application;
  if (by !== undefined)
    controller.chronicle.happened(name, refusal.message, by, { action: 'request.refused', result: 'refused' });
  throw failure('APP_REFUSED', { name, reason: refusal.message });
}

/** Ends the sync under way at its next write border. Automation does not begin it again by itself. */
export async function requestCancel(controller: Controller, name: string, by: string): Promise<void> {
  applicationNamed(controller, name);
  const state = controller.find(name);
  if (state?.operation === undefined) throw failure('APP_NOT_SYNCING', { name });
  const { work } = state.operation;
  const cancelled = `cancelled by ${by}`;
  setAttempts(controller.services.store, state, { work, count: 1, nextAt: 0, cancelled });
  controller.chronicle.happened(name, 'its sync is cancelled', by, {
    action: 'sync.cancelled',
    detail: { sync: state.operation.sync.id },
  });
  await controller.cancel(name, cancelled);
}

/** What is to run now, or at the revision that a person names. */
export async function declaredAt(
  controller: Controller,
  application: Application,
  revision: string | undefined,
  signal: AbortSignal,
  by?: string,
): Promise<Declared> {
  throwRefusal(controller, application, by);
  const lock =
    revision === undefined
      ? (await controller.choose(application, signal)).lock
      : await controller.locks.resolve(application, revision, signal);
  return await controller.declare(application, lock, signal);
}

/** A person's sync. A revision of their choice is kept until Git has something newer than now. */
export async function requestSync(
  controller: Controller,
  name: string,
  request: SyncRequest,
  by: string,
  signal: AbortSignal,
): Promise<Sync> {
  const application = applicationNamed(controller, name);
  const declared = await declaredAt(controller, application, request.revision, signal, by);
  await insistOn(request.expect, controller, application, declared, request, signal);
  if (request.revision !== undefined && !request.dryRun) await pin(controller, application, declared.lock, by, signal);
  if (!request.dryRun) await controller.cancel(name, `superseded: asked for by ${by}`);
  const { plan: planned, only } = await planRequested(controller, application, declared, request, signal);
  const { confirm: confirmed = false, force = false, replace = false } = request;
  if (confirmed)
    controller.chronicle.happened(name, 'what waits for a word has it', by, {
      action: 'sync.confirmed',
      lock: declared.lock,
    });
  return await controller.start(withOptions(application, { force, replace }), {
    plan: planned,
    lock: declared.lock,
    desired: only === undefined ? declared.desired : declared.desired.filter(({ key }) => only.has(key)),
    reason: only === undefined ? 'asked for' : `asked for: ${[...only].slice(0, 3).join(', ')}`,
    startedBy: by,
    dryRun: request.dryRun ?? false,
    byPerson: true,
    heal: false,
  });
}

/** Throws APP_PLAN_CHANGED before anything is done, when it would not be what somebody was shown. */
async function insistOn(
  expected: string | undefined,
  controller: Controller,
  application: Application,
  declared: Declared,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<void> {
  if (expected === undefined) return;
  const { plan: planned } = await planRequested(controller, application, declared, request, signal);
  if (planIdentity(declared.lock, planned) !== expected) throw failure('APP_PLAN_CHANGED', { name: application.name });
}

/** What a person's sync would do. `only`: the resources that it is limited to. Throws APP_NOT_READY while nobody can tell. */
export async function planRequested(
  controller: Controller,
  application: Application,
  declared: Declared,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<{ plan: Plan; rows: readonly Comparison[]; only: ReadonlySet<ResourceKey> | undefined }> {
  const { name } = application;
  const { prune, confirm: confirmed = false, force = false, replace = false } = request;
  const prunes = !confirmed && (prune ?? application.policy.automated?.prune ?? false);
  const found = await surveyWithClaims(controller, application, declared, prunes, signal);
  const only = request.resources === undefined ? undefined : selected(found.rows, request.resources, name);
  const planned = planOf(controller, application, declared, found, {
    ...(only === undefined ? {} : { only, hooks: [] }),
    ...(prune === undefined ? {} : { prune }),
    confirmed,
    evenEqual: force || replace,
  });
  return { plan: force ? planned : withoutIdleHooks(planned, declared, controller, name), rows: found.rows, only };
}

/** Where something would be deleted, others that may declare it get a little time to be looked at. */
async function surveyWithClaims(
  controller: Controller,
  application: Application,
  declared: Declared,
  prunes: boolean,
  signal: AbortSignal,
): Promise<Survey> {
  const { clock, timers } = controller.services.env;
  const { name } = application;
  const askedAt = clock.monotonic();
  for (;;) {
    const found = await controller.survey(application, declared, signal);
    if (!found.complete) throw failure('APP_NOT_READY', { name, reason: found.reason });
    if (!prunes) return found;
    markClaims(name, found.rows, controller, askedAt);
    const isClear = found.rows.every(({ awaits }) => awaits === undefined);
    if (isClear || clock.monotonic() - askedAt >= heirsMs) return found;
    await timers.sleep(heirsPauseMs, signal);
  }
}

/** All that is to be done, as the policy says, unless `asked` says otherwise. */
export function planOf(
  controller: Controller,
  application: Application,
  { desired }: Declared,
  { rows }: Survey,
  asked: Partial<PlanRequest> = {},
): Plan {
  markClaims(application.name, rows, controller);
  const { policy } = application;
  const prune = policy.automated?.prune ?? false;
  return plan({ rows, hooks: hooksOf(desired, syncPhases), policy, prune, confirmed: false, ...asked });
}

/** No-op is zero: where nothing is to be done, hooks have nothing to go before or after. */
export function withoutIdleHooks(planned: Plan, { desired }: Declared, controller: Controller, name: string): Plan {
  const writes = planned.groups.some(({ steps }) => steps.some(({ action }) => action !== 'run'));
  const isIdle = !writes && changedHooks(desired, controller.services.store.applied(name)).length === 0;
  return isIdle ? { ...planned, groups: [] } : planned;
}

export function withOptions(application: Application, asked: { force: boolean; replace: boolean }): Application {
  if (!asked.force && !asked.replace) return application;
  const options = { ...application.policy.options };
  if (asked.force) options.force = true;
  if (asked.replace) options.replace = true;
  return { ...application, policy: { ...application.policy, options } };
}

/** `Kind/name`, `Kind/namespace/name` or a whole key, with globs. Names nothing: an error, not a sync of everything. */
function selected(
  rows: readonly Comparison[],
  wanted: readonly string[],
  application: string,
): ReadonlySet<ResourceKey> {
  const wantedKeys = new Set(wanted);
  const matchers = wanted.map(pattern => picomatch(pattern, { dot: true }));
  const keys = rows.filter(({ key, desired, live }) => {
    const id = desired?.id ?? live?.id;
    if (id === undefined) return false;
    const names = [key, `${id.kind}/${id.name}`, `${id.kind}/${id.namespace}/${id.name}`];
    // A key means itself, whatever characters are in it.
    return wantedKeys.has(key) || matchers.some(matches => names.some(name => matches(name)));
  });
  if (keys.length === 0) throw failure('RESOURCE_NOT_FOUND', { name: application, resource: wanted.join(', ') });
  return new Set(keys.map(({ key }) => key));
}

async function pin(
  controller: Controller,
  application: Application,
  lock: Lock,
  by: string,
  signal: AbortSignal,
): Promise<void> {
  const { env, store } = controller.services;
  const over = await controller.locks.resolve(application, undefined, signal);
  const { pinned: _, ...rest } = store.override(application.name);
  const pinned = sameLock(lock, over) ? {} : { pinned: { lock, over, by, at: env.clock.now() } };
  store.setOverride(application.name, { ...rest, ...pinned });
  // A person's word: it is tried once more.
  clearQuarantine(controller, application.name, by, lock);
  controller.tell(
    application.name,
    'person',
    `is to be at ${short(mainRevision(lock))} until Git has something newer`,
    by,
    { action: 'override.pinned', lock },
  );
}

/** Back to what an earlier sync delivered: a pin, so that automation keeps it, and a sync. */
export async function requestRollback(
  controller: Controller,
  name: string,
  { to, expect }: { to?: string; expect?: string },
  by: string,
  signal: AbortSignal,
): Promise<Sync> {
  const application = applicationNamed(controller, name);
  throwRefusal(controller, application, by);
  const chosen = chooseRollback(controller, application, to);
  const declared = await controller.declare(application, chosen.lock, signal);
  await insistOn(expect, controller, application, declared, {}, signal);
  const { plan: planned } = await planRequested(controller, application, declared, {}, signal);
  await pin(controller, application, chosen.lock, by, signal);
  return await controller.start(application, {
    plan: planned,
    lock: chosen.lock,
    desired: declared.desired,
    reason: `rolls back to ${short(chosen.revision)}`,
    startedBy: by,
    dryRun: false,
    byPerson: true,
    heal: false,
  });
}

/** The sync that a rollback goes back to: by the beginning of its id or revision, or the last healthy one that was something else. */
export function chooseRollback(controller: Controller, application: Application, to: string | undefined): Sync {
  const { name } = application;
  const present = controller.find(name)?.declared?.lock;
  const history = controller.services.store.history(name, application.historyLimit);
  const good = history.filter(
    ({ result, dryRun, lock }) => result === 'succeeded' && !dryRun && lock.sources.length > 0,
  );
  const others = good.filter(({ lock }) => present !== undefined && lockId(lock) !== lockId(present));
  const chosen =
    to === undefined
      ? (others.find(({ healthyAt }) => healthyAt !== undefined) ?? others[0])
      : good.find(({ id, revision }) => id.startsWith(to) || revision.startsWith(to));
  if (chosen === undefined) throw failure('APP_NO_ROLLBACK', { name, reason: to ?? 'nothing else was delivered yet' });
  return chosen;
}
