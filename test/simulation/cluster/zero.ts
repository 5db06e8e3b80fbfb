// What the server adds to an object of a kind of its own: fields that are always written, and defaults.
import { child, isObject, type JsonObject } from './json.ts';

/** Fields that are written even when nothing was said: structs that are no pointers in the server. */
export const always: Record<string, Record<string, 'struct' | 'null' | 'zero'>> = {
  Namespace: { spec: 'struct', status: 'struct' },
  Service: { spec: 'struct', status: 'struct' },
  ServiceStatus: { loadBalancer: 'struct' },
  Pod: { spec: 'struct', status: 'struct' },
  PodTemplateSpec: { metadata: 'struct', spec: 'struct' },
  PodSpec: { containers: 'null' },
  Container: { resources: 'struct' },
  Deployment: { spec: 'struct', status: 'struct' },
  DeploymentSpec: { selector: 'null', template: 'struct', strategy: 'struct' },
  DeploymentCondition: { lastUpdateTime: 'null', lastTransitionTime: 'null' },
  ReplicaSet: { spec: 'struct', status: 'struct' },
  ReplicaSetSpec: { selector: 'null', template: 'struct' },
  ReplicaSetStatus: { replicas: 'zero' },
  Job: { spec: 'struct', status: 'struct' },
  JobSpec: { template: 'struct' },
  HorizontalPodAutoscaler: { spec: 'struct', status: 'struct' },
  HorizontalPodAutoscalerSpec: { scaleTargetRef: 'struct' },
  HorizontalPodAutoscalerStatus: { desiredReplicas: 'zero', currentMetrics: 'null' },
  Lease: { spec: 'struct' },
  Scale: { spec: 'struct', status: 'struct' },
  ScaleStatus: { replicas: 'zero' },
  CustomResourceDefinition: { spec: 'struct', status: 'struct' },
  CustomResourceDefinitionSpec: { names: 'struct' },
  CustomResourceDefinitionStatus: { conditions: 'null', acceptedNames: 'struct', storedVersions: 'null' },
};

/** Numbers and booleans that are left out when they are 0 or false. */
export const omittedZeros = new Set([
  ...['paused', 'hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly'],
  ...['publishNotReadyAddresses', 'minReadySeconds', 'initialDelaySeconds', 'nodePort', 'hostPort'],
  ...['observedGeneration', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'],
  ...['active', 'succeeded', 'failed', 'healthCheckNodePort', 'preserveUnknownFields'],
]);

type Defaulter = (object: JsonObject) => void;

/** By the name of the struct, after those inside it. */
export const defaults: Record<string, Defaulter> = {
  PodSpec(spec) {
    spec.restartPolicy ??= 'Always';
    spec.terminationGracePeriodSeconds ??= 30;
    spec.dnsPolicy ??= 'ClusterFirst';
    spec.securityContext ??= {};
    spec.schedulerName ??= 'default-scheduler';
    // Two names of one field.
    const account = spec.serviceAccountName ?? spec.serviceAccount;
    if (account !== undefined) Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  },
  Container(container) {
    container.terminationMessagePath ??= '/dev/termination-log';
    container.terminationMessagePolicy ??= 'File';
    const image = String(container.image ?? '');
    const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? (image.includes('@') ? 'digest' : 'latest');
    container.imagePullPolicy ??= tag === 'latest' ? 'Always' : 'IfNotPresent';
  },
  ContainerPort(port) {
    port.protocol ??= 'TCP';
  },
  Probe(probe) {
    probe.timeoutSeconds ??= 1;
    probe.periodSeconds ??= 10;
    probe.successThreshold ??= 1;
    probe.failureThreshold ??= 3;
  },
  HTTPGetAction(action) {
    action.path ??= '/';
    action.scheme ??= 'HTTP';
  },
  ObjectFieldSelector(selector) {
    selector.apiVersion ??= 'v1';
  },
  ConfigMapVolumeSource: mode,
  SecretVolumeSource: mode,
  ProjectedVolumeSource: mode,
  Volume(volume) {
    if (Object.keys(volume).length === 1) volume.emptyDir = {};
  },
  DeploymentSpec(spec) {
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    const strategy = child(spec, 'strategy');
    strategy.type ??= 'RollingUpdate';
    if (strategy.type !== 'RollingUpdate') return;
    strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...child(strategy, 'rollingUpdate') };
  },
  ReplicaSetSpec(spec) {
    spec.replicas ??= 1;
  },
  JobSpec(spec) {
    // How many are to succeed is told by one number where the other is not there.
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= 6;
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    spec.manualSelector ??= false;
    spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  },
  ServicePort(port) {
    port.protocol ??= 'TCP';
    port.targetPort ??= port.port;
  },
  ServiceSpec(spec) {
    spec.sessionAffinity ??= 'None';
    spec.type ??= 'ClusterIP';
    if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster';
  },
  Secret(secret) {
    secret.type ??= 'Opaque';
  },
  Namespace(namespace) {
    const metadata = child(namespace, 'metadata');
    const { name } = metadata;
    if (typeof name !== 'string' || name === '') return;
    metadata.labels = { ...child(metadata, 'labels'), 'kubernetes.io/metadata.name': name };
    const status = child(namespace, 'status');
    status.phase ??= 'Active';
  },
  HorizontalPodAutoscalerSpec(spec) {
    spec.minReplicas ??= 1;
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics ??= [{ type: 'Resource', resource: { name: 'cpu', target } }];
  },
  CustomResourceDefinitionSpec(spec) {
    const names = child(spec, 'names');
    if (typeof names.kind === 'string') {
      names.singular ??= names.kind.toLowerCase();
      names.listKind ??= `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
  },
};

function mode(source: JsonObject): void {
  source.defaultMode ??= 420;
}

/** `stringData` is a way to write: the server keeps it as `data`. */
export function foldStringData(secret: JsonObject): void {
  if (!isObject(secret.stringData)) return;
  const data: JsonObject = { ...child(secret, 'data') };
  for (const [key, value] of Object.entries(secret.stringData))
    data[key] = Buffer.from(String(value)).toString('base64');
  delete secret.stringData;
  secret.data = data;
}
