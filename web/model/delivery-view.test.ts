import { expect, test } from 'vitest';
import { deliveryFigures } from './delivery-view.ts';

const minute = 60_000;
const nothing = { since: 0, until: 1, deployments: 0, deploymentsPerDay: 0, tried: 0, failures: 0 };
const said = (of: Parameters<typeof deliveryFigures>[0]) => deliveryFigures(of).map(({ value, note }) => [value, note]);

test('the four measures, in words', () => {
  const delivery = {
    ...nothing,
    ...{ deployments: 1_240, deploymentsPerDay: 41.3, tried: 50, failures: 4, changeFailureRate: 0.08 },
    leadTime: { median: 4 * minute, p90: 22 * minute, count: 50 },
    timeToRestore: { median: 90 * minute, p90: 26 * 60 * minute, count: 4 },
  };
  expect(said(delivery)).toEqual([
    ['1,240', '41 a day'],
    ['4 min', '9 of 10 within 22 min'],
    ['8 %', '4 of 50'],
    ['1 h', '9 of 10 within 1 d'],
  ]);
});

test('of too little nothing is made up', () => {
  const little = { ...nothing, tried: 2, failures: 1, changeFailureRate: 0.5, deployments: 1, deploymentsPerDay: 0.03 };
  expect(said({ ...little, leadTime: { median: 1, p90: 1, count: 2 } })).toEqual([
    ['1', 'less than 0.1 a day'],
    [undefined, '2 so far'],
    [undefined, '1 of 2'],
    [undefined, 'none so far'],
  ]);
});
