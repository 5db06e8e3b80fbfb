import { expect, test } from 'vitest';
import type { Plan } from '../api/types.ts';
import { countViews, planRefusal, waveTitle } from './plan-view.ts';

const counts = { create: 1, change: 0, recreate: 0, delete: 5, run: 2, unchanged: 9, heldBack: 0 };

test('what cannot be undone is counted first, and only what there is', () => {
  expect(countViews(counts).map(({ text }) => text)).toEqual(['delete 5', 'create 1', 'run 2']);
});

test.each([
  [{ phase: 'Sync', wave: 2 }, 'Wave 2'],
  [{ phase: 'PreSync', wave: 0 }, 'PreSync'],
  [{ phase: 'PostSync', wave: -1 }, 'PostSync, wave -1'],
  [{ phase: 'Sync', wave: 0, prune: true }, 'Wave 0, deletes'],
])('%j is %s', (wave, title) => {
  expect(waveTitle(wave)).toBe(title);
});

const sync: Plan['permissions'][number] = { action: 'sync', why: 'it is a sync', allowed: true };
const override: Plan['permissions'][number] = { action: 'override', why: 'force', allowed: false };
const wave: Plan['waves'][number] = { phase: 'Sync', wave: 0, prune: false, steps: [] };
const plan: Plan = {
  id: '1',
  revision: '',
  lock: { sources: [] },
  waves: [wave],
  counts,
  heldBack: [],
  options: { prune: false, force: false, replace: false },
  warnings: [],
  permissions: [sync],
};

test.each([
  [plan, undefined],
  [{ ...plan, permissions: [sync, override] }, 'Your role does not include override: force'],
  [{ ...plan, waves: [] }, 'There is nothing to do'],
  [{ ...plan, waves: [], rollback: { id: 'a', startedAt: 1 } }, undefined],
])('why it cannot be carried out (%#)', (one, reason) => {
  expect(planRefusal(one)).toBe(reason);
});
