import { expect, test } from 'vitest';
import { saying, settingsSearchOf } from './settings-search.ts';

const items = [{ name: 'interval', value: 2 }, { name: 'access.policy', value: { q: 'Interval' } }, { name: 'path' }];

test.each([
  [undefined, 3],
  ['', 3],
  ['INTERVAL', 2],
  ['interval policy', 1],
  ['nothing', 0],
])('what says %j', (q, count) => {
  expect(saying(q, items)).toHaveLength(count);
});

test('the address says part and words', () => {
  expect(settingsSearchOf({ tab: 'projects', q: 'shop' })).toEqual({ tab: 'projects', q: 'shop' });
  expect(settingsSearchOf({ tab: 'settings', q: '' })).toEqual({});
});
