import { stringify } from 'yaml';

// What the applications of the demo world consist of, as YAML to commit.

type Annotations = Record<string, string>;

export const wave = (number: number): Annotations => ({ 'argocd.argoproj.io/sync-wave': String(number) });
export const hook = (phase: string): Annotations => ({ 'argocd.argoproj.io/hook': phase });

export function yaml(...objects: object[]): string {
  return objects.map(object => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
}

export function configMap(name: string, data: Record<string, string>, annotations: Annotations = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data };
}

export function secret(name: string, data: Record<string, string>) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: data };
}

export function service(name: string, port = 80) {
  const spec = { selector: { app: name }, ports: [{ port, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

interface Workload {
  image: string;
  replicas?: number;
  annotations?: Annotations;
  memory?: string;
  /** How long its controller waits for it, in seconds. */
  deadline?: number;
}

function template(name: string, { image, memory = '128Mi' }: Workload) {
  const resources = { limits: { memory } };
  const containers = [{ name, image, resources, env: [{ name: 'LOG_LEVEL', value: 'info' }] }];
  return { metadata: { labels: { app: name } }, spec: { containers } };
}

export function deployment(name: string, workload: Workload) {
  const { replicas = 1, annotations = {}, deadline } = workload;
  const spec = {
    replicas,
    ...(deadline === undefined ? {} : { progressDeadlineSeconds: deadline }),
    selector: { matchLabels: { app: name } },
    template: template(name, workload),
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, annotations }, spec };
}

export function statefulSet(name: string, workload: Workload) {
  const spec = {
    serviceName: name,
    replicas: workload.replicas ?? 1,
    selector: { matchLabels: { app: name } },
    template: template(name, workload),
  };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec };
}

export function job(name: string, image: string, annotations: Annotations = {}) {
  const spec = { restartPolicy: 'Never', containers: [{ name, image }] };
  const template = { metadata: { labels: { app: name } }, spec };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, annotations }, spec: { backoffLimit: 0, template } };
}

export function cronJob(name: string, image: string, schedule: string, suspend = false) {
  const pod = { restartPolicy: 'Never', containers: [{ name, image }] };
  const jobTemplate = { spec: { template: { spec: pod } } };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec: { schedule, suspend, jobTemplate } };
}
