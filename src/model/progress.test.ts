import { expect, test } from 'vitest';
import { progressOf, progressWords } from './progress.ts';

test.each([
  [{ phase: 'Sync', wave: 2, done: 14, failed: 1, steps: 20 }, '14 of 20 done, 1 failed, at wave 2'],
  [{ phase: 'Sync', wave: -1, done: 0, failed: 0, steps: 3 }, '0 of 3 done, at wave -1'],
  [{ phase: 'PreSync', wave: 0, done: 1, failed: 0, steps: 4 }, '1 of 4 done, at PreSync'],
  [{ phase: 'PostSync', wave: 1, done: 3, failed: 0, steps: 4 }, '3 of 4 done, at PostSync, wave 1'],
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
