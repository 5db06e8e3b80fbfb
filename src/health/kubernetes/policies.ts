import type { Health } from '../../model/resource.ts';
import {
  condition,
  conditions,
  degraded,
  explain,
  healthy,
  isOutdated,
  type KubeFields,
  outdated,
  progressing,
} from './fields.ts';

export function horizontalPodAutoscaler(object: KubeFields): Health {
  if (conditions(object).length === 0) return progressing('it has not looked at its target yet');
  const able = condition(object, 'AbleToScale');
  if (able?.status === 'False' && able.reason.startsWith('Failed'))
    return degraded(`it cannot scale its target: ${explain(able, 'no reason given')}`);
  const active = condition(object, 'ScalingActive');
  // Switched off by a target of zero replicas: as somebody wants it.
  if (active?.status === 'False' && active.reason !== 'ScalingDisabled')
    return degraded(`it does not scale: ${explain(active, 'no reason given')}`);
  return healthy;
}

export function podDisruptionBudget(object: KubeFields): Health {
  if (isOutdated(object)) return outdated;
  const allowed = condition(object, 'DisruptionAllowed');
  if (allowed?.status === 'False' && allowed.reason === 'SyncFailed')
    return degraded(`it cannot be enforced: ${explain(allowed, 'no reason given')}`);
  return healthy;
}
