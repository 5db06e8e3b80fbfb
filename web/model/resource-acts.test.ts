import { expect, test } from 'vitest';
import type { TreeNode } from '../api/types.ts';
import { actEffect, actRefusal, belowIt } from './resource-acts.ts';

function node(kind: string, name: string, parents: string[] = []): TreeNode {
  const id = { group: '', kind, namespace: '', name };
  const facts = { declared: parents.length === 0, hook: false, logs: false, acts: [], may: [] };
  return { key: name, id, parents, health: { status: 'Healthy', message: '' }, ...facts };
}

test('what goes with it: all that it has made, in whatever order it is told', () => {
  const nodes = [
    node('Pod', 'pod', ['set']),
    node('ReplicaSet', 'set', ['web']),
    node('Deployment', 'web'),
    node('Pod', 'x', ['y']),
  ];
  expect(
    belowIt(nodes, 'web')
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(['pod', 'set']);
  expect(belowIt(nodes, 'pod')).toEqual([]);
});

test('owners in a circle end somewhere', () => {
  const nodes = [node('A', 'a', ['b']), node('B', 'b', ['a'])];
  expect(belowIt(nodes, 'a').map(({ key }) => key)).toEqual(['b']);
});

test('who may not is told which right is missing', () => {
  expect(actRefusal('restart', { may: ['restart'] })).toBeUndefined();
  expect(actRefusal('delete', { may: ['restart'] })).toBe('Your role does not include delete on this resource');
});

test.each([
  [node('Pod', 'a', ['set']), /makes another one/],
  [node('ConfigMap', 'a'), /made again at once/],
  [{ ...node('Job', 'a'), hook: true }, /with the next sync/],
])('deleting says what comes of it (%#)', (one, words) => expect(actEffect('delete', one)).toMatch(words));
