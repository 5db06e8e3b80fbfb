import { expect, test } from 'vitest';
import type { Sync } from '../api/types.ts';
import { wavesOf } from './sync-progress.ts';

const step = (phase: Sync['results'][number]['phase'], result: Sync['results'][number]['result']) => ({
  ...{ key: 'v1/ConfigMap/a/b', action: 'create' as const, message: '' },
  ...{ phase, result },
});
const sync: Sync = {
  ...{ id: '1', application: 'shop', lock: { sources: [] }, revision: '', startedAt: 0, startedBy: '', reason: '' },
  ...{ message: '', attempt: 1, dryRun: false, result: 'running', results: [] },
  waves: [
    { phase: 'PreSync', wave: 0, steps: 1 },
    { phase: 'Sync', wave: 0, steps: 2 },
    { phase: 'Sync', wave: 1, steps: 1 },
  ],
};
const states = (one: Sync) => wavesOf(one).map(({ state, done }) => `${state} ${done}`);

test('results fill the waves of their phase in order', () => {
  const results = [step('PreSync', 'succeeded'), step('Sync', 'succeeded'), step('Sync', 'running')];
  expect(states({ ...sync, results, phase: 'Sync', wave: 0 })).toEqual(['done 1', 'running 1', 'waiting 0']);
});

test('a wave that is written is where it is until the next was reached', () => {
  const results = [step('PreSync', 'succeeded'), step('Sync', 'succeeded'), step('Sync', 'succeeded')];
  expect(states({ ...sync, results, phase: 'Sync', wave: 0 })).toEqual(['done 1', 'running 2', 'waiting 0']);
});

test('a wave that was reached and has not begun waits for the one before it', () => {
  const results = [step('PreSync', 'succeeded'), step('Sync', 'succeeded'), step('Sync', 'succeeded')];
  expect(states({ ...sync, results, phase: 'Sync', wave: 1 })).toEqual(['done 1', 'settling 2', 'waiting 0']);
});

test('what failed is failed, and what follows waits', () => {
  const results = [step('PreSync', 'failed')];
  expect(states({ ...sync, results, phase: 'PreSync', wave: 0, result: 'failed' })).toEqual([
    'failed 1',
    'waiting 0',
    'waiting 0',
  ]);
});

test('of a sync that is not planned yet there are none', () => {
  const { waves: _, ...unplanned } = sync;
  expect(wavesOf(unplanned)).toEqual([]);
});
