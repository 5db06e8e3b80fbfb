import { expect, test } from 'vitest';
import { summarize } from './summary.ts';

const template = { spec: { containers: [{ image: 'a:1' }, { image: 'b:2' }] } };

test.each<[string, string, Record<string, unknown>, string | undefined]>([
  ['apps', 'Deployment', { spec: { replicas: 3, template }, status: { readyReplicas: 2 } }, 'a:1, b:2, 2/3 ready'],
  [
    'apps',
    'DaemonSet',
    { spec: { template }, status: { numberReady: 1, desiredNumberScheduled: 2 } },
    'a:1, b:2, 1/2 ready',
  ],
  ['', 'Pod', { ...template, status: { phase: 'Running' } }, 'a:1, b:2, Running'],
  ['batch', 'CronJob', { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template } } } }, 'a:1, b:2, 0 * * * *'],
  ['', 'Service', { spec: { type: 'ClusterIP', ports: [{ port: 80 }, { port: 443 }] } }, 'ClusterIP, port 80, 443'],
  ['networking.k8s.io', 'Ingress', { spec: { rules: [{ host: 'a.dev' }, {}] } }, 'a.dev'],
  [
    '',
    'PersistentVolumeClaim',
    { spec: { storageClassName: 'fast' }, status: { capacity: { storage: '1Gi' } } },
    '1Gi, fast',
  ],
  ['', 'Pod', {}, undefined],
  ['', 'ConfigMap', { data: { a: 'secret' } }, undefined],
])('%s/%s', (group, kind, object, summary) => {
  expect(summarize(object, { group, kind })).toBe(summary);
});
