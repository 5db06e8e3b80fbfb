import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { hook, reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('PreSync ends before anything is applied, Sync hooks run with the resources, PostSync comes when all is healthy', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/before.json': hook('before', 'PreSync'),
    'app/during.json': hook('during', 'Sync'),
    'app/after.json': hook('after', 'PostSync'),
    'app/sorry.json': hook('sorry', 'SyncFail'),
    'app/never.json': hook('never', 'Skip'),
  }));
  const { test: holdfast, kube, access, name, repo } = delivery;
  const get = reader(kube, name);
  const at = (phase: string) => holdfast.until(name, ({ operation }) => operation?.phase === phase);

  await at('PreSync');
  expect(await get('ConfigMap', 'config')).toBeUndefined();
  await finishJob(kube, name, 'before', 'Succeeded');
  await at('Sync');
  await finishJob(kube, name, 'during', 'Succeeded');
  await at('PostSync');
  expect(await get('ConfigMap', 'config')).toBeDefined();
  await finishJob(kube, name, 'after', 'Succeeded');

  const { operation, resources } = await holdfast.untilSynced(name);
  expect(operation?.results.map(({ key, phase, result }) => [key.split('/').at(-1), phase, result])).toEqual([
    ['before', 'PreSync', 'succeeded'],
    [name, 'Sync', 'succeeded'],
    ['config', 'Sync', 'succeeded'],
    ['during', 'Sync', 'succeeded'],
    ['after', 'PostSync', 'succeeded'],
  ]);
  expect(resources.filter(({ hook }) => hook).map(({ id }) => id.name)).toEqual(['before', 'during', 'after']);
  expect(await get('Job', 'sorry')).toBeUndefined();
  expect(await get('Job', 'never')).toBeUndefined();

  const since = await mark(access);
  await repo.commit({ 'README.md': 'nothing that is delivered' });
  await holdfast.untilSynced(name);
  expect(await writesIn(access, since, name)).toEqual([]);
});
