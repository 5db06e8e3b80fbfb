import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('what is declared away while Holdfast is stopped is deleted at its next start, hooks and all, and through a restart in between', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/farewell.json': hook('farewell', 'PreDelete'),
  }));
  const { kube, name, repo } = delivery;
  const get = reader(kube, name);
  await delivery.test.untilSynced(name);

  await delivery.test.close();
  await repo.commit({ 'holdfast.yaml': environmentOf(name, []), 'app/config.json': null, 'app/farewell.json': null });
  await delivery.restart();
  const first = await waitFor('the PreDelete hook', () => get('Job', 'farewell'));
  await delivery.restart();
  expect(await get('ConfigMap', 'config')).toBeDefined();
  await finishJob(kube, name, 'farewell', 'Succeeded');
  await waitFor('the resource to be gone', async () => (await get('ConfigMap', 'config')) === undefined);
  const [left] = await kube.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: name });
  expect([undefined, first.metadata.uid]).toContain(left?.metadata.uid);
  await waitFor('the application to be gone', () => delivery.test.status(name) === undefined);
});
