import type { Health } from '../../model/resource.ts';
import { application } from './argo.ts';
import { apiService, customResourceDefinition, namespace } from './definitions.ts';
import { type HealthRule, healthy, type Kind, type KubeFields, listAt, progressing, textAt } from './fields.ts';
import { general } from './general.ts';
import { cronJob, job, workflow } from './jobs.ts';
import { ingress, service } from './network.ts';
import { pod } from './pods.ts';
import { horizontalPodAutoscaler, podDisruptionBudget } from './policies.ts';
import { persistentVolume, persistentVolumeClaim } from './storage.ts';
import { daemonSet, deployment, replicaSet, statefulSet } from './workloads.ts';

const rules: Record<string, HealthRule | undefined> = {
  '/Namespace': namespace,
  '/PersistentVolume': persistentVolume,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Pod': pod,
  '/ReplicationController': replicaSet,
  '/Service': service,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'apiregistration.k8s.io/APIService': apiService,
  'apps/DaemonSet': daemonSet,
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'argoproj.io/Application': application,
  'argoproj.io/Workflow': workflow,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'batch/CronJob': cronJob,
  'batch/Job': job,
  'networking.k8s.io/Ingress': ingress,
  'policy/PodDisruptionBudget': podDisruptionBudget,
};

/** How an object is, in Argo CD's words and a sentence. Pure; of objects of which only the metadata is known, being there is all there is. */
export function assessHealth(object: KubeFields, { group, kind }: Kind): Health {
  if (textAt(object, 'metadata', 'deletionTimestamp') !== '' && kind !== 'Namespace') return deleting(object);
  const rule = rules[`${group}/${kind}`];
  const isPartial = textAt(object, 'kind') === 'PartialObjectMetadata';
  return isPartial ? healthy : (rule ?? general)(object);
}

function deleting(object: KubeFields): Health {
  const finalizers = listAt(object, 'metadata', 'finalizers').filter(name => typeof name === 'string');
  return progressing(`it is being deleted${finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`}`);
}
