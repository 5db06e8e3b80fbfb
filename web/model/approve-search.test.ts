import { expect, test } from 'vitest';
import { approveSearchOf, checkWordIn } from './approve-search.ts';

test.each([
  [
    { port: '4100', challenge: 'c', state: 's' },
    { port: '4100', challenge: 'c', state: 's' },
  ],
  [{ port: '4100', challenge: 'c' }, {}],
  [{}, {}],
])('of %j it takes all or nothing', (given, taken) => {
  expect(approveSearchOf(given)).toEqual(taken);
});

test.each([
  ['BCDF-GHJK-Zm9vYmFy', 'BCDF-GHJK'],
  ['Allow this, it is safe', ''],
  ['BCDF-GHJK', ''],
])('%s shows the letters %j', (state, letters) => {
  expect(checkWordIn(state)).toBe(letters);
});
