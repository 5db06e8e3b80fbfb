import { expect, test } from 'vitest';
import { activitySearchOf, kindToggled } from './activity-search.ts';

test('what people type into an address that is no filter is left out', () => {
  const typed = { tab: 'none', kind: ['sync', 'toString'], last: 'century', to: 'noon', result: '', who: 'appdev' };
  expect(activitySearchOf(typed)).toEqual({ kind: ['sync'], who: 'appdev' });
});

test('a kind comes and goes', () => {
  const one = kindToggled({ project: 'shop' }, 'sync');
  expect(one).toEqual({ project: 'shop', kind: ['sync'] });
  expect(kindToggled(kindToggled(one, 'drift'), 'sync')).toEqual({ project: 'shop', kind: ['drift'] });
  expect(kindToggled(one, 'sync')).toEqual({ project: 'shop' });
});
