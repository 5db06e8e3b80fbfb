import { asFailure, failure } from '../errors.ts';
import { mainRevision } from '../model/lock.ts';
import type { Author, Desired, FieldChange, ResourceId, ResourceKey } from '../model/resource.ts';
import type { ResourceStatus } from '../model/status.ts';
import type { Controller } from './controller.ts';
import { applicationNamed } from './requests.ts';
import { contextOf } from './survey.ts';

export interface ResourceDetail {
  id: ResourceId;
  key: ResourceKey;
  declaredIn?: { revision: string };
  declared?: string;
  live?: string;
  /** What a sync would do to it; undefined for what is not declared, and where nobody can tell. */
  difference?: SingleDifference;
  /** Why nobody can. */
  unknown?: string;
}

interface SingleDifference {
  action: 'none' | 'create' | 'change' | 'delete';
  cause?: 'git' | 'drift';
  by?: Author;
  changes: FieldChange[];
  /** Why no sync does it, whoever asks. */
  refused?: string;
}

interface Place {
  id: ResourceId;
  desired?: Desired;
  status?: ResourceStatus;
}

/** One of the application's resources, or one that they have made. Nothing else of the target is shown. Throws RESOURCE_NOT_FOUND. */
export async function placeOf(
  controller: Controller,
  name: string,
  key: ResourceKey,
  signal: AbortSignal,
): Promise<Place> {
  const state = controller.find(name);
  if (state === undefined) applicationNamed(controller, name);
  const desired = state?.declared?.desired.find(one => one.key === key);
  const status = state?.status.resources.find(one => one.key === key);
  const id = desired?.id ?? status?.id;
  if (id !== undefined)
    return { id, ...(desired === undefined ? {} : { desired }), ...(status === undefined ? {} : { status }) };
  const owned = await controller.services.target.owned(name, signal);
  const made = owned.resources.find(one => one.key === key);
  if (made === undefined) throw failure('RESOURCE_NOT_FOUND', { name, resource: key });
  return { id: made.id };
}

/** Declared and live text of one resource, and what differs. Secret values are masked. */
export async function resourceDetail(
  controller: Controller,
  name: string,
  key: ResourceKey,
  signal: AbortSignal,
): Promise<ResourceDetail> {
  const { target } = controller.services;
  const place = await placeOf(controller, name, key, signal);
  const { id, desired } = place;
  const [declared, live, difference] = await Promise.all([
    desired === undefined ? undefined : target.show(desired),
    target.read(id, signal),
    differenceOf(controller, name, place, signal),
  ]);
  const lock = controller.find(name)?.declared?.lock;
  return {
    ...{ id, key },
    ...(lock === undefined || desired === undefined ? {} : { declaredIn: { revision: mainRevision(lock) } }),
    ...(declared === undefined ? {} : { declared }),
    ...(live === undefined ? {} : { live }),
    ...difference,
  };
}

async function differenceOf(
  controller: Controller,
  name: string,
  { id, desired, status }: Place,
  signal: AbortSignal,
): Promise<Pick<ResourceDetail, 'difference' | 'unknown'>> {
  const { services } = controller;
  if (desired === undefined) {
    if (status?.drift?.kind !== 'extra') return {};
    return { difference: { action: 'delete', cause: 'git', changes: [] } };
  }
  // A hook is run, not kept as it is.
  if (desired.hook !== undefined) return {};
  try {
    const live = services.target.observe(name, [desired.key]).live.get(desired.key);
    const context = contextOf(applicationNamed(controller, name), services);
    const { changes, by, uid } = await services.target.preview(desired, live, context, signal);
    if (changes.length === 0) return { difference: { action: 'none', changes } };
    const author = by ?? status?.drift?.by;
    const cause = status?.drift === undefined ? 'git' : 'drift';
    return {
      difference: {
        ...{ action: uid === '' && live === undefined ? 'create' : 'change', cause, changes },
        ...(author === undefined || cause === 'git' ? {} : { by: author }),
        ...(status?.refused === true && status.held !== undefined ? { refused: status.held } : {}),
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    const { message, advice } = asFailure(error);
    return { unknown: `${id.kind} ${id.name}: ${message}. ${advice}` };
  }
}
