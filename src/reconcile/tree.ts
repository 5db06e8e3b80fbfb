import { actsOn, type ResourceAct } from '../apply/act.ts';
import { type Health, type Live, type ResourceId, type ResourceKey, resourceKey } from '../model/resource.ts';
import type { ResourceStatus } from '../model/status.ts';
import type { Controller } from './controller.ts';
import { applicationNamed } from './requests.ts';

export interface TreeNode {
  key: ResourceKey;
  id: ResourceId;
  /** Keys of those it belongs to; [] for what is declared. */
  parents: ResourceKey[];
  declared: boolean;
  sync?: ResourceStatus['sync'];
  drift?: 'missing' | 'changed' | 'extra';
  hook: boolean;
  wave?: number;
  health: Health;
  summary?: string;
  createdAt?: number;
  logs: boolean;
  containers?: string[];
  /** What can be done to it beside what Git declares. */
  acts: ResourceAct[];
}

export interface Tree {
  nodes: TreeNode[];
  /** False when a part could not be seen, or there is more than is shown; `reason` says which. */
  complete: boolean;
  reason: string;
  observedAt: number;
}

/** The application's resources and what they have made, as they are now. */
export async function resourceTree(controller: Controller, name: string, signal: AbortSignal): Promise<Tree> {
  const { target, env } = controller.services;
  // What is being deleted is declared nowhere any more, and has resources as long as they are there.
  if (controller.find(name) === undefined) applicationNamed(controller, name);
  const owned = await target.owned(name, signal);
  // After the wait: the newest that is known.
  const { resources = [], undeclared } = controller.find(name)?.status ?? {};
  const keys = resources.map(({ key }) => key);
  const { live, complete, reason } = target.observe(name, keys);
  // Of what is on its way out only that which is still there.
  const left = undeclared === true ? resources.filter(({ key }) => live.has(key)) : resources;
  const declared = left.map(({ id, key, sync, drift, hook, wave, health, summary }): TreeNode => {
    const found = live.get(key);
    const createdAt = found?.createdAt;
    return {
      ...{ id, key, parents: [], declared: true, sync, hook, wave, logs: owned.prints(id) },
      health: found?.deleting === true ? found.health : health,
      acts: found?.owner === name ? actsOn({ live: found }, target) : [],
      ...(drift === undefined ? {} : { drift: drift.kind }),
      ...summaryOf(summary, found),
      ...(createdAt === undefined ? {} : { createdAt }),
    };
  });
  const known = new Set(keys);
  const made = owned.resources
    .filter(({ key }) => !known.has(key))
    .map((one): TreeNode => {
      const { uid: _, id, ...rest } = one;
      const facts = { declared: false, hook: false, logs: owned.prints(id), acts: actsOn({ made: one }, target) };
      return { ...rest, id, key: resourceKey(id), ...facts };
    });
  const reasons = [reason, owned.reason].filter(text => text !== '');
  return {
    nodes: [...declared, ...made],
    complete: complete && owned.complete,
    reason: reasons.join('; '),
    observedAt: env.clock.now(),
  };
}

/** What holds it is all that one wants to know of what is being deleted. */
function summaryOf(summary: string | undefined, live: Live | undefined): Pick<TreeNode, 'summary'> {
  if (live?.deleting === true) return { summary: live.health.message };
  return summary === undefined ? {} : { summary };
}
