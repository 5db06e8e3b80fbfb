import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('without cascade what runs stays as it is, and belongs to whoever declares it next', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, cascade: false }]),
    'app/config.json': configMap('config', { color: 'red' }),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(name);
  const before = await get('ConfigMap', 'config');

  const since = await mark(access);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, []) });
  await holdfast.refresh();
  await waitFor('the application to be gone', () => holdfast.status(name) === undefined);
  const again = await delivery.restart();
  await again.refresh();
  expect(again.status(name)).toBeUndefined();
  expect(await get('ConfigMap', 'config')).toEqual(before);
  expect(await writesIn(access, since, name)).toEqual([]);

  await repo.commit({ 'holdfast.yaml': environmentOf(name, [{ name: `${name}-b`, path: 'app', namespace: name }]) });
  await again.untilSynced(`${name}-b`);
  expect((await get('ConfigMap', 'config'))?.metadata).toMatchObject({
    uid: before?.metadata.uid,
    annotations: { 'holdfast.dev/application': `${name}/${name}-b` },
  });
});
