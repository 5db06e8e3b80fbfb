import { actOn, type ResourceAct, type Thing } from '../apply/act.ts';
import { asFailure, failure } from '../errors.ts';
import { describeResource, type ResourceKey } from '../model/resource.ts';
import type { Controller } from './controller.ts';
import { applicationNamed } from './requests.ts';

const doing = { restart: 'restarts', delete: 'deletes' } as const satisfies Record<ResourceAct, string>;
const actions = { restart: 'resource.restarted', delete: 'resource.deleted' } as const;

/** A person restarts or deletes one thing. Automation looks at what it left, and acts as it would about any other change. */
export async function requestAct(
  controller: Controller,
  name: string,
  key: ResourceKey,
  act: ResourceAct,
  by: string,
  signal: AbortSignal,
): Promise<void> {
  const application = applicationNamed(controller, name);
  const { target, permitFor } = controller.services;
  const thing = await thingOf(controller, name, key, signal);
  const { id } = 'made' in thing ? thing.made : thing.live;
  const words = `${doing[act]} ${describeResource(id)}`;
  const happening = { action: actions[act], detail: { resource: key } };
  try {
    await actOn(thing, act, {
      ...{ target, application: name, permit: permitFor(application), signal },
      propagation: application.policy.options.propagation,
    });
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = asFailure(error);
    const result = code === 'PROJECT_FORBIDS' ? 'refused' : 'failed';
    controller.chronicle.happened(name, words, by, { ...happening, result, detail: { resource: key, message } });
    throw error;
  }
  controller.tell(name, 'person', words, by, happening);
  controller.queue.add(name);
}

/** Throws RESOURCE_NOT_FOUND for what is not the application's, and for what is not there. */
async function thingOf({ services }: Controller, name: string, key: ResourceKey, signal: AbortSignal): Promise<Thing> {
  const { target } = services;
  const live = target.observe(name, [key]).live.get(key);
  if (live?.owner === name) return { live };
  const made = (await target.owned(name, signal)).resources.find(one => one.key === key);
  if (made === undefined) throw failure('RESOURCE_NOT_FOUND', { name, resource: key });
  return { made };
}
