import { expect, test } from 'vitest';
import { randomCase, runCase } from './histories/cases.ts';

test.each([
  ...[3, 14, 15, 92].map(seed => [seed, 'kubernetes'] as const),
  ...[65, 35, 89].map(seed => [seed, 'machine'] as const),
])('seed %d of %s comes out the same again', async (seed, target) => {
  const run = () => runCase(randomCase(seed, target), { hashed: true });
  const [first, second] = [await run(), await run()];
  expect(second.hash).toBe(first.hash);
  expect(second.steps).toBe(first.steps);
});
