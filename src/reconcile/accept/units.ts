import { failure } from '../../errors.ts';
import type { Desired, FieldChange, ResourceId } from '../../model/resource.ts';
import type { ResourceDifference } from '../operator.ts';

export interface Chosen {
  key: string;
  paths?: string[] | undefined;
}

export interface NotAccepted {
  key: string;
  /** '' for the whole resource. */
  path: string;
  why: string;
}

/** One thing that Git is to say as it is: a field, or (path '') that a resource is not there. */
export interface Unit {
  id: ResourceId;
  key: string;
  path: string;
  change?: FieldChange;
  desired: Desired;
}

const maxUnits = 200;

/** What of the difference can be thought about at all, and why the rest cannot. */
export function unitsOf(
  application: string,
  differing: readonly ResourceDifference[],
  desired: readonly Desired[],
  chosen: readonly Chosen[] | undefined,
): { units: Unit[]; notAccepted: NotAccepted[] } {
  const declared = new Map(desired.map(one => [one.key, one]));
  const units: Unit[] = [];
  const notAccepted: NotAccepted[] = [];
  const wanted = chosen ?? differing.filter(({ cause }) => cause === 'drift').map(({ key }): Chosen => ({ key }));
  for (const { key, paths } of wanted) {
    const difference = differing.find(one => one.key === key);
    const one = declared.get(key);
    if (difference === undefined && one === undefined)
      throw failure('RESOURCE_NOT_FOUND', { name: application, resource: key });
    const refuse = (why: string, path = '') => notAccepted.push({ key, path, why });
    const whole = refusalOf(difference, one);
    if (difference === undefined || one === undefined || whole !== undefined) {
      refuse(whole ?? 'it does not differ now');
      continue;
    }
    const { id } = difference;
    if (difference.action === 'create') units.push({ id, key, path: '', desired: one });
    else units.push(...fieldsOf(difference, one, paths, refuse));
  }
  for (const { key, path } of units.splice(maxUnits))
    notAccepted.push({ key, path, why: `more than ${maxUnits} at once; accept these first` });
  return { units, notAccepted };
}

function refusalOf(difference: ResourceDifference | undefined, desired: Desired | undefined): string | undefined {
  if (difference === undefined) return 'it does not differ now';
  if (desired === undefined) return 'Git dropped it; to have it back, revert that commit';
  if (difference.cause === 'git') return 'Git asks for something newer, and nobody changed it in the target';
  if (desired.implied === true) return 'no source declares it';
  if (desired.id.group === '' && desired.id.kind === 'Secret') return 'values of a Secret are not written to Git';
  return undefined;
}

function fieldsOf(
  { id, key, changes }: ResourceDifference,
  desired: Desired,
  paths: readonly string[] | undefined,
  refuse: (why: string, path: string) => void,
): Unit[] {
  for (const path of paths ?? [])
    if (!changes.some(change => change.path === path)) refuse('it does not differ now', path);
  return changes.flatMap((change): Unit[] => {
    const { path, masked } = change;
    if (paths !== undefined && !paths.includes(path)) return [];
    if (masked !== true) return [{ id, key, path, change, desired }];
    refuse('secret values are not written to Git', path);
    return [];
  });
}
