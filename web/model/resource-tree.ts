import type { TreeNode } from '../api/types.ts';

/** One line of the tree or the list. */
export interface TreeRow {
  key: string;
  depth: number;
  /** Undefined: the line stands for a group of siblings of one kind. */
  node: TreeNode | undefined;
  /** Of a group: `Pod`. */
  kind: string;
  /** How many stand below it; 0: it cannot be opened. */
  below: number;
  isOpen: boolean;
  /** Of it, or the worst below it while that is folded. */
  worst: TreeNode;
}

export interface TreeOptions {
  /** What somebody opened (true) or folded (false). */
  opened: ReadonlyMap<string, boolean>;
  /** Only what has this in its kind, namespace or name, with what it belongs to. */
  q: string;
}

/** From this many nodes on, branches in which all is well are folded. */
const manyNodes = 60;
/** From this many siblings of one kind on, they share a line. */
const manySiblings = 12;

/** The lines of the tree: what is not well is open, the rest as far as there is room for it. */
export function treeRows(nodes: readonly TreeNode[], { opened, q }: TreeOptions): TreeRow[] {
  const shown = q === '' ? nodes : withAncestors(nodes, matching(nodes, q));
  const children = childrenOf(shown);
  const isLarge = nodes.length > manyNodes;
  const rows: TreeRow[] = [];

  function add(siblings: readonly TreeNode[], depth: number, parent: string): void {
    for (const group of grouped(siblings)) {
      const [first] = group;
      if (first === undefined) continue;
      if (group.length < manySiblings) for (const node of group) addNode(node, depth);
      else addGroup(first, group, depth, `${parent} ${first.id.kind}`);
    }
  }

  function addNode(node: TreeNode, depth: number): void {
    const own = children.get(node.key) ?? [];
    const all = subtree(node, children);
    const isOpen = q !== '' || (opened.get(node.key) ?? (!isLarge || all.some(one => !isWell(one))));
    const worst = isOpen ? node : worstOf(all);
    rows.push({ key: node.key, depth, node, kind: node.id.kind, below: all.length - 1, isOpen, worst });
    if (isOpen) add(own, depth + 1, node.key);
  }

  function addGroup(first: TreeNode, group: readonly TreeNode[], depth: number, key: string): void {
    const all = group.flatMap(node => subtree(node, children));
    const isOpen = q !== '' || (opened.get(key) ?? all.some(node => !isWell(node)));
    rows.push({ key, depth, node: undefined, kind: first.id.kind, below: group.length, isOpen, worst: worstOf(all) });
    if (isOpen) for (const node of group) addNode(node, depth + 1);
  }

  add(children.get('') ?? [], 0, '');
  return rows;
}

/** The same as a plain list: what is not well first, then by kind and name. */
export function listRows(nodes: readonly TreeNode[], q: string): TreeRow[] {
  const shown = q === '' ? [...nodes] : matching(nodes, q);
  return shown
    .toSorted((a, b) => urgency(b) - urgency(a) || byName(a, b))
    .map(node => ({ key: node.key, depth: 0, node, kind: node.id.kind, below: 0, isOpen: false, worst: node }));
}

export function isWell({ health, sync }: TreeNode): boolean {
  return (health.status === 'Healthy' || health.status === 'Suspended') && sync !== 'OutOfSync';
}

/**
 * What one would look at first; undefined where all is well, or on its way. Of what is as bad as it, that which runs: an image that
 * cannot be pulled says more than the settings beside it.
 */
export function worstNode(nodes: readonly TreeNode[]): TreeNode | undefined {
  const bad = nodes.filter(node => urgency(node) >= urgencies.OutOfSync);
  // What is only not there yet waits for something: for that which gets ready.
  if (bad.length > 0 && bad.every(isToCome)) {
    const first = nodes
      .filter(({ declared, health }) => declared && health.status === 'Progressing')
      .toSorted(byName)[0];
    if (first !== undefined) return first;
  }
  const rank = (node: TreeNode) => urgency(node) * 4 + (node.declared ? 2 : 0) + (node.logs ? 1 : 0);
  return bad.toSorted((a, b) => rank(b) - rank(a) || byName(a, b))[0];
}

function isToCome({ health, drift }: TreeNode): boolean {
  return health.status === 'Missing' && drift === undefined;
}

const urgencies = {
  Degraded: 5,
  Missing: 4,
  OutOfSync: 3,
  Progressing: 2,
  Unknown: 1,
  Suspended: 0,
  Healthy: 0,
} as const;

function urgency({ health, sync }: TreeNode): number {
  return Math.max(urgencies[health.status], sync === 'OutOfSync' ? urgencies.OutOfSync : 0);
}

function worstOf(nodes: readonly TreeNode[]): TreeNode {
  const [first, ...rest] = nodes;
  if (first === undefined) throw new Error('nothing has no worst');
  return rest.reduce((worst, node) => (urgency(node) > urgency(worst) ? node : worst), first);
}

/** By the first parent that is shown: a node has one place. Under '' what belongs to nothing that is shown. */
function childrenOf(nodes: readonly TreeNode[]): Map<string, TreeNode[]> {
  const known = new Set(nodes.map(({ key }) => key));
  const children = new Map<string, TreeNode[]>();
  for (const node of nodes.toSorted(byName)) {
    const parent = node.parents.find(key => known.has(key) && key !== node.key) ?? '';
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  return children;
}

function subtree(node: TreeNode, children: ReadonlyMap<string, readonly TreeNode[]>): TreeNode[] {
  const found: TreeNode[] = [];
  const seen = new Set<TreeNode>();
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // Owners may form a circle, if somebody writes them so.
    if (seen.has(next)) continue;
    seen.add(next);
    found.push(next);
    waiting.push(...(children.get(next.key) ?? []));
  }
  return found;
}

/** Neighbours of one kind together. */
function grouped(siblings: readonly TreeNode[]): TreeNode[][] {
  const groups = new Map<string, TreeNode[]>();
  for (const node of siblings) {
    const kind = `${node.id.group}/${node.id.kind}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

function matching(nodes: readonly TreeNode[], q: string): TreeNode[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes.filter(({ key, health }) => {
    const text = `${key} ${health.status} ${health.message}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

function withAncestors(nodes: readonly TreeNode[], found: readonly TreeNode[]): TreeNode[] {
  const byKey = new Map(nodes.map(node => [node.key, node]));
  const kept = new Set(found);
  const waiting = [...found];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const key of next.parents) {
      const parent = byKey.get(key);
      if (parent === undefined || kept.has(parent)) continue;
      kept.add(parent);
      waiting.push(parent);
    }
  }
  return nodes.filter(node => kept.has(node));
}

/** `page-2` before `page-10`. */
const names = new Intl.Collator(undefined, { numeric: true });

function byName(a: TreeNode, b: TreeNode): number {
  return (a.wave ?? 0) - (b.wave ?? 0) || a.id.kind.localeCompare(b.id.kind) || names.compare(a.id.name, b.id.name);
}
