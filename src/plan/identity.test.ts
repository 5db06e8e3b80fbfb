import { expect, test } from 'vitest';
import type { Lock } from '../model/lock.ts';
import type { Plan, Step } from '../model/plan.ts';
import { desiredOf, liveOf } from '../model/testing.ts';
import { planIdentity } from './identity.ts';

const lockOf = (revision: string): Lock => ({ sources: [{ repoURL: 'r', revision, from: 'main' }] });
const change = (key: string, hash?: string): Step => {
  const desired = desiredOf(key, hash === undefined ? {} : { hash });
  return { action: 'change', key, desired, live: liveOf(key), reason: '' };
};
const remove = (key: string, uid = 'u'): Step => ({ action: 'delete', key, live: liveOf(key, { uid }), reason: '' });
const planOf = (...steps: Step[]): Plan => ({
  groups: [{ phase: 'Sync', wave: 0, rank: 0, prune: false, last: false, steps }],
  unchanged: [],
  heldBack: [],
});
const [a, b, c] = ['a/K/n/a', 'a/K/n/b', 'a/K/n/c'];
const first = planIdentity(lockOf('1'), planOf(change(a), change(b), remove(c)));

test('steps that go at the same time have no order, and what is left alone does not count', () => {
  const other = { ...planOf(remove(c), change(b), change(a)), unchanged: ['a/K/n/d'] };
  expect(planIdentity(lockOf('1'), other)).toBe(first);
});

test.each<[string, Plan, string?]>([
  ['another revision', planOf(change(a), change(b), remove(c)), '2'],
  ['one less', planOf(change(a), remove(c))],
  ['another content', planOf(change(a), change(b, 'other'), remove(c))],
  ['another thing of the same name', planOf(change(a), change(b), remove(c, 'made again'))],
  [
    'something held back',
    { ...planOf(change(a), change(b), remove(c)), heldBack: [{ key: c, reason: 'x', confirmable: true }] },
  ],
  ['a change by hand', planOf({ ...change(a), live: liveOf(a, { fingerprint: 'x' }) } as Step, change(b), remove(c))],
])('%s is another plan', (_, plan, revision = '1') => {
  expect(planIdentity(lockOf(revision), plan)).not.toBe(first);
});
