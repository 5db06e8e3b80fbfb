import type { Application } from '../model/application.ts';
import type { Plan } from '../model/plan.ts';
import type { Desired, ResourceKey } from '../model/resource.ts';
import type { StepResult } from '../model/status.ts';
import { workOf } from './declare.ts';

/** What counts before a resource is repaired once more. */
export interface Heal {
  /** Repairs that came close after each other. */
  count: number;
  /** Failures in a row at the same work (`workOf` this resource), of repairs and syncs: whoever is in the way, nobody fights. */
  failed?: { work: string; count: number };
  /** Monotonic ms: no repair before. */
  nextAt: number;
  /** Who made it necessary, as last seen: right after a repair nothing in the target tells. */
  by?: string;
}

export type Heals = Map<ResourceKey, Heal>;

/** A repair, or a sync, that has ended. */
export interface Ended {
  plan: Plan;
  results: readonly StepResult[];
  heal: boolean;
  /** Monotonic ms. */
  now: number;
  /** Before the next try after so many failures, ms. */
  pause(failures: number): number;
}

/** Repairs that are never delayed; a person's second mistake is no fight. */
const freeHeals = 3;
const forgetAfterMs = 60_000;
const longestPauseMs = 300_000;

/**
 * Somebody who changes a thing again and again is answered with ever longer pauses, so that a fight costs little. What failed
 * is repaired no sooner than a sync would try it again: of a write whose answer was lost nobody remembers how it left the
 * resource, so it looks like drift, and repairs and syncs would take turns without a pause.
 */
export function recordEnd(heals: Heals, application: Application, { plan, results, heal, now, pause }: Ended): void {
  for (const [key, { nextAt }] of heals) if (now - nextAt > forgetAfterMs) heals.delete(key);
  const resultOf = new Map(results.map(({ key, result }) => [key, result]));
  for (const step of plan.groups.flatMap(({ steps }) => steps)) {
    if (step.action !== 'create' && step.action !== 'change') continue;
    const { key, desired } = step;
    const { failed, ...before } = heals.get(key) ?? { count: 0, nextAt: 0 };
    const result = resultOf.get(key);
    if (result === 'succeeded') {
      const count = before.count + (heal ? 1 : 0);
      if (count === 0) heals.delete(key);
      else heals.set(key, { ...before, count, nextAt: now + pauseAfter(count) });
    } else if (result === 'failed' || heal) {
      const work = workOf(application, [desired]);
      const count = failed?.work === work ? failed.count + 1 : 1;
      heals.set(key, { ...before, failed: { work, count }, nextAt: now + pause(count) });
    }
  }
}

function pauseAfter(count: number): number {
  return count <= freeHeals ? 0 : Math.min(longestPauseMs, 1_000 * 2 ** (count - freeHeals));
}

/** Monotonic ms: when it may be repaired. Where Git asks for something else than what failed, at once. */
export function mayHealAt(heal: Heal | undefined, application: Application, desired: Desired | undefined): number {
  if (heal?.failed === undefined || desired === undefined) return heal?.nextAt ?? 0;
  return heal.failed.work === workOf(application, [desired]) ? heal.nextAt : 0;
}

/** How often this resource had to be repaired lately; above the free ones it is a fight. */
export function isFight(heal: Heal | undefined): boolean {
  return heal !== undefined && heal.count > freeHeals && heal.failed === undefined;
}
