import { asFailure } from '../errors.ts';
import type { Desired } from '../model/resource.ts';
import type { ApplicationStatus, Event } from '../model/status.ts';
import type { Happening } from './chronicle.ts';
import { isFight } from './heals.ts';
import type { Look } from './look.ts';
import { narrate } from './narrate.ts';
import { type ApplicationState, isSeenSinceSync } from './state.ts';
import { buildStatus } from './status.ts';
import type { Survey } from './survey.ts';
import { judgeHealth } from './verdicts.ts';

/** A look without an occasion: finds what a lost hint hid, and kinds that were unknown. */
const lookAgainMs = 120_000;
const lookAgainInTroubleMs = 15_000;

/** Says how the application is, to everyone who wants to know, and judges whether what runs has shown that it works. */
export function report(it: Look, found: Survey, hooksChanged: readonly Desired[], nextTryAt: number | undefined): void {
  const { application, controller, state } = it;
  const { env, store, target } = controller.services;
  const { declared } = state;
  const override = store.override(application.name);
  for (const { key, drift } of found.rows) {
    const heal = state.heals.get(key);
    if (heal !== undefined && drift?.by !== undefined) heal.by = drift.by.name;
    if (!isFight(heal)) continue;
    it.conditions.push({
      type: 'Fight',
      level: 'warning',
      message: `${key} is changed again and again by ${heal?.by ?? 'somebody'}; repairs are made ever more rarely`,
    });
  }
  const operation = state.operation?.sync ?? state.status.operation ?? store.history(application.name, 1)[0];
  if (operation?.result === 'failed') {
    it.conditions.push({ type: 'SyncError', level: 'warning', message: `the last sync failed: ${operation.message}` });
  }
  if (state.attempts.cancelled !== undefined && state.operation === undefined) {
    const message = `${state.attempts.cancelled}; automation waits for something newer in Git, or for holdfast resume ${application.name}`;
    it.conditions.push({ type: 'Cancelled', level: 'warning', message });
  }
  const status = buildStatus({
    application,
    target: target.kind,
    repoURL: controller.locks.shownURL(application.sources[0]),
    declared,
    rows: found.rows,
    hooks:
      declared === undefined
        ? []
        : [...target.observe(application.name, []).live.values()].filter(({ hook }) => hook !== undefined),
    hooksChanged: hooksChanged.length > 0,
    unknown: it.unknown,
    seen: found.complete,
    probe: target.probe(application.name),
    conditions: it.conditions,
    held: it.held,
    operation,
    nextTryAt,
    quarantined: it.choice?.quarantined,
    override:
      application.suspended && override.suspended === undefined
        ? { ...override, suspended: declaredSuspended }
        : override,
    now: env.clock.now(),
  });
  const since = controller.healthSince.of(state.status, status, status.observedAt);
  if (since !== undefined) status.healthSince = since;
  narrate(state.status, status, (type, message, by) =>
    controller.tell(application.name, type, message, by, happeningOf(type, message, state, status)),
  );
  const same = sameStatus(state.status, status);
  state.status = status;
  const wasSeen = isSeenSinceSync(state);
  state.seenAsOf = it.beganAt;
  const isSeen = isSeenSinceSync(state);
  if (isSeen) judgeHealth(controller, application, state);
  if (!same || isSeen !== wasSeen) controller.changed(application.name);
  reportAtOrigin(it);
  const troubled = it.unknown !== undefined || (declared?.problems.length ?? 0) > 0;
  controller.queue.addAfter(application.name, troubled ? lookAgainInTroubleMs : lookAgainMs);
}

/** Where the definition lies in the target, it says what became of it. Nobody waits for that. */
function reportAtOrigin({ application, controller, state }: Look): void {
  const { target, env } = controller.services;
  if (application.origin.kind !== 'cluster') return;
  target.declarations?.report(application.origin.path, state.status).catch(error => {
    env.log.warn('The status cannot be written', { application: application.name, reason: asFailure(error).message });
  });
}

/** Of what is narrated, what the audit log is for: refusals, and when something was broken. */
function happeningOf(
  type: Event['type'],
  message: string,
  state: ApplicationState,
  { health }: ApplicationStatus,
): Happening | undefined {
  if (type === 'condition') {
    return /^(InvalidSpec|Resource)Error:/.test(message) ? { action: 'policy.refused', result: 'refused' } : undefined;
  }
  const degraded = health.status === 'Degraded';
  if (type !== 'health' || degraded === (state.degraded ?? false)) return undefined;
  if (!degraded && health.status !== 'Healthy') return undefined;
  state.degraded = degraded;
  return { action: degraded ? 'health.degraded' : 'health.restored' };
}

const declaredSuspended = { by: 'git', at: 0, reason: 'declared as suspended' };

function sameStatus(a: ApplicationStatus, b: ApplicationStatus): boolean {
  return JSON.stringify({ ...a, observedAt: 0 }) === JSON.stringify({ ...b, observedAt: 0 });
}
