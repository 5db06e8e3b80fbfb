// What the server itself sets when objects of a kind are made or changed.
import type { Call } from './call.ts';
import { child, equal, type KubeObject, type Metadata } from './json.ts';
import { resourceOf } from './kinds.ts';
import { type Server, timestamp } from './server.ts';

/** The object as it is made: nothing that only the server says is taken from the client. */
export function prepareCreate(call: Call, object: KubeObject, server: Server): KubeObject {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...given } = object.metadata;
  const metadata: Metadata = {
    ...given,
    name: call.name,
    ...(call.kind.namespaced ? { namespace: call.namespace } : {}),
    uid: server.time.uuid(),
    creationTimestamp: timestamp(server),
    ...(call.kind.counted ? { generation: 1 } : {}),
  };
  const made: KubeObject = { ...object, metadata };
  if ('f:status' in call.kind.reset && 'status' in made) {
    if (call.kind.custom) delete made.status;
    else made.status = {};
  }
  return onCreate[resourceOf(call.kind)]?.(made, server) ?? made;
}

type Prepare = (object: KubeObject, server: Server) => KubeObject;

const onCreate: Record<string, Prepare> = {
  '/namespaces': object => ({ ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  '/services': (object, server) => ({
    ...object,
    spec: withAddress(child(object, 'spec'), server),
    status: { loadBalancer: {} },
  }),
  '/pods': object => ({ ...object, status: { phase: 'Pending', qosClass: 'BestEffort' } }),
  'batch/jobs': object => {
    const spec = child(object, 'spec');
    if (spec.manualSelector === true) return object;
    const { uid, name } = object.metadata;
    const controller = { 'batch.kubernetes.io/controller-uid': uid };
    const own = { ...controller, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
    const template = child(spec, 'template');
    const metadata = child(template, 'metadata');
    const labels = { ...child(metadata, 'labels'), ...own };
    return {
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } as Record<string, string> },
      spec: {
        ...spec,
        selector: { matchLabels: controller },
        template: { ...template, metadata: { ...metadata, labels } },
      },
    };
  },
  'apps/replicasets': object => ({ ...object, status: { replicas: 0 } }),
  'autoscaling/horizontalpodautoscalers': object => ({
    ...object,
    status: { desiredReplicas: 0, currentMetrics: null },
  }),
  'apiextensions.k8s.io/customresourcedefinitions': object => {
    const versions = child(object, 'spec').versions;
    const storage = Array.isArray(versions) ? versions.find(version => version.storage === true) : undefined;
    const status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: [storage?.name] };
    return { ...object, status };
  },
};

/** Addresses that a Service gets and keeps. */
function withAddress(spec: Record<string, unknown>, { time }: Server): Record<string, unknown> {
  if (spec.type === 'ExternalName') return spec;
  const random = () => Math.floor(time.fraction() * 254) + 1;
  const clusterIP = spec.clusterIP ?? `10.96.${random()}.${random()}`;
  // Without addresses and without Pods to choose, nothing speaks against either family.
  const isAny = clusterIP === 'None' && spec.selector === undefined;
  const families = isAny
    ? { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
    : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return {
    ...spec,
    ...{ clusterIP, clusterIPs: spec.clusterIPs ?? [clusterIP] },
    ...families,
    ...('ipFamilies' in spec ? { ipFamilies: spec.ipFamilies } : {}),
    ...('ipFamilyPolicy' in spec ? { ipFamilyPolicy: spec.ipFamilyPolicy } : {}),
  };
}

/** The object as it is after a change: what this write may not say stays as it was. */
export function prepareUpdate(call: Call, next: KubeObject, before: KubeObject): KubeObject {
  const { kind, subresource } = call;
  const was = before.metadata;
  const metadata: Metadata = {
    ...next.metadata,
    ...{ name: was.name, uid: was.uid, creationTimestamp: was.creationTimestamp },
    ...{ resourceVersion: was.resourceVersion },
  };
  copy(was, metadata, ['namespace', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generateName']);
  const result: KubeObject = { ...next, metadata };
  if (subresource === 'status') return onlyStatus(call, result, before);
  if (subresource === 'finalize') return { ...before, spec: result.spec, metadata };
  if ('f:status' in kind.reset) copy(before, result, ['status']);
  const kept = onUpdate[resourceOf(kind)]?.(result, before) ?? result;
  if (kind.counted && isNewGeneration(kept, before, call)) metadata.generation = (was.generation ?? 0) + 1;
  return kept;
}

function onlyStatus({ kind }: Call, next: KubeObject, before: KubeObject): KubeObject {
  const { managedFields } = next.metadata;
  const result: KubeObject = { ...before, metadata: next.metadata };
  copy(next, result, ['status']);
  const owned = managedFields === undefined ? {} : { managedFields };
  if ('f:metadata' in kind.statusReset) {
    const resetsAll = !('f:labels' in (kind.statusReset['f:metadata'] ?? {}));
    result.metadata = resetsAll
      ? { ...before.metadata, ...owned }
      : { ...next.metadata, ...(before.metadata.labels === undefined ? {} : { labels: before.metadata.labels }) };
  }
  return result;
}

const onUpdate: Record<string, (next: KubeObject, before: KubeObject) => KubeObject> = {
  '/namespaces': (next, before) => ({ ...next, spec: before.spec, status: before.status }),
  /** A Service keeps its addresses when nothing is said of them. */
  '/services': (next, before) => {
    const spec = { ...child(next, 'spec') };
    const was = child(before, 'spec');
    if (spec.type !== 'ExternalName' && was.type !== 'ExternalName')
      for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
        if (spec[field] === undefined && was[field] !== undefined) spec[field] = was[field];
    return { ...next, spec };
  },
  'batch/jobs': (next, before) => {
    const spec = { ...child(next, 'spec') };
    spec.selector ??= child(before, 'spec').selector;
    return { ...next, spec };
  },
};

/** What counts as a change of what is asked for. */
function isNewGeneration(next: KubeObject, before: KubeObject, { kind }: Call): boolean {
  if (next.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined) return true;
  if (kind.kind === 'Deployment' && !equal(next.metadata.annotations, before.metadata.annotations)) return true;
  if (!kind.custom) return !equal(next.spec, before.spec);
  const asked = ({ metadata: _, apiVersion: __, ...rest }: KubeObject) => {
    if ('f:status' in kind.reset) delete rest.status;
    return rest;
  };
  return !equal(asked(next), asked(before));
}

/** Takes the fields over as they are there, or are not there. */
function copy<T extends object>(from: T, to: T, fields: (keyof T)[]): void {
  for (const field of fields) {
    if (from[field] === undefined) delete to[field];
    else to[field] = from[field];
  }
}
