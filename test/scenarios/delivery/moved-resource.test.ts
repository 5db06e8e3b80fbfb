import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a resource that one commit moves from one application to another is handed over, not deleted and made anew', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-a`, path: 'a', namespace: name },
      { name: `${name}-z`, path: 'z', namespace: name },
    ]),
    'a/moves.json': configMap('moves', {}),
    'a/own.json': configMap('a', {}),
    'z/moves-back.json': configMap('moves-back', {}),
    'z/own.json': configMap('z', {}),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(`${name}-a`);
  await holdfast.untilSynced(`${name}-z`);
  const before = [await get('ConfigMap', 'moves'), await get('ConfigMap', 'moves-back')];

  const since = await mark(access);
  const commit = await repo.commit({
    ...{ 'a/moves.json': null, 'z/moves.json': configMap('moves', {}) },
    ...{ 'z/moves-back.json': null, 'a/moves-back.json': configMap('moves-back', {}) },
  });
  await holdfast.untilSynced(`${name}-a`, commit);
  await holdfast.untilSynced(`${name}-z`, commit);
  expect((await writesIn(access, since, name)).toSorted()).toEqual([
    'patch configmaps/moves',
    'patch configmaps/moves-back',
  ]);
  const after = [await get('ConfigMap', 'moves'), await get('ConfigMap', 'moves-back')];
  expect(after.map(one => one?.metadata.uid)).toEqual(before.map(one => one?.metadata.uid));
});

test('an application that gets another name keeps what runs', async () => {
  const files = { 'app/config.json': configMap('config', {}), 'app/more.json': configMap('more', {}) };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name: `${name}-old`, path: 'app', namespace: name }]),
    ...files,
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(`${name}-old`);
  const before = await get('ConfigMap', 'config');

  const since = await mark(access);
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name: `${name}-new`, path: 'app', namespace: name }]),
  });
  await holdfast.untilSynced(`${name}-new`);
  await waitFor('the old one to be gone', () => holdfast.status(`${name}-old`) === undefined);
  expect(await writesIn(access, since, name)).toHaveLength(2);
  expect((await get('ConfigMap', 'config'))?.metadata).toMatchObject({
    uid: before?.metadata.uid,
    annotations: { 'holdfast.dev/application': `${name}/${name}-new` },
  });
});
