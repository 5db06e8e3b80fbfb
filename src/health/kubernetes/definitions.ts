import type { Health } from '../../model/resource.ts';
import { condition, conditions, degraded, explain, healthy, type KubeFields, progressing, textAt } from './fields.ts';

export function customResourceDefinition(object: KubeFields): Health {
  if (condition(object, 'Terminating')?.status === 'True') return progressing('its resources are being deleted');
  const names = condition(object, 'NamesAccepted');
  if (names?.status === 'False') return degraded(`its names are taken: ${explain(names, 'no reason given')}`);
  const established = condition(object, 'Established');
  if (established?.status === 'True') return healthy;
  return progressing('the cluster does not serve it yet');
}

export function apiService(object: KubeFields): Health {
  const available = condition(object, 'Available');
  if (available?.status === 'True') return healthy;
  return progressing(
    `its server is not available: ${explain(available ?? { reason: '', message: '' }, 'not looked at yet')}`,
  );
}

export function namespace(object: KubeFields): Health {
  if (textAt(object, 'status', 'phase') !== 'Terminating') return healthy;
  const holding = conditions(object).find(found => found.status === 'True' && found.message !== '');
  return progressing(`it is being deleted${holding === undefined ? '' : `: ${holding.message}`}`);
}
