import type { ServedKind } from './discovery.ts';

/**
 * Order among the kinds of one wave. It is the order that Helm and Argo CD have, with kinds that do not need each other
 * together, so that they go at the same time.
 */
const ranks: readonly (readonly string[])[] = [
  ['/Namespace'],
  [
    ...['networking.k8s.io/NetworkPolicy', '/ResourceQuota', '/LimitRange', 'policy/PodDisruptionBudget'],
    ...['scheduling.k8s.io/PriorityClass', '/ServiceAccount', '/Secret', '/ConfigMap'],
    ...['storage.k8s.io/StorageClass', 'storage.k8s.io/CSIDriver', '/PersistentVolume', '/PersistentVolumeClaim'],
    ...['apiextensions.k8s.io/CustomResourceDefinition'],
    ...['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
    ...['rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/RoleBinding'],
    ...['networking.k8s.io/IngressClass', 'node.k8s.io/RuntimeClass'],
  ],
  ['/Service'],
  [
    ...['apps/DaemonSet', '/Pod', '/ReplicationController', 'apps/ReplicaSet', 'apps/Deployment', 'apps/StatefulSet'],
    ...['batch/Job', 'batch/CronJob', 'autoscaling/HorizontalPodAutoscaler'],
  ],
  // 4: all other kinds that Kubernetes itself has.
  [],
  // 5: resources of definitions.
  [],
  [
    ...['apiregistration.k8s.io/APIService', 'admissionregistration.k8s.io/MutatingWebhookConfiguration'],
    ...['admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
    ...['admissionregistration.k8s.io/ValidatingAdmissionPolicy'],
    ...['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding'],
    ...['admissionregistration.k8s.io/MutatingAdmissionPolicy'],
    ...['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding'],
  ],
];

const rankOf = new Map(ranks.flatMap((kinds, rank) => kinds.map(kind => [kind, rank] as const)));

export function rank(id: { group: string; kind: string }): number {
  return rankOf.get(`${id.group}/${id.kind}`) ?? (isBuiltInGroup(id.group) ? 4 : 5);
}

/** Groups of Kubernetes itself: short names from its early days, and those under `k8s.io` that it registers itself. */
export function isBuiltInGroup(group: string): boolean {
  return !group.includes('.') || builtInGroups.has(group);
}

const builtInGroups = new Set([
  ...['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'authentication.k8s.io'],
  ...['authorization.k8s.io', 'certificates.k8s.io', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io'],
  ...['flowcontrol.apiserver.k8s.io', 'internal.apiserver.k8s.io', 'networking.k8s.io', 'node.k8s.io'],
  ...['rbac.authorization.k8s.io', 'resource.k8s.io', 'scheduling.k8s.io', 'storage.k8s.io'],
  ...['storagemigration.k8s.io'],
]);

/** Built-in kinds whose health shows in their status: watched whole. Resources of definitions are too. */
const withStatus = new Set([
  ...['/Namespace', '/Pod', '/Service', '/ReplicationController', '/PersistentVolume', '/PersistentVolumeClaim'],
  ...['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob'],
  ...['networking.k8s.io/Ingress', 'autoscaling/HorizontalPodAutoscaler', 'policy/PodDisruptionBudget'],
  ...['apiextensions.k8s.io/CustomResourceDefinition', 'apiregistration.k8s.io/APIService'],
]);

/** Whether the whole object has to be seen; of all others the metadata is enough, and Secret values never come here. */
export function needsStatus(id: { group: string; kind: string }): boolean {
  return withStatus.has(`${id.group}/${id.kind}`) || !isBuiltInGroup(id.group);
}

/** Written by controllers in great numbers, never declared. */
const neverWatched = new Set(['/Event', 'events.k8s.io/Event', '/Endpoints', 'discovery.k8s.io/EndpointSlice']);

export function isWatchable(kind: ServedKind): boolean {
  return kind.verbs.includes('list') && kind.verbs.includes('watch') && !neverWatched.has(`${kind.group}/${kind.kind}`);
}

export function isSensitive(id: { group: string; kind: string }): boolean {
  return id.group === '' && id.kind === 'Secret';
}

/** Whether a request is about resources of such a kind, whatever it asks: one of them, many, or the watch of all. */
export function isSensitivePath(path: string): boolean {
  return /^\/api\/[^/]+\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/.test(path);
}

export function isDefinition(id: { group: string; kind: string }): boolean {
  return id.group === 'apiextensions.k8s.io' && id.kind === 'CustomResourceDefinition';
}
