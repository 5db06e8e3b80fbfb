import { expect, test } from 'vitest';
import { filterOf, isFiltering, toggled } from './list-filter.ts';

test.each([
  [{}, {}],
  [
    { q: 'shop', state: 'unhealthy', sort: 'name' },
    { q: 'shop', state: ['unhealthy'], sort: 'name' },
  ],
  [
    { health: ['Healthy', 'Splendid'], project: ['a', 'b'] },
    { health: ['Healthy'], project: ['a', 'b'] },
  ],
  // The usual order needs no words.
  [{ sort: 'attention' }, {}],
  [{ q: '', state: 'constructor', view: 'tiles' }, {}],
])('of %j the filter is %j', (search, filter) => {
  expect(filterOf(search)).toEqual(filter);
});

test('a value is added, and taken away again', () => {
  const one = toggled({ q: 'shop' }, 'project', 'a');
  expect(one).toEqual({ q: 'shop', project: ['a'] });
  expect(toggled(one, 'project', 'a')).toEqual({ q: 'shop' });
});

test('an order leaves nothing out', () => {
  expect([isFiltering({ sort: 'name' }), isFiltering({ label: ['team=core'] })]).toEqual([false, true]);
});
