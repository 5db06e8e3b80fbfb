import { expect, test } from 'vitest';
import type { TreeNode } from '../api/types.ts';
import { graphOf } from './resource-graph.ts';
import { treeRows } from './resource-tree.ts';

function node(kind: string, name: string, parent?: TreeNode): TreeNode {
  const id = { group: '', kind, namespace: '', name };
  const health = { status: 'Healthy', message: '' } as const;
  const parents = parent === undefined ? [] : [parent.key];
  return { key: `${kind}/${name}`, id, parents, declared: true, hook: false, health, logs: false, acts: [], may: [] };
}

const web = node('Deployment', 'web');
const set = node('ReplicaSet', 'set', web);
const nodes = [web, set, node('Pod', 'a', set), node('Pod', 'b', set), node('Service', 'web')];
const graph = graphOf(treeRows(nodes, { opened: new Map(), q: '' }));

test('what made something stands to the left of it, in the middle of what it made', () => {
  expect(graph.boxes.map(({ row, column, line }) => [row.key, column, line])).toEqual([
    ['Deployment/web', 0, 0.5],
    ['ReplicaSet/set', 1, 0.5],
    ['Pod/a', 2, 0],
    ['Pod/b', 2, 1],
    ['Service/web', 0, 2],
  ]);
  expect([graph.columns, graph.lines]).toEqual([3, 3]);
});

test('lines lead from it to what it made', () => {
  const names = graph.edges.map(({ from, to }) => `${graph.boxes[from]?.row.key} > ${graph.boxes[to]?.row.key}`);
  expect(names).toEqual(['Deployment/web > ReplicaSet/set', 'ReplicaSet/set > Pod/a', 'ReplicaSet/set > Pod/b']);
});

test('of nothing there is an empty picture', () => {
  expect(graphOf([])).toEqual({ boxes: [], edges: [], columns: 0, lines: 0 });
});
