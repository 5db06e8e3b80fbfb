import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, wave, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('what Git drops is deleted after what it brings, wave by wave in reverse, each gone before the next', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/first.json': configMap('first', {}, wave(-1)),
    'app/second.json': configMap('second', {}),
    'app/third.json': configMap('third', {}, wave(2)),
    ...Object.fromEntries(['a', 'b', 'c', 'd'].map(stays => [`app/${stays}.json`, configMap(stays, {})])),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  await holdfast.untilSynced(name);
  const third = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'third' };
  await kube.patch(third, { metadata: { finalizers: ['example.com/wait'] } });

  const since = await mark(access);
  const commit = await repo.commit({
    ...{ 'app/first.json': null, 'app/second.json': null, 'app/third.json': null },
    'app/new.json': configMap('new', {}, wave(5)),
  });
  await holdfast.refresh();
  await waitFor('the third to be on its way out', async () => (await kube.get(third))?.metadata.deletionTimestamp);
  const get = reader(kube, name);
  expect(await get('ConfigMap', 'new')).toBeDefined();
  expect(await get('ConfigMap', 'second')).toBeDefined();

  await kube.patch(third, { metadata: { finalizers: null } });
  await holdfast.untilSynced(name, commit);
  expect(await writesIn(access, since, name)).toEqual([
    'patch configmaps/new',
    'delete configmaps/third',
    'delete configmaps/second',
    'delete configmaps/first',
  ]);
});
