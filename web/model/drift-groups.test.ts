import { expect, test } from 'vitest';
import type { DriftRow } from '../api/types.ts';
import { authorWords, driftGroups } from './drift-groups.ts';

const row = (application: string, name: string): DriftRow => ({
  application,
  project: 'default',
  key: `/ConfigMap/ns/${name}`,
  id: { group: '', kind: 'ConfigMap', namespace: 'ns', name },
  kind: 'missing',
  healsItself: false,
});

test('differences of an application stand together, in their order', () => {
  const groups = driftGroups([row('bank', 'b'), row('bank', 'a'), row('shop', 'c')]);
  expect(groups.map(({ application, rows }) => [application, rows.map(({ id }) => id.name)])).toEqual([
    ['bank', ['b', 'a']],
    ['shop', ['c']],
  ]);
});

test.each([
  ['kubectl-edit', 'kubectl-edit'],
  ['unknown', 'Nobody knows who'],
  ['git', 'No longer declared in Git'],
])('who %s is', (name, words) => {
  expect(authorWords(name)).toBe(words);
});
