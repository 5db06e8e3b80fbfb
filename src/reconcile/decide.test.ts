import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../model/plan.ts';
import { applicationOf, desiredOf, liveOf } from '../model/testing.ts';
import { backoff, decide, type Situation } from './decide.ts';

const automated = { prune: true, selfHeal: true, allowEmpty: false };

function situation(states: Comparison['state'][], change: Partial<Situation> = {}): Situation {
  return {
    application: applicationOf({ automated }),
    rows: states.map((state, i) => ({ key: `k${i}`, state, desired: desiredOf(`k${i}`), live: liveOf(`k${i}`) })),
    hooksLeft: false,
    suspended: false,
    blocked: undefined,
    attempts: { count: 0, nextAt: 0 },
    heals: new Map(),
    now: 1_000,
    ...change,
  };
}

describe('decide', () => {
  it.each<[string, Situation, string]>([
    ['everything is as declared', situation(['equal']), 'nothing'],
    ['Git asks for something newer', situation(['pending']), 'sync'],
    ['a hook was edited', situation(['equal'], { hooksLeft: true }), 'sync'],
    ['Git dropped something', situation(['extra']), 'sync'],
    [
      'Git dropped something, and pruning is off',
      situation(['extra'], { application: applicationOf({ automated: { ...automated, prune: false } }) }),
      'nothing',
    ],
    [
      'Git dropped something that another application may declare',
      situation([], { rows: [{ key: 'k', state: 'extra', live: liveOf('k'), awaits: 'other' }] }),
      'nothing',
    ],
    ['it drifted', situation(['changed', 'equal']), 'heal'],
    ['it was deleted', situation(['missing']), 'heal'],
    [
      'it drifted, and self-heal is off',
      situation(['changed'], { application: applicationOf({ automated: { ...automated, selfHeal: false } }) }),
      'nothing',
    ],
    ['Git is newer and it drifted', situation(['pending', 'changed']), 'sync'],
    ['a person starts each sync', situation(['pending'], { application: applicationOf({}) }), 'nothing'],
    ['it is suspended', situation(['pending'], { suspended: true }), 'nothing'],
    ['an error stands in the way', situation(['pending'], { blocked: 'sync' }), 'nothing'],
    ['an error stands in the way, and it drifted', situation(['pending', 'changed'], { blocked: 'sync' }), 'heal'],
    ['too little is known', situation(['pending', 'changed'], { blocked: 'all' }), 'nothing'],
    [
      'it failed just now, and something else drifted',
      situation(['pending', 'changed'], { attempts: { count: 1, nextAt: 2_000 } }),
      'heal',
    ],
    ['it failed just now', situation(['pending'], { attempts: { count: 1, nextAt: 2_000 } }), 'wait'],
    [
      'somebody ended it',
      situation(['pending'], { attempts: { count: 1, nextAt: 0, cancelled: 'cancelled by appdev' } }),
      'nothing',
    ],
    ['it failed a while ago', situation(['pending'], { attempts: { count: 9, nextAt: 900 } }), 'sync'],
    [
      'somebody fights over it',
      situation(['changed'], { heals: new Map([['k0', { count: 5, nextAt: 5_000 }]]) }),
      'wait',
    ],
    ['what is seen is not enough', situation(['unknown', 'unseen']), 'nothing'],
  ])('%s', (_, given, expected) => {
    expect(decide(given).do).toBe(expected);
  });

  it('gives up after the last retry that the policy allows', () => {
    const application = applicationOf({ automated, retry: { limit: 2, backoffMs: 1, factor: 1, maxBackoffMs: 1 } });
    const verdicts = [0, 1, 2, 3].map(
      count => decide(situation(['pending'], { application, attempts: { count, nextAt: 0 } })).do,
    );
    expect(verdicts).toEqual(['sync', 'sync', 'sync', 'nothing']);
  });

  it('heals what it may, and leaves what is fought over for later', () => {
    const heals = new Map([['k0', { count: 5, nextAt: 5_000 }]]);
    expect(decide(situation(['changed', 'changed'], { heals }))).toMatchObject({ do: 'heal', only: new Set(['k1']) });
  });
});

describe('backoff', () => {
  it('grows, and stays within its bounds', () => {
    const retry = { backoffMs: 5_000, factor: 2, maxBackoffMs: 180_000 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (count, fraction) => {
          const pause = backoff(retry, count, fraction);
          expect(pause).toBeGreaterThanOrEqual(4_000);
          expect(pause).toBeLessThanOrEqual(216_000);
        },
      ),
    );
    expect(backoff(retry, 3, 0.5)).toBe(20_000);
  });
});
