import { stringify } from 'yaml';
import { labelForm, trackingName } from '../src/model/tracking.ts';
import type { GitRepo } from '../test/world/git-repo.ts';
import type { RawRequest } from './raw/raw.ts';

/** What the benchmark delivers: applications of plain YAML, one directory each, spread over ten namespaces. */
export interface Fleet {
  applications: number;
  /** Of each application, in turn: see `kinds`. One kind makes ConfigMaps. */
  objects: number;
  /** A label of all objects. */
  version?: string;
}

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

const namespaceCount = 10;
export const environmentName = 'bench';
/** Paths of the collections that a fleet is made of, in the order in which an application gets them. */
export const collections = ['configmaps', 'serviceaccounts', 'services', 'deployments'] as const;
type Collection = (typeof collections)[number];

export function applicationName(index: number): string {
  return `shop-${String(index).padStart(5, '0')}`;
}

export function namespaceOf(index: number): string {
  return `team-${index % namespaceCount}`;
}

export function namespacesOf({ applications }: Fleet): string[] {
  return Array.from({ length: Math.min(applications, namespaceCount) }, (_, index) => namespaceOf(index));
}

/** How many objects of each collection the fleet has. */
export function countsOf({ applications, objects }: Fleet): Map<Collection, number> {
  const counts = new Map<Collection, number>();
  for (let n = 0; n < objects; n++) {
    const collection = collectionOf(objects, n);
    counts.set(collection, (counts.get(collection) ?? 0) + applications);
  }
  return counts;
}

/** Four objects are one of each kind, as in flux-benchmark; any other number are ConfigMaps. */
function collectionOf(objects: number, n: number): Collection {
  return (objects === collections.length ? collections[n] : undefined) ?? 'configmaps';
}

/** Writes the fleet and the declaration of its applications in one commit. */
export async function commitFleet(repo: GitRepo, fleet: Fleet): Promise<string> {
  const files: Record<string, string> = { 'holdfast.yaml': declaration(fleet) };
  for (let index = 0; index < fleet.applications; index++) {
    for (const { path, manifest } of manifestsOf(fleet, index)) files[path] = stringify(manifest);
  }
  return await repo.commit(files, { message: 'The fleet' });
}

export function declaration({ applications }: Pick<Fleet, 'applications'>): string {
  const entries = Array.from({ length: applications }, (_, index) => {
    const name = applicationName(index);
    return `  - {name: ${name}, path: apps/${name}, namespace: ${namespaceOf(index)}}\n`;
  });
  const list = applications === 0 ? '  applications: []\n' : `  applications:\n${entries.join('')}`;
  return `apiVersion: holdfast.dev/v1\nkind: Environment\nmetadata: {name: ${environmentName}}\nspec:\n${list}`;
}

export function manifestsOf({ objects, version = '1' }: Fleet, index: number): { path: string; manifest: Manifest }[] {
  const application = applicationName(index);
  return Array.from({ length: objects }, (_, n) => {
    const collection = collectionOf(objects, n);
    const name = n === 0 || objects === collections.length ? application : `${application}-${n}`;
    const manifest = manifestOf(collection, name, { app: application, version });
    return { path: `apps/${application}/${collection}-${n}.yaml`, manifest };
  });
}

/** The same as a raw client sends it: with the marks that Holdfast adds, so that the two cost the API server the same. */
export function rawApplies(fleet: Fleet, prefix = ''): RawRequest[] {
  return Array.from({ length: fleet.applications }, (_, index) =>
    manifestsOf(fleet, index).map(({ manifest }) => {
      const namespace = `${prefix}${namespaceOf(index)}`;
      const application = applicationName(index);
      const { metadata } = manifest;
      const labels = { ...metadata.labels, [trackingName]: labelForm(application) };
      const annotations = { [trackingName]: `${environmentName}/${application}` };
      return rawApply({ ...manifest, metadata: { ...metadata, namespace, labels, annotations } });
    }),
  ).flat();
}

export function rawApply(manifest: Manifest, dryRun = false): RawRequest {
  const { kind, metadata } = manifest;
  const collection = `${kind.toLowerCase()}s`;
  const base = kind === 'Deployment' ? '/apis/apps/v1' : '/api/v1';
  const query = `fieldManager=raw&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
  return {
    method: 'PATCH',
    path: `${base}/namespaces/${metadata.namespace}/${collection}/${metadata.name}?${query}`,
    body: JSON.stringify(manifest),
    contentType: 'application/apply-patch+yaml',
  };
}

export function configMapManifest(name: string, labels: Record<string, string>, data: Record<string, string> = {}) {
  const settings = 'level: info\nlistener: 0.0.0.0:9898\ncache: redis://cache:6379\ntimeout: 30s\n';
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    data: { 'config.yaml': settings, 'ui.color': '#34577c', ...data },
  };
}

function manifestOf(collection: Collection, name: string, labels: Record<string, string>): Manifest {
  const metadata = { name, labels };
  const selector = { app: name };
  switch (collection) {
    case 'configmaps':
      return configMapManifest(name, labels);
    case 'serviceaccounts':
      return { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false };
    case 'services':
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: 'ClusterIP', selector, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
      };
    case 'deployments':
      return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deploymentSpec(name, selector) };
  }
}

/** No replicas: there are no nodes. Otherwise as long as usual ones are. */
function deploymentSpec(name: string, selector: Record<string, string>) {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, initialDelaySeconds: 1, timeoutSeconds: 5 });
  const container = {
    name: 'web',
    image: 'registry.example/shop/web:6.7.0',
    imagePullPolicy: 'IfNotPresent',
    command: ['./web', '--port=9898', '--level=info'],
    env: [
      { name: 'UI_COLOR', value: '#34577c' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    envFrom: [{ configMapRef: { name } }],
    ports: [{ name: 'http', containerPort: 9898, protocol: 'TCP' }],
    livenessProbe: probe('/healthz'),
    readinessProbe: probe('/readyz'),
    resources: { limits: { cpu: '2', memory: '512Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
    securityContext: { readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: 10_001 },
  };
  return {
    replicas: 0,
    minReadySeconds: 3,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: 60,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels: selector },
      spec: { serviceAccountName: name, containers: [container] },
    },
  };
}
