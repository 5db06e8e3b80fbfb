import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deployment, makeReady, wave } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('neither a repair nor a selected resource waits for the health of what it is not about', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/web.json': deployment('web', 1),
    'app/late.json': configMap('late', { color: 'red' }, wave(1)),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const late = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'late' };
  await holdfast.refresh();
  await makeReady(kube, name, 'web');
  await holdfast.untilSynced(name);

  // Its only Pod goes, and no other one becomes ready.
  await kube.delete({ apiVersion: 'v1', kind: 'Pod', namespace: name });
  await holdfast.until(name, ({ health }) => health.status !== 'Healthy');
  await kube.delete(late);
  await waitFor('the repair', () => kube.get(late));

  await repo.commit({ 'app/late.json': configMap('late', { color: 'green' }, wave(1)) });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation, sync }) => sync.status === 'OutOfSync' && operation?.wave === 1);
  expect((await kube.get(late))?.data.color).toBe('red');
  await holdfast.operator.sync(name, { resources: ['ConfigMap/late'] }, 'appdev');
  await waitFor('the selected one', async () => (await kube.get(late))?.data.color === 'green');
});
