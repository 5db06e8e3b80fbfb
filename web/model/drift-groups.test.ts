import { expect, test } from 'vitest';
import type { DriftRow } from '../api/types.ts';
import {
  authorWords,
  chosenGroups,
  driftBlocks,
  driftGroups,
  driftId,
  nothingToHeal,
  toggled,
} from './drift-groups.ts';

const row = (application: string, name: string, by?: string): DriftRow => ({
  application,
  project: 'default',
  key: `/ConfigMap/ns/${name}`,
  id: { group: '', kind: 'ConfigMap', namespace: 'ns', name },
  kind: by === 'git' ? 'extra' : 'changed',
  ...(by === undefined || by === 'git' ? {} : { by: { name: by, at: 1 } }),
  healsItself: false,
});
const rows = [
  row('bank', 'b', 'appdev'),
  row('bank', 'a', 'appdev'),
  row('shop', 'c', 'appdev'),
  row('bank', 'd', 'git'),
  row('x', 'e'),
];

test('differences that somebody made in an application stand together, in their order', () => {
  const groups = driftGroups(rows).map(({ author, application, rows }) => [author, application, rows.length]);
  expect(groups).toEqual([
    ['appdev', 'bank', 2],
    ['appdev', 'shop', 1],
    ['git', 'bank', 1],
    ['unknown', 'x', 1],
  ]);
});

test('each author stands above what they made, once', () => {
  const blocks = driftBlocks(rows).map(block => ('group' in block ? block.group.application : `by ${block.author}`));
  expect(blocks).toEqual(['by appdev', 'bank', 'shop', 'by git', 'bank', 'by unknown', 'x']);
  const ids = driftBlocks(rows).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('all of a group are chosen, and none of them when all were', () => {
  const [first, second] = rows as [DriftRow, DriftRow];
  const both = toggled(new Set([driftId(first)]), [first, second]);
  expect(both).toEqual(new Set([driftId(first), driftId(second)]));
  expect(toggled(both, [first, second])).toEqual(new Set());
});

test('what is chosen is done application by application, whoever made it; what is gone is not', () => {
  const chosen = new Set([...rows.slice(1, 4).map(driftId), 'gone /ConfigMap/ns/x']);
  expect(chosenGroups(rows, chosen).map(({ application, rows }) => [application, rows.length])).toEqual([
    ['bank', 2],
    ['shop', 1],
  ]);
});

test.each([
  ['kubectl-edit', 'kubectl-edit'],
  ['unknown', 'Nobody knows who'],
  ['git', 'No longer declared in Git'],
])('who %s is', (name, words) => {
  expect(authorWords(name)).toBe(words);
});

test('what belongs to another application is that one’s, and there is nothing to heal where that is refused', () => {
  const shared = { ...row('atlas', 'tiles'), sharedWith: 'maps', held: 'it belongs to the application maps' };
  expect(driftGroups([shared]).map(({ author }) => authorWords(author))).toEqual(['The application maps']);
  expect(nothingToHeal([shared])).toBeUndefined();
  expect(nothingToHeal([{ ...shared, refused: true }])).toBe('Not possible: it belongs to the application maps');
});
