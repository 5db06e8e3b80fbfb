import type { Health } from '../../model/resource.ts';
import {
  condition,
  degraded,
  explain,
  healthy,
  isOutdated,
  isSet,
  type KubeFields,
  numberAt,
  outdated,
  progressing,
  suspended,
  textAt,
  valueAt,
} from './fields.ts';

/** A workload whose controller has never written a status: it was only just created. */
function isUnseen(object: KubeFields): boolean {
  return valueAt(object, 'status', 'observedGeneration') === undefined;
}

function creationFailure(object: KubeFields): Health | undefined {
  const failed = condition(object, 'ReplicaFailure');
  if (failed?.status !== 'True') return undefined;
  return degraded(`its pods cannot be created: ${explain(failed, 'no reason given')}`);
}

export function deployment(object: KubeFields): Health {
  if (isSet(object, 'spec', 'paused')) return suspended('its rollout is paused');
  if (isUnseen(object) || isOutdated(object)) return outdated;
  const late = condition(object, 'Progressing');
  if (late?.reason === 'ProgressDeadlineExceeded')
    return degraded(`its rollout is stuck: ${explain(late, 'its progress deadline has passed')}`);
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const updated = numberAt(object, ['status', 'updatedReplicas']);
  const total = numberAt(object, ['status', 'replicas']);
  const available = numberAt(object, ['status', 'availableReplicas']);
  const failure = creationFailure(object);
  if (failure !== undefined && available < wanted) return failure;
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas are of the new version`);
  if (total > updated) return progressing(`${total - updated} replicas of the old version are still there`);
  if (available < updated) return progressing(`${available} of ${updated} replicas are available`);
  return healthy;
}

export function statefulSet(object: KubeFields): Health {
  if (isUnseen(object) || isOutdated(object)) return outdated;
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const ready = numberAt(object, ['status', 'readyReplicas']);
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas are ready`);
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return healthy;
  const partition = numberAt(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']);
  const updated = numberAt(object, ['status', 'updatedReplicas']);
  if (partition > 0) {
    const expected = Math.max(0, wanted - partition);
    return updated < expected ? progressing(`${updated} of ${expected} replicas are of the new version`) : healthy;
  }
  const isRolling = textAt(object, 'status', 'updateRevision') !== textAt(object, 'status', 'currentRevision');
  return isRolling ? progressing(`${updated} of ${wanted} replicas are of the new version`) : healthy;
}

export function daemonSet(object: KubeFields): Health {
  if (isUnseen(object) || isOutdated(object)) return outdated;
  const wanted = numberAt(object, ['status', 'desiredNumberScheduled']);
  const updated = numberAt(object, ['status', 'updatedNumberScheduled']);
  const available = numberAt(object, ['status', 'numberAvailable']);
  const onDelete = textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (!onDelete && updated < wanted) return progressing(`${updated} of ${wanted} nodes run the new version`);
  if (available < wanted) return progressing(`it is available on ${available} of ${wanted} nodes`);
  return healthy;
}

/** ReplicaSet and ReplicationController. */
export function replicaSet(object: KubeFields): Health {
  if (isUnseen(object) || isOutdated(object)) return outdated;
  const wanted = numberAt(object, ['spec', 'replicas'], 1);
  const available = numberAt(object, ['status', 'availableReplicas']);
  if (available >= wanted) return healthy;
  return creationFailure(object) ?? progressing(`${available} of ${wanted} replicas are available`);
}
