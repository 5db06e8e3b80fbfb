import { expect, test } from 'vitest';
import { randomCase, runCase } from './histories/cases.ts';

test.each([3, 14, 15, 92])('seed %d comes out the same again', async seed => {
  const run = () => runCase(randomCase(seed), { hashed: true });
  const [first, second] = [await run(), await run()];
  expect(second.hash).toBe(first.hash);
  expect(second.steps).toBe(first.steps);
});
