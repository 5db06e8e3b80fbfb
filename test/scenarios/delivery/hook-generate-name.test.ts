import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { jobManifest, manifest } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('hooks with generateName run once a sync, each under a name of its own', async () => {
  const generated = jobManifest('', { 'argocd.argoproj.io/hook': 'PreSync' });
  const { name: _, ...metadata } = generated.metadata;
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/migrate.json': manifest({ ...generated, metadata: { ...metadata, generateName: 'migrate-' } }),
  }));
  const { test: holdfast, kube, repo, name } = delivery;
  const jobs = async () => {
    const found = await kube.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: name });
    return found.map(({ metadata: { name: job } }) => job);
  };
  const finishNew = async (known: string[]) => {
    const job = await waitFor('the hook to run', async () => (await jobs()).find(one => !known.includes(one)));
    await finishJob(kube, name, job, 'Succeeded');
  };

  await finishNew([]);
  await holdfast.untilSynced(name);
  const first = await jobs();
  expect(first).toHaveLength(1);
  expect(first[0]).toMatch(/^migrate-./);

  const commit = await repo.commit({ 'app/config.json': configMap('config', { color: 'green' }) });
  await holdfast.refresh();
  await finishNew(first);
  await holdfast.untilSynced(name, commit);
  expect(await jobs()).toHaveLength(2);
});
