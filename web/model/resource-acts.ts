import type { ResourceAct, TreeNode } from '../api/types.ts';

export const actWords = { restart: 'Restart', delete: 'Delete' } as const satisfies Record<ResourceAct, string>;

/** What the policy has to allow. */
const rights = { restart: 'action', delete: 'delete' } as const satisfies Record<ResourceAct, string>;

/** Why it cannot be done by whoever looks; undefined when it can. */
export function actRefusal(act: ResourceAct, { may }: Pick<TreeNode, 'may'>): string | undefined {
  return may.includes(act) ? undefined : `Your role does not include ${rights[act]} on this resource`;
}

/** What will happen, in a sentence or two. */
export function actEffect(
  act: ResourceAct,
  { id, declared, hook }: Pick<TreeNode, 'id' | 'declared' | 'hook'>,
): string {
  if (act === 'restart')
    return id.kind === 'Process'
      ? 'It is ended and begins anew. What is declared stays the same.'
      : 'Its pods are replaced one after the other, as its strategy says. What is declared stays the same.';
  if (!declared) return 'It is deleted in the target. What made it makes another one, if it still wants one.';
  if (hook) return 'It is deleted in the target. It runs again with the next sync that has something to do.';
  return 'It is deleted in the target. Git still declares it: it is made again at once where automation heals, and by the next sync otherwise.';
}

/** Everything that it has made, however far down. */
export function belowIt(nodes: readonly TreeNode[], key: string): TreeNode[] {
  const found = new Set<TreeNode>();
  const keys = new Set([key]);
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const node of nodes) {
      if (node.key === key || found.has(node) || !node.parents.some(parent => keys.has(parent))) continue;
      found.add(node);
      keys.add(node.key);
    }
  }
  return [...found];
}
