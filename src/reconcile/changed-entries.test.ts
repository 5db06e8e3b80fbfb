import { expect, test } from 'vitest';
import { changedEntries } from './changed-entries.ts';

test.each<[string, object | undefined, object | undefined, string[], object]>([
  [
    'lines of a policy',
    { policy: 'a\n b \n' },
    { policy: 'b\nc' },
    ['policy'],
    { added: ['policy: c'], removed: ['policy: a'] },
  ],
  [
    'a list of texts',
    { sourceRepos: ['*'] },
    { sourceRepos: ['x', '*'] },
    ['sourceRepos'],
    { added: ['sourceRepos: x'] },
  ],
  [
    'a list of rules',
    { destinations: [] },
    { destinations: [{ server: '*', namespace: 'a' }] },
    ['destinations'],
    { added: ['destinations: {"server":"*","namespace":"a"}'] },
  ],
  [
    'what has a name, by that only',
    { accounts: [{ name: 'appops', tokens: [{ sha256: 'CANARY' }] }] },
    { accounts: [{ name: 'edgedev', tokens: [{ sha256: 'CANARY' }] }] },
    ['accounts'],
    { added: ['accounts: edgedev'], removed: ['accounts: appops'] },
  ],
  [
    'a word',
    { title: 'a', same: 1 },
    { title: 'b', same: 1 },
    ['title', 'same'],
    { added: ['title: b'], removed: ['title: a'] },
  ],
  ['what was not there', undefined, { default: 'role:readonly' }, ['default'], { added: ['default: role:readonly'] }],
  ['only fields that are named', { policy: 'a' }, { policy: 'b' }, [], {}],
])('%s', (_, before, now, fields, expected) => {
  expect(changedEntries(before, now, fields)).toEqual(expected);
});

test('there is no more of it than may be', () => {
  const policy = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(1_000)}`).join('\n');
  const { added = [] } = changedEntries({}, { policy }, ['policy']);
  expect([added.length, added[0]?.length]).toEqual([20, 300]);
});
