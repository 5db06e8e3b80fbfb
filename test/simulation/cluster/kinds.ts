import { itself } from './field-set.ts';
import type { FieldSet } from './json.ts';
import { type Schema, schemaOf } from './schemas.ts';

export interface Kind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  schema: Schema;
  /** Of a CustomResourceDefinition. */
  custom: boolean;
  subresources: readonly string[];
  /** Counts the changes of what is asked for in `metadata.generation`. */
  counted: boolean;
  /** Fields that a write of the object itself, or of its status, does not change. */
  reset: FieldSet;
  statusReset: FieldSet;
  /** A deletion is answered with the object, not with a Status. */
  returnsDeleted: boolean;
}

export const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

export const statusField: FieldSet = { 'f:status': itself };
const specField: FieldSet = { 'f:spec': itself };
const specAndLabels: FieldSet = { 'f:spec': itself, 'f:metadata': { 'f:labels': itself } };
export const specAndMetadata: FieldSet = { 'f:spec': itself, 'f:metadata': itself };

type Row = Pick<Kind, 'kind' | 'plural'> & Partial<Kind> & { apiVersion: string };

const rows: Row[] = [
  {
    ...{ apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', shortNames: ['ns'], namespaced: false },
    ...{ subresources: ['finalize', 'status'], reset: statusField, statusReset: specField },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'] },
  { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' },
  { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'], returnsDeleted: true },
  {
    ...{ apiVersion: 'v1', kind: 'Service', plural: 'services', shortNames: ['svc'], categories: ['all'] },
    ...{ subresources: ['status'], reset: statusField, statusReset: specField, returnsDeleted: true },
  },
  {
    ...{ apiVersion: 'v1', kind: 'Pod', plural: 'pods', shortNames: ['po'], categories: ['all'], counted: true },
    ...{ subresources: ['status'], reset: statusField, statusReset: specField, returnsDeleted: true },
  },
  {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', shortNames: ['deploy'], counted: true },
    ...{ categories: ['all'], subresources: ['scale', 'status'], reset: statusField, statusReset: specAndLabels },
  },
  {
    ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', plural: 'replicasets', shortNames: ['rs'], counted: true },
    ...{ categories: ['all'], subresources: ['scale', 'status'], reset: statusField, statusReset: specField },
  },
  {
    ...{ apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', categories: ['all'], counted: true },
    ...{ subresources: ['status'], reset: statusField, statusReset: specField },
  },
  {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers' },
    ...{ shortNames: ['hpa'], categories: ['all'], subresources: ['status'] },
    ...{ reset: statusField, statusReset: specField },
  },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' },
  {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    ...{ plural: 'customresourcedefinitions', shortNames: ['crd', 'crds'], categories: ['api-extensions'] },
    ...{ namespaced: false, counted: true, subresources: ['status'] },
    ...{ reset: statusField, statusReset: specAndMetadata },
  },
  // Nobody makes any here; clients watch for them all the same.
  {
    ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', plural: 'apiservices' },
    ...{ categories: ['api-extensions'], namespaced: false, subresources: ['status'] },
    ...{ reset: statusField, statusReset: specAndMetadata },
  },
];

export const builtInKinds: readonly Kind[] = rows.map(({ apiVersion, ...row }) => {
  const slash = apiVersion.indexOf('/');
  return {
    ...{ group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) },
    ...{ singular: row.kind.toLowerCase(), shortNames: [], categories: [], namespaced: true, custom: false },
    ...{ schema: schemaOf(row.kind), subresources: [], counted: false, reset: {}, statusReset: {} },
    ...{ returnsDeleted: false },
    ...row,
  };
});

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Where objects of the kind are kept; the same for all its versions. */
export function resourceOf({ group, plural }: { group: string; plural: string }): string {
  return `${group}/${plural}`;
}

/** All that is served, by path: `apps/v1/deployments`. */
export class Kinds {
  readonly #byPath = new Map<string, Kind>();

  constructor() {
    for (const kind of builtInKinds) this.#byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }

  find(group: string, version: string, plural: string): Kind | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  byKind(group: string, kind: string): Kind | undefined {
    for (const served of this.#byPath.values()) if (served.kind === kind && served.group === group) return served;
    return undefined;
  }

  all(): Iterable<Kind> {
    return this.#byPath.values();
  }

  /** Puts these in the place of what was served of that resource. */
  define(group: string, plural: string, versions: readonly Kind[]): void {
    for (const [path, kind] of this.#byPath)
      if (kind.custom && kind.group === group && kind.plural === plural) this.#byPath.delete(path);
    for (const kind of versions) this.#byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }
}
