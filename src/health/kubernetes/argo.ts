import { type Health, healthStatuses } from '../../model/resource.ts';
import { explain, healthy, type KubeFields, progressing, textAt } from './fields.ts';

/** Application of Argo CD, or of ours: as healthy as it says itself. */
export function application(object: KubeFields): Health {
  const said = textAt(object, 'status', 'health', 'status');
  const status = healthStatuses.find(known => known === said);
  if (status === undefined) return progressing('it was not looked at yet');
  if (status === 'Healthy') return healthy;
  return {
    status,
    message: explain({ reason: '', message: textAt(object, 'status', 'health', 'message') }, `its health is ${status}`),
  };
}
