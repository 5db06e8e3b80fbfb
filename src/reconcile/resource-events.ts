import { eachLimited } from '../apply/limit.ts';
import type { ResourceId, ResourceKey } from '../model/resource.ts';
import type { OwnedResource, TargetEvent } from '../targets/target.ts';
import type { Controller } from './controller.ts';
import { placeOf } from './resource-detail.ts';

export interface ResourceEvent extends TargetEvent {
  /** What it is about: the resource itself, or one that it has made. */
  key: ResourceKey;
}

const most = 200;
/** Of what a resource has made, only so many are asked about: those that are not well, then the newest. */
const mostMade = 10;
const concurrent = 4;

/** What the target tells about one of the tree and about what it has made, newest first. Throws RESOURCE_NOT_FOUND. */
export async function resourceEvents(
  controller: Controller,
  name: string,
  key: ResourceKey,
  signal: AbortSignal,
): Promise<ResourceEvent[]> {
  const { target } = controller.services;
  const { id } = await placeOf(controller, name, key, signal);
  const { resources } = await target.owned(name, signal);
  const made = descendants(key, resources).sort((a, b) => wellness(a) - wellness(b) || b.createdAt - a.createdAt);
  const about: { key: ResourceKey; id: ResourceId }[] = [{ key, id }, ...made.slice(0, mostMade)];
  const events: ResourceEvent[] = [];
  await eachLimited(about, concurrent, async one => {
    const told = await target.events(name, one.id, signal);
    events.push(...told.map(event => ({ ...event, key: one.key })));
  });
  return events.sort((a, b) => b.lastAt - a.lastAt).slice(0, most);
}

function wellness({ health }: OwnedResource): number {
  return health.status === 'Healthy' ? 1 : 0;
}

function descendants(key: ResourceKey, resources: readonly OwnedResource[]): OwnedResource[] {
  const children = new Map<ResourceKey, OwnedResource[]>();
  for (const one of resources) {
    for (const parent of one.parents) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [one]);
      else known.push(one);
    }
  }
  const found = new Map<ResourceKey, OwnedResource>();
  const parents = new Set([key]);
  for (const parent of parents) {
    for (const one of children.get(parent) ?? []) {
      found.set(one.key, one);
      parents.add(one.key);
    }
  }
  return [...found.values()];
}
