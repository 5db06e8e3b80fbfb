import type { Plan } from '../model/plan.ts';
import type { ResourceKey } from '../model/resource.ts';

/** Repairs of one resource that came close after each other. */
export interface Heal {
  count: number;
  lastAt: number;
  /** Monotonic ms: no repair before. */
  nextAt: number;
  /** The repair itself failed: whoever is in the way, nobody fights. */
  failed: boolean;
  /** Who made it necessary, as last seen: right after a repair nothing in the target tells. */
  by?: string;
}

export type Heals = Map<ResourceKey, Heal>;

/** Repairs that are never delayed; a person's second mistake is no fight. */
const freeHeals = 3;
const forgetAfterMs = 60_000;
const longestPauseMs = 300_000;

/** Somebody who changes a thing again and again is answered with ever longer pauses, so that a fight costs little. */
export function recordHeals(heals: Heals, keys: Iterable<ResourceKey>, now: number): void {
  for (const [key, { lastAt, nextAt }] of heals) if (now - Math.max(lastAt, nextAt) > forgetAfterMs) heals.delete(key);
  for (const key of keys) {
    const count = (heals.get(key)?.count ?? 0) + 1;
    const pause = count <= freeHeals ? 0 : Math.min(longestPauseMs, 1_000 * 2 ** (count - freeHeals));
    heals.set(key, { ...heals.get(key), count, lastAt: now, nextAt: now + pause, failed: false });
  }
}

export function recordFailedHeals(heals: Heals, keys: Iterable<ResourceKey>): void {
  for (const key of keys) {
    const heal = heals.get(key);
    if (heal !== undefined) heal.failed = true;
  }
}

/** How often this resource had to be repaired lately; above the free ones it is a fight. */
export function isFight(heal: Heal | undefined): boolean {
  return heal !== undefined && heal.count > freeHeals && !heal.failed;
}

export function healedKeys({ groups }: Plan): ResourceKey[] {
  return groups.flatMap(({ steps }) => steps.map(({ key }) => key));
}
