import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, Plan } from '../model/plan.ts';
import { desiredOf, liveOf, policyOf } from '../model/testing.ts';
import { type PlanRequest, plan } from './plan.ts';

function request(rows: Comparison[], change: Partial<PlanRequest> = {}): PlanRequest {
  return { rows, hooks: [], policy: policyOf(), prune: true, confirmed: false, ...change };
}

function pending(key: string, place: { wave?: number; rank?: number } = {}): Comparison {
  return { key, state: 'pending', desired: desiredOf(key, place) };
}

function extra(key: string, change: Parameters<typeof liveOf>[1] = {}): Comparison {
  return { key, state: 'extra', live: liveOf(key, change) };
}

function equal(key: string): Comparison {
  return { key, state: 'equal', desired: desiredOf(key), live: liveOf(key) };
}

function order(made: Plan): string[] {
  return made.groups.map(
    ({ phase, prune, steps }) => `${prune ? 'prune' : phase} ${steps.map(({ key }) => key).join(' ')}`,
  );
}

describe('plan', () => {
  it('goes by phase, wave and rank, and prunes afterwards in reverse', () => {
    const made = plan(
      request(
        [
          pending('b', { rank: 1 }),
          pending('a'),
          pending('c', { wave: 1 }),
          extra('x'),
          extra('y', { wave: 2 }),
          equal('k1'),
          equal('k2'),
        ],
        {
          hooks: [desiredOf('h', { phases: ['PostSync', 'PreSync', 'PreDelete'], hook: { deletePolicies: [] } })],
        },
      ),
    );
    expect(order(made)).toEqual(['PreSync h', 'Sync a', 'Sync b', 'Sync c', 'prune y', 'prune x', 'PostSync h']);
    expect(made.unchanged).toEqual(['k1', 'k2']);
  });

  it('prunes last what asks to be last', () => {
    const live = extra('x');
    if (live.live) live.live.options = { ...live.live.options, pruneLast: true };
    const made = plan(request([pending('a'), live, extra('y'), equal('k')]));
    expect(order(made)).toEqual(['Sync a', 'prune y', 'prune x']);
    expect(made.groups.at(-1)?.last).toBe(true);
  });

  it('does nothing for what is as declared', () => {
    expect(plan(request([equal('a')])).groups).toEqual([]);
  });

  it.each([
    ['never', {}, false],
    ['confirm', {}, true],
  ] as const)('holds back a delete with Prune=%s', (prune, change, confirmable) => {
    const made = plan(request([extra('x', { prune }), equal('k')], change));
    expect(made.groups).toEqual([]);
    expect(made.heldBack).toMatchObject([{ key: 'x', confirmable }]);
  });

  it('holds back a delete of what another application may declare, and says which', () => {
    const awaited = { ...extra('x'), awaits: 'other' };
    const made = plan(request([awaited, pending('k')]));
    expect(order(made)).toEqual(['Sync k']);
    expect(made.heldBack).toMatchObject([
      { key: 'x', confirmable: true, reason: expect.stringContaining('other may declare it') },
    ]);
    expect(order(plan(request([awaited, pending('k')], { confirmed: true })))).toEqual(['Sync k', 'prune x']);
  });

  it('deletes what waits for a person once they confirm it', () => {
    const made = plan(request([extra('x', { prune: 'confirm' }), equal('k')], { confirmed: true }));
    expect(order(made)).toEqual(['prune x']);
  });

  it('deletes nothing when pruning is not asked for', () => {
    const made = plan(request([extra('x'), equal('k')], { prune: false }));
    expect(made.groups).toEqual([]);
    expect(made.heldBack).toHaveLength(1);
  });

  it('applies only what was chosen', () => {
    expect(order(plan(request([pending('a'), pending('b')], { only: new Set(['b']) })))).toEqual(['Sync b']);
  });

  it('refuses to take over what is shared when the policy asks for it', () => {
    const policy = policyOf();
    const strict = { ...policy, options: { ...policy.options, failOnSharedResource: true } };
    const made = plan(request([{ ...pending('a'), sharedWith: 'other' }], { policy: strict }));
    expect(made.heldBack).toMatchObject([{ key: 'a', reason: 'it belongs to the application other' }]);
  });

  it('never deletes what is declared, unmarked, unseen or already going', () => {
    const states = fc.constantFrom('equal', 'pending', 'missing', 'changed', 'unseen', 'unknown') as fc.Arbitrary<
      Comparison['state']
    >;
    fc.assert(
      fc.property(fc.array(fc.tuple(states, fc.boolean())), rows => {
        const made = plan(
          request(
            rows.map(([state, there], i) => ({
              key: `k${i}`,
              state,
              desired: desiredOf(`k${i}`),
              ...(there ? { live: liveOf(`k${i}`) } : {}),
            })),
            { confirmed: true },
          ),
        );
        expect(made.groups.flatMap(({ steps }) => steps).filter(({ action }) => action === 'delete')).toEqual([]);
      }),
    );
  });

  it('plans each resource at most once, and loses none', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('pending', 'equal', 'extra'), { minLength: 1, maxLength: 40 }), states => {
        const rows = states.map((state, i) =>
          state === 'pending' ? pending(`k${i}`) : state === 'equal' ? equal(`k${i}`) : extra(`k${i}`),
        );
        const made = plan(request(rows));
        const steps = made.groups.flatMap(group => group.steps.map(({ key }) => key));
        expect([...steps, ...made.unchanged, ...made.heldBack.map(({ key }) => key)].sort()).toEqual(
          rows.map(({ key }) => key).sort(),
        );
      }),
    );
  });
});

