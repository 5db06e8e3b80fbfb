// Short words for the exchanges that cases are made of.
import type { Answer, Step } from '../step.ts';

type Fields = Record<string, unknown>;

interface Collection {
  apiVersion: string;
  kind: string;
  path: string;
}

/** Where a kind is served, in the namespace of the case. */
function collection(apiVersion: string, kind: string, plural: string, scope = '/namespaces/$NS'): Collection {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return { apiVersion, kind, path: `${base}${scope}/${plural}` };
}

export const configMaps = collection('v1', 'ConfigMap', 'configmaps');
export const secrets = collection('v1', 'Secret', 'secrets');
export const services = collection('v1', 'Service', 'services');
export const accounts = collection('v1', 'ServiceAccount', 'serviceaccounts');
export const pods = collection('v1', 'Pod', 'pods');
export const namespaces = collection('v1', 'Namespace', 'namespaces', '');
export const deployments = collection('apps/v1', 'Deployment', 'deployments');
export const replicaSets = collection('apps/v1', 'ReplicaSet', 'replicasets');
export const jobs = collection('batch/v1', 'Job', 'jobs');
export const scalers = collection('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');
export const leases = collection('coordination.k8s.io/v1', 'Lease', 'leases');
export const definitions = collection(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
  'customresourcedefinitions',
  '',
);

/** An object of the kind, all of whose metadata but the name is in `metadata`. */
export function object(
  { apiVersion, kind }: Collection,
  name: string,
  fields: Fields = {},
  metadata: Fields = {},
): Fields {
  return { apiVersion, kind, metadata: { name, ...metadata }, ...fields };
}

type Options = Partial<Omit<Step, 'method' | 'path' | 'body'>> & { query?: string };

function step(method: Step['method'], path: Step['path'], body: Step['body'], { query = '', ...rest }: Options): Step {
  const full = typeof path === 'string' ? `${path}${query}` : path;
  return { method, path: full, ...(body === undefined ? {} : { body }), ...rest };
}

export function get(where: Collection, name: string, options: Options = {}): Step {
  return step('GET', `${where.path}/${name}`, undefined, options);
}

export function list(where: Collection, query = '', options: Options = {}): Step {
  return step('GET', `${where.path}${query === '' ? '' : `?${query}`}`, undefined, options);
}

export function create(
  where: Collection,
  name: string,
  fields: Fields = {},
  metadata: Fields = {},
  options: Options = {},
): Step {
  return step('POST', where.path, object(where, name, fields, metadata), options);
}

export function put(
  where: Collection,
  name: string,
  fields: Fields = {},
  metadata: Fields = {},
  options: Options = {},
): Step {
  return step('PUT', `${where.path}/${name}`, object(where, name, fields, metadata), options);
}

/** Server-side apply as `manager`, by force unless said. */
export function apply(
  manager: string,
  where: Collection,
  name: string,
  fields: Fields = {},
  metadata: Fields = {},
  options: Options & { force?: boolean } = {},
): Step {
  const { force = true, query = '', ...rest } = options;
  const path = `${where.path}/${name}?fieldManager=${manager}&force=${force}${query}`;
  return { method: 'PATCH', path, type: 'apply', body: object(where, name, fields, metadata), ...rest };
}

export function patch(
  where: Collection,
  name: string,
  type: Step['type'],
  body: Step['body'],
  options: Options = {},
): Step {
  return step('PATCH', `${where.path}/${name}`, body, { type: type ?? 'merge', ...options });
}

export function remove(where: Collection, name: string, body?: Step['body'], options: Options = {}): Step {
  return step('DELETE', `${where.path}/${name}`, body, options);
}

export function watch(where: Collection, query: string, options: Options = {}): Step {
  return step('WATCH', `${where.path}?watch=true&${query}`, undefined, options);
}

export function events(of: number, count: number): Step {
  return { method: 'EVENTS', path: '', of, count };
}

export function exists({ status }: Answer): boolean {
  return status === 200;
}

export function isGone({ status }: Answer): boolean {
  return status === 404;
}

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };

/** With no replicas it becomes ready by itself, in a cluster without nodes. */
export function deploymentSpec(fields: Fields = {}): Fields {
  return { spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template, ...fields } };
}

export function podSpec(container: Fields = {}, fields: Fields = {}): Fields {
  return { containers: [{ name: 'web', image: 'web:1', ...container }], ...fields };
}

/** Its controller has seen it and said so. */
export function isSettled({ body }: Answer): boolean {
  return (
    body.status?.observedGeneration === body.metadata?.generation &&
    body.metadata?.annotations?.['deployment.kubernetes.io/revision'] !== undefined &&
    body.status.conditions?.some(
      (each: Fields) => each.type === 'Progressing' && each.reason === 'NewReplicaSetAvailable',
    )
  );
}
