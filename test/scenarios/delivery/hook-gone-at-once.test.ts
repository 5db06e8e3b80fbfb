import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { jobManifest, manifest, reader } from './manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from './setup.ts';

/** Ends the Job, and sees it deleted by its own wish, while the operator (in this very process) cannot look. */
function endUnseen({ access, name }: Delivery, pod: string, phase: string): void {
  const kubectl = (...words: string[]) =>
    execFileSync(access.program, [
      ...['kubectl', '--kubeconfig', access.kubeconfig, '--context', 'admin', '-n', name, ...words],
    ]);
  kubectl('patch', 'pod', pod, '--subresource=status', '--type=merge', '-p', manifest({ status: { phase } }));
  kubectl('wait', '--for=delete', 'job/migrate', '--timeout=20s');
}

test.each([
  { phase: 'Succeeded', result: 'succeeded', message: '2 created, 1 hooks run' },
  { phase: 'Failed', result: 'failed', message: 'it failed' },
])('a Job that $phase and is deleted as soon as it has ended: the sync $result', async ({ phase, result, message }) => {
  const job = jobManifest('migrate', { 'argocd.argoproj.io/hook': 'PreSync' });
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, sync: { retry: { backoff: '10m', maxBackoff: '10m' } } },
    ]),
    'app/config.json': configMap('config', {}),
    'app/migrate.json': manifest({ ...job, spec: { ...job.spec, ttlSecondsAfterFinished: 0 } }),
  }));
  const { test: holdfast, kube, name } = delivery;
  const pod = await waitFor('the pod', async () => {
    const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: name }, 'job-name=migrate');
    return pods[0];
  });
  endUnseen(delivery, pod.metadata.name, phase);
  const { operation } = await holdfast.until(name, one => one.operation?.result !== 'running');
  expect(operation).toMatchObject({ result, message: expect.stringContaining(message) });
  expect((await reader(kube, name)('ConfigMap', 'config')) !== undefined).toBe(phase === 'Succeeded');
  if (phase === 'Succeeded') await holdfast.untilSynced(name);
  await holdfast.refresh();
  expect(await reader(kube, name)('Job', 'migrate')).toBeUndefined();
  expect(holdfast.operator.history(name)).toHaveLength(1);
});
