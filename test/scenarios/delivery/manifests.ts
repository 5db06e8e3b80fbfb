import type { Access } from '../../world/access.ts';
import { type AuditedRequest, type Mark, requests } from '../../world/audit.ts';
import type { KubeClient, KubeObject } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';

// Small manifests, as JSON text to commit. There are no nodes: a Deployment of 0 replicas is healthy by itself.

export type Annotations = Record<string, string>;

export function manifest(object: object): string {
  return JSON.stringify(object);
}

export function jobManifest(name: string, annotations: Annotations = {}, image = 'job:1') {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'job', image }] };
  const metadata = { name, annotations };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, template: { spec } } };
}

export function job(name: string, annotations: Annotations = {}, image = 'job:1'): string {
  return manifest(jobManifest(name, annotations, image));
}

/** A hook of Argo CD's words. */
export function hook(name: string, phases: string, deletePolicy?: string, image?: string): string {
  const policy = deletePolicy === undefined ? {} : { 'argocd.argoproj.io/hook-delete-policy': deletePolicy };
  return job(name, { 'argocd.argoproj.io/hook': phases, ...policy }, image);
}

export function deploymentManifest(name: string, replicas = 0, annotations: Annotations = {}) {
  const labels = { run: name };
  const spec = {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, annotations }, spec };
}

export function deployment(name: string, replicas = 0, annotations: Annotations = {}): string {
  return manifest(deploymentManifest(name, replicas, annotations));
}

export function wave(number: number): Annotations {
  return { 'argocd.argoproj.io/sync-wave': String(number) };
}

export function syncOptions(...options: string[]): Annotations {
  return { 'argocd.argoproj.io/sync-options': options.join(',') };
}

/** Ends the rollout of a Deployment as its controller would, if there were nodes: its Pods become ready. */
export async function makeReady(kube: KubeClient, namespace: string, name: string): Promise<void> {
  const at = { type: 'Ready', status: 'True' };
  await waitFor(`Deployment ${name} to be available`, async () => {
    const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, `run=${name}`);
    for (const pod of pods) {
      if (pod.status.phase === 'Running') continue;
      const reference = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.metadata.name };
      await kube.patchStatus(reference, { phase: 'Running', conditions: [at] });
    }
    const found = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    return (found?.status.availableReplicas ?? 0) >= found?.spec.replicas;
  });
}

/** What Holdfast wrote in the namespace since then, in order: `patch configmaps/a`. */
export async function writesIn(access: Access, since: Mark, namespace: string): Promise<string[]> {
  const isWrite = ({ verb, dryRun }: AuditedRequest) => !['get', 'list', 'watch'].includes(verb) && !dryRun;
  const made = await requests(access, { since, user: 'holdfast' });
  return made
    .filter(request => isWrite(request) && request.namespace === namespace)
    .map(({ verb, resource, name }) => `${verb} ${resource}/${name}`);
}

export type In = (kind: string, name: string) => Promise<KubeObject | undefined>;

const apiVersions: Record<string, string> = { Deployment: 'apps/v1', ReplicaSet: 'apps/v1', Job: 'batch/v1' };

/** Reads objects of common kinds in a namespace. */
export function reader(kube: KubeClient, namespace: string): In {
  return (kind, name) => kube.get({ apiVersion: apiVersions[kind] ?? 'v1', kind, namespace, name });
}
