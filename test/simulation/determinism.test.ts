import { expect, test } from 'vitest';
import { randomCase, runCase } from './histories/cases.ts';

test.each([3, 14, 15, 92])('seed %d comes out the same again', async seed => {
  const [first, second] = [await runCase(randomCase(seed)), await runCase(randomCase(seed))];
  expect(second.hash).toBe(first.hash);
  expect(second.steps).toBe(first.steps);
});
