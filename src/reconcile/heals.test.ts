import { describe, expect, it } from 'vitest';
import type { Plan } from '../model/plan.ts';
import { applicationOf, desiredOf } from '../model/testing.ts';
import { type Heals, isFight, mayHealAt, recordEnd } from './heals.ts';

const shop = applicationOf({});
const web = desiredOf('web');
const plan: Plan = {
  groups: [
    {
      ...{ phase: 'Sync', wave: 0, rank: 0, prune: false, last: false },
      steps: [{ action: 'change', key: web.key, desired: web, reason: '' }],
    },
  ],
  unchanged: [],
  heldBack: [],
};

/** A repair of `web`, or a sync of it, that ends now. */
function end(heals: Heals, now: number, result: 'succeeded' | 'failed' | undefined, heal = true): void {
  const results =
    result === undefined ? [] : [{ key: web.key, action: 'change', phase: 'Sync', result, message: '' } as const];
  recordEnd(heals, shop, { plan, results, heal, now, pause: failures => failures * 5_000 });
}

/** How long `web` waits for its next repair. */
function pauseOf(heals: Heals, now: number, desired = web): number {
  return Math.max(0, mayHealAt(heals.get(web.key), shop, desired) - now);
}

describe('a repair', () => {
  it('comes at once for the first times, then after ever longer pauses: a fight costs little', () => {
    const heals: Heals = new Map();
    const pauses = [1, 2, 3, 4, 5, 6].map(now => {
      end(heals, now, 'succeeded');
      return pauseOf(heals, now);
    });
    expect(pauses).toEqual([0, 0, 0, 2_000, 4_000, 8_000]);
    expect(isFight(heals.get(web.key))).toBe(true);
    end(heals, 100_000, 'succeeded');
    expect(pauseOf(heals, 100_000)).toBe(0);
  });

  it.each<['succeeded' | 'failed' | undefined, boolean, number]>([
    ['failed', true, 5_000],
    ['failed', false, 5_000],
    // It did not come to it: something before it failed.
    [undefined, true, 5_000],
    [undefined, false, 0],
    ['succeeded', false, 0],
  ])('of what ended as %s (by a repair: %s) waits %d ms', (result, heal, pause) => {
    const heals: Heals = new Map();
    end(heals, 1_000, result, heal);
    expect(pauseOf(heals, 1_000)).toBe(pause);
  });

  it('waits ever longer while repairs and syncs fail, which is no fight, and no more when one succeeds', () => {
    const heals: Heals = new Map();
    const pauses = [1, 2, 3, 4, 5].map(now => {
      end(heals, now, 'failed', now % 2 === 0);
      return pauseOf(heals, now);
    });
    expect(pauses).toEqual([5_000, 10_000, 15_000, 20_000, 25_000]);
    expect(isFight(heals.get(web.key))).toBe(false);
    end(heals, 6, 'succeeded');
    expect(pauseOf(heals, 6)).toBe(0);
    expect(isFight(heals.get(web.key))).toBe(false);
  });

  it('waits for no failure of something else that Git asked for', () => {
    const heals: Heals = new Map();
    end(heals, 1_000, 'failed');
    expect(pauseOf(heals, 1_000, desiredOf(web.key, { hash: 'another' }))).toBe(0);
    expect(mayHealAt(heals.get(web.key), applicationOf({ waveTimeoutMs: 1 }), web)).toBe(0);
  });
});
