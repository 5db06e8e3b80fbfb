import { expect, test } from 'vitest';
import type { TreeNode } from '../api/types.ts';
import { listRows, type TreeRow, treeRows, worstNode } from './resource-tree.ts';

function node(kind: string, name: string, more: Partial<TreeNode> = {}): TreeNode {
  const id = { group: '', kind, namespace: 'shop', name };
  const health = { status: 'Healthy', message: '' } as const;
  const facts = { parents: [], declared: true, hook: false, logs: false, acts: [], may: [] };
  return { key: `/${kind}/shop/${name}`, id, health, ...facts, ...more };
}

const degraded = { health: { status: 'Degraded', message: 'image pull fails' } } as const;
const web = node('Deployment', 'web');
const set = node('ReplicaSet', 'web-7f', { parents: [web.key] });
const pod = node('Pod', 'web-7f-x2k', { parents: [set.key], ...degraded });
const config = node('ConfigMap', 'settings', { sync: 'OutOfSync' });
const all = [pod, web, config, set];

const lines = (rows: TreeRow[]) =>
  rows.map(({ depth, kind, node }) => `${'  '.repeat(depth)}${kind} ${node?.id.name ?? '*'}`);
const open = { opened: new Map<string, boolean>(), q: '' };

test('what something has made stands below it', () => {
  expect(lines(treeRows(all, open))).toEqual([
    'ConfigMap settings',
    'Deployment web',
    '  ReplicaSet web-7f',
    '    Pod web-7f-x2k',
  ]);
});

test('what is folded shows the worst that is in it', () => {
  const row = treeRows(all, { ...open, opened: new Map([[web.key, false]]) }).at(-1);
  expect([row?.key, row?.isOpen, row?.below, row?.worst]).toEqual([web.key, false, 2, pod]);
});

test('what fits is shown with what it belongs to', () => {
  expect(lines(treeRows(all, { ...open, q: 'PULL' }))).toEqual([
    'Deployment web',
    '  ReplicaSet web-7f',
    '    Pod web-7f-x2k',
  ]);
  expect(treeRows(all, { ...open, q: 'nothing' })).toEqual([]);
});

test('many of one kind share a line, which is open when one of them is not well', () => {
  const pods = Array.from({ length: 20 }, (_, index) => node('Pod', `p${index}`));
  expect(lines(treeRows(pods, open))).toEqual(['Pod *']);
  expect(treeRows([...pods, node('Pod', 'bad', degraded)], open)).toHaveLength(22);
});

test('where there is much, branches in which all is well are folded', () => {
  const many = Array.from({ length: 70 }, (_, index) => node(`Kind${index}`, 'x'));
  const healthy = node('Pod', 'fine', { parents: [set.key] });
  expect(lines(treeRows([...many, web, set, healthy], open))).not.toContain('  ReplicaSet web-7f');
  expect(lines(treeRows([...many, web, set, pod], open))).toContain('    Pod web-7f-x2k');
});

test('a circle of owners ends', () => {
  const a = node('A', 'a', { parents: ['/B/shop/b'] });
  const b = node('B', 'b', { parents: [a.key] });
  expect(treeRows([a, b], open)).toEqual([]);
  expect(listRows([a, b], '')).toHaveLength(2);
});

test('the list begins with what is not well', () => {
  expect(listRows(all, '').map(({ key }) => key)).toEqual([pod.key, config.key, web.key, set.key]);
});

const toCome = node('ConfigMap', 'after', { health: { status: 'Missing', message: '' }, sync: 'OutOfSync' });
const starting = node('Deployment', 'cache', { health: { status: 'Progressing', message: '' } });
const drifted = node('Deployment', 'api', { sync: 'OutOfSync', logs: true });
test.each([
  ['nothing, where all is well', [web, set], undefined],
  ['nothing that is on its way', [node('Job', 'a', { health: { status: 'Progressing', message: '' } })], undefined],
  ['what differs', all.slice(1), config],
  ['what is declared before what that has made', [pod, node('Deployment', 'web', degraded)], 'web'],
  ['what is unhealthy before what differs', all, pod],
  ['what is waited for, before what waits for it', [toCome, starting], starting],
  ['what somebody deleted', [{ ...toCome, drift: 'missing' as const }, starting], 'after'],
  ['what runs before the settings of it', [config, drifted], drifted],
])('what is looked at first: %s', (_, nodes, first) => {
  const found = worstNode(nodes);
  expect(typeof first === 'string' ? found?.id.name : found).toBe(first);
});