describe('the guard', () => {
  const many = Array.from({ length: 10 }, (_, i) => extra(`x${i}`));

  it('holds back all deletes when most of the inventory would go', () => {
    const made = plan(request([...many, equal('a'), pending('b')]));
    expect(made.guard).toContain('10 of 11');
    expect(order(made)).toEqual(['Sync b']);
    expect(made.heldBack).toHaveLength(10);
  });

  it('holds back even one delete when nothing is declared any more', () => {
    expect(plan(request([extra('x')])).guard).toContain('nothing is declared');
    const implied = {
      key: 'namespace',
      state: 'equal' as const,
      desired: { ...desiredOf('namespace'), implied: true },
    };
    expect(plan(request([extra('x'), implied])).guard).toContain('nothing is declared');
  });

  it('lets an empty application be empty when its policy says so', () => {
    const policy = policyOf({ automated: { prune: true, selfHeal: true, allowEmpty: true } });
    expect(order(plan(request([extra('x')], { policy })))).toEqual(['prune x']);
  });

  it('gives way to a person', () => {
    expect(plan(request([...many], { confirmed: true })).guard).toBeUndefined();
  });

  it('lets few go from a small application', () => {
    expect(plan(request([extra('x'), extra('y'), equal('a')])).guard).toBeUndefined();
  });
});

describe('a teardown', () => {
  it('deletes all in reverse, between its own hooks', () => {
    const hook = { deletePolicies: [] };
    const made = plan(
      request([extra('a'), extra('b', { wave: 1 })], {
        teardown: true,
        hooks: [
          desiredOf('before', { phases: ['PreSync', 'PreDelete'], hook }),
          desiredOf('after', { phases: ['PostDelete'], hook }),
        ],
      }),
    );
    expect(order(made)).toEqual(['PreDelete before', 'prune b', 'prune a', 'PostDelete after']);
  });

  it('leaves what must not be deleted', () => {
    const kept = extra('a');
    if (kept.live) kept.live.options = { ...kept.live.options, delete: 'never' };
    expect(plan(request([kept], { teardown: true })).heldBack).toMatchObject([{ key: 'a', confirmable: false }]);
  });
});
