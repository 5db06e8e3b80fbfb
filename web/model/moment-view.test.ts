import { expect, test } from 'vitest';
import type { Ran, RebuildStep } from '../api/types.ts';
import { ranNotes, ranView, restoreCounts, restoreOrder } from './moment-view.ts';

const ran: Ran = {
  ...{ application: 'shop', state: 'running', revision: 'a'.repeat(40), sources: [], since: 1, record: 1 },
  ...{ who: 'automated', healthy: true, degraded: false },
};

test.each([
  [{ healthy: true, degraded: false }, 'Healthy'],
  [{ healthy: true, degraded: true }, 'Degraded'],
  [{ healthy: false, degraded: false }, 'Had not shown that it works'],
])('%j is %s', (facts, label) => {
  expect(ranView(facts).label).toBe(label);
});

test('what else was the matter', () => {
  expect(ranNotes(ran)).toEqual([]);
  const more = { failed: { revision: 'b'.repeat(40), at: 2 }, suspendedBy: 'oncall' };
  expect(ranNotes({ ...ran, ...more })).toEqual(['a sync to bbbbbbb had failed', 'suspended by oncall']);
});

const step = (
  application: string,
  does: RebuildStep['do'],
  actions: RebuildStep['resources'][number]['action'][] = [],
) => ({
  ...{ application, do: does, revision: '', present: '', message: '' },
  resources: actions.map((action, i) => ({ key: `/ConfigMap/ns/${i}`, action })),
});

test('what would be done comes first', () => {
  const steps = [step('a', 'same'), step('b', 'remove'), step('d', 'change'), step('c', 'change')];
  expect(restoreOrder(steps).map(({ application }) => application)).toEqual(['c', 'd', 'b', 'a']);
});

test('counts are of all of them, what cannot be undone first', () => {
  const steps = [step('a', 'change', ['create', 'delete']), step('b', 'remove', ['delete'])];
  expect(restoreCounts(steps).map(({ text }) => text)).toEqual(['delete 2', 'create 1']);
});
