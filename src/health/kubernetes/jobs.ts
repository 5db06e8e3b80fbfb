import type { Health } from '../../model/resource.ts';
import {
  condition,
  degraded,
  explain,
  healthy,
  isSet,
  type KubeFields,
  numberAt,
  progressing,
  suspended,
  textAt,
} from './fields.ts';

export function job(object: KubeFields): Health {
  const failed = condition(object, 'Failed');
  if (failed?.status === 'True') return degraded(`it failed: ${explain(failed, 'no reason given')}`);
  if (condition(object, 'Complete')?.status === 'True') return healthy;
  const failing = condition(object, 'FailureTarget');
  if (failing?.status === 'True') return degraded(`it is failing: ${explain(failing, 'no reason given')}`);
  if (isSet(object, 'spec', 'suspend')) return suspended('it is suspended');
  const active = numberAt(object, ['status', 'active']);
  const failures = numberAt(object, ['status', 'failed']);
  const tried = failures === 0 ? '' : `, ${failures} attempts failed`;
  return progressing(active === 0 ? `it has not started yet${tried}` : `${active} pods are running${tried}`);
}

export function cronJob(object: KubeFields): Health {
  return isSet(object, 'spec', 'suspend') ? suspended('its schedule is suspended') : healthy;
}

const workflowPhases: Record<string, 'Healthy' | 'Degraded' | 'Suspended'> = {
  Succeeded: 'Healthy',
  Skipped: 'Healthy',
  Omitted: 'Healthy',
  Failed: 'Degraded',
  Error: 'Degraded',
};

/** Workflow of Argo Workflows. */
export function workflow(object: KubeFields): Health {
  const phase = textAt(object, 'status', 'phase');
  const status = Object.hasOwn(workflowPhases, phase) ? workflowPhases[phase] : undefined;
  if (status === 'Healthy') return healthy;
  const message = textAt(object, 'status', 'message');
  if (status === 'Degraded') return degraded(explain({ reason: phase, message }, 'it failed'));
  if (isSet(object, 'spec', 'suspend')) return suspended('it is suspended');
  return progressing(phase === '' ? 'it has not started yet' : `it is ${phase.toLowerCase()}`);
}
