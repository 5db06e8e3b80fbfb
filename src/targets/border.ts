import { failure } from '../errors.ts';
import type { ResourceId } from '../model/resource.ts';
import type { Permit } from './target.ts';

/** The one place that every write passes, right before it is sent. Throws PROJECT_FORBIDS. */
export function passBorder(
  permit: Permit,
  act: 'write' | 'delete',
  id: ResourceId,
  clusterScoped = id.namespace === '',
): void {
  const reason = permit.refusalOf(act, id, clusterScoped);
  if (reason !== undefined) throw failure('PROJECT_FORBIDS', { reason });
}
