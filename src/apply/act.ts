import { failure } from '../errors.ts';
import { describeResource, type Live, type Propagation } from '../model/resource.ts';
import type { OwnedResource, Permit, Target } from '../targets/target.ts';

/** What a person may do to one thing of an application beside what Git declares. */
export const resourceActs = ['restart', 'delete'] as const;
export type ResourceAct = (typeof resourceActs)[number];

/** One of the application's own resources, or one that they have made. */
export type Thing = { live: Live } | { made: OwnedResource };

interface ActContext {
  target: Target;
  application: string;
  permit: Permit;
  propagation: Propagation;
  /** Ends a write that has begun, too: Holdfast itself stops. */
  signal: AbortSignal;
}

/** What can be done to it, whoever asks. */
export function actsOn(thing: Thing, target: Pick<Target, 'restarts' | 'removeOwned'>): ResourceAct[] {
  if ('made' in thing) return target.removeOwned === undefined ? [] : ['delete'];
  const { live } = thing;
  if (live.deleting) return [];
  return target.restarts?.(live.id) === true ? ['restart', 'delete'] : ['delete'];
}

/** Does it to exactly what was seen, or to nothing. What is deleted and declared is missed from then on, as if anybody had deleted it. */
export async function actOn(thing: Thing, act: ResourceAct, context: ActContext): Promise<void> {
  const { target, application, permit, propagation, signal } = context;
  const { id } = 'made' in thing ? thing.made : thing.live;
  if (!actsOn(thing, target).includes(act))
    throw failure('RESOURCE_ACT_UNKNOWN', { act, resource: describeResource(id) });
  if ('made' in thing) await target.removeOwned?.(application, thing.made, { permit }, signal);
  else if (act === 'restart') await target.restart?.(application, thing.live, { permit }, signal);
  else await target.remove(thing.live, { propagation: thing.live.options.propagation ?? propagation, permit }, signal);
}
