import type { Health } from '../../model/resource.ts';
import {
  condition,
  degraded,
  explain,
  healthy,
  type KubeFields,
  listAt,
  numberAt,
  progressing,
  textAt,
  valueAt,
} from './fields.ts';

/** Reasons for which a container waits and that do not pass by themselves. */
const brokenReasons =
  /^(CrashLoopBackOff|ImagePullBackOff|ErrImage|InvalidImageName|ErrInvalid|Create\w+Error|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError|RegistryUnavailable)/;

export function pod(object: KubeFields): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Succeeded') return healthy;
  if (phase === 'Failed') return degraded(failure(object));
  const broken = brokenContainer(object);
  if (broken !== undefined) return degraded(broken);
  if (phase === 'Running') {
    if (textAt(object, 'spec', 'restartPolicy') !== 'Always' && valueAt(object, 'spec', 'restartPolicy') !== undefined)
      return progressing('it is running and has not ended yet');
    const ready = condition(object, 'Ready');
    if (ready?.status === 'True') return healthy;
    const restarted = containers(object).find(container => valueAt(container, 'lastState', 'terminated') !== undefined);
    if (restarted !== undefined)
      return degraded(
        `container ${textAt(restarted, 'name')} has restarted and is not ready: ${ending(restarted, 'lastState')}`,
      );
    return progressing(
      `it is running but not ready: ${explain(ready ?? { reason: '', message: '' }, 'no reason given')}`,
    );
  }
  const scheduled = condition(object, 'PodScheduled');
  if (scheduled?.status === 'False') return progressing(`it has no node yet: ${explain(scheduled, 'no reason given')}`);
  return progressing('it is being started');
}

function containers(object: KubeFields): readonly unknown[] {
  return [...listAt(object, 'status', 'initContainerStatuses'), ...listAt(object, 'status', 'containerStatuses')];
}

function brokenContainer(object: KubeFields): string | undefined {
  for (const container of containers(object)) {
    const reason = textAt(container, 'state', 'waiting', 'reason');
    if (!brokenReasons.test(reason)) continue;
    const name = textAt(container, 'name');
    if (reason === 'CrashLoopBackOff')
      return `container ${name} crashes again and again (${numberAt(container, ['restartCount'])} restarts): ${ending(container, 'lastState')}`;
    return `container ${name}: ${reason}: ${explain({ reason: '', message: textAt(container, 'state', 'waiting', 'message') }, 'no reason given')}`;
  }
  return undefined;
}

function failure(object: KubeFields): string {
  for (const container of containers(object)) {
    if (numberAt(container, ['state', 'terminated', 'exitCode']) !== 0)
      return `container ${textAt(container, 'name')} failed: ${ending(container, 'state')}`;
  }
  const status = { reason: textAt(object, 'status', 'reason'), message: textAt(object, 'status', 'message') };
  return explain(status, 'it failed');
}

function ending(container: unknown, state: 'state' | 'lastState'): string {
  const reason = textAt(container, state, 'terminated', 'reason');
  const code = numberAt(container, [state, 'terminated', 'exitCode']);
  return reason === '' || reason === 'Error' ? `exit code ${code}` : `${reason}, exit code ${code}`;
}
