import { expect, test } from 'vitest';
import { progressOf, progressWords } from './progress.ts';

test.each([
  [{ phase: 'Sync', wave: 2, done: 14, failed: 1, steps: 20 }, '14 of 20 done, 1 failed, at wave 2'],
  [{ phase: 'Sync', wave: -1, done: 0, failed: 0, steps: 3 }, '0 of 3 done, at wave -1'],
  [{ phase: 'PreSync', wave: 0, done: 1, failed: 0, steps: 4 }, '1 of 4 done, at PreSync'],
  [{ phase: 'PostSync', wave: 1, done: 3, failed: 0, steps: 4 }, '3 of 4 done, at PostSync, wave 1'],
  [{ phase: 'Sync', wave: 2, waits: true, done: 3, failed: 0, steps: 4 }, '3 of 4 done, waits to begin wave 2'],
  [{ done: 3, failed: 0 }, '3 done'],
] as const)('%j', (progress, words) => expect(progressWords(progress)).toBe(words));

test('a hook that runs is not done; the steps are those of all waves', () => {
  const step = { key: 'k', action: 'run', phase: 'PreSync', message: '' } as const;
  const results = [
    { ...step, result: 'succeeded' as const },
    { ...step, result: 'failed' as const },
    { ...step, result: 'running' as const },
  ];
  const waves = [
    { phase: 'PreSync', wave: 0, steps: 3 },
    { phase: 'Sync', wave: 0, steps: 4 },
  ] as const;
  expect(progressOf({ phase: 'PreSync', wave: 0, results, waves: [...waves] })).toEqual({
    ...{ phase: 'PreSync', wave: 0, done: 2, failed: 1, steps: 7 },
  });
});

test('a wave waits while all before it is done, and nothing of it', () => {
  const step = { key: 'k', action: 'create', phase: 'Sync', result: 'succeeded', message: '' } as const;
  const waves = [0, 1].map(wave => ({ phase: 'Sync' as const, wave, steps: 2 }));
  const waits = (wave: number, done: number) =>
    progressOf({ phase: 'Sync', wave, waves, results: Array.from({ length: done }, () => step) }).waits ?? false;
  expect([waits(0, 0), waits(0, 1), waits(0, 2), waits(1, 2), waits(1, 3)]).toEqual([false, false, false, true, false]);
});
