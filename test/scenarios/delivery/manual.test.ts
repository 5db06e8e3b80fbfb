import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { reader, wave, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('an application that is not automated waits for a person, who may try first, choose, and say what is pruned', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/b.json': configMap('b', { color: 'red' }, wave(1)),
    'app/c.json': configMap('c', { color: 'red' }),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  const outOfSync = (message: string) => holdfast.until(name, ({ sync }) => sync.message === message);
  const sync = async (request: object, message: string) => {
    const { id } = await holdfast.operator.sync(name, request, 'appdev');
    await holdfast.until(
      name,
      ({ operation, sync: now }) => operation?.id === id && operation.result === 'succeeded' && now.message === message,
    );
    return holdfast.operator.history(name)[0];
  };
  const since = await mark(access);
  await outOfSync('4 not applied yet');

  // Trying writes nothing, and nothing follows from it.
  const tried = await sync({ dryRun: true }, '4 not applied yet');
  expect(tried?.dryRun).toBe(true);
  expect(await writesIn(access, since, name)).toEqual([]);
  expect(await get('Namespace', name)).toBeUndefined();

  await sync({}, '');
  await holdfast.untilSynced(name);
  const commit = await repo.commit({
    'app/a.json': configMap('a', { color: 'green' }),
    'app/b.json': configMap('b', { color: 'green' }, wave(1)),
    'app/c.json': null,
  });
  await holdfast.refresh();
  await outOfSync('2 not applied yet, 1 no longer declared');

  await sync({ dryRun: true }, '2 not applied yet, 1 no longer declared');
  const second = await mark(access);
  await sync({ resources: ['ConfigMap/b'] }, '1 not applied yet, 1 no longer declared');
  await sync({}, '1 no longer declared');
  expect(await get('ConfigMap', 'c')).toBeDefined();
  await sync({ prune: true }, '');
  await holdfast.untilSynced(name, commit);
  expect(await writesIn(access, second, name)).toEqual([
    'patch configmaps/b',
    'patch configmaps/a',
    'delete configmaps/c',
  ]);
  await expect(holdfast.operator.sync(name, { resources: ['ConfigMap/none'] }, 'appdev')).rejects.toMatchObject({
    code: 'RESOURCE_NOT_FOUND',
  });
  // What was only tried is no place to come back to.
  const delivered = holdfast.operator.history(name).filter(({ healthyAt }) => healthyAt !== undefined);
  expect(delivered.map(({ dryRun }) => dryRun)).not.toContain(true);
});

test('drift of an application that is not automated is shown with its author, and stays', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, kube, name } = delivery;
  await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.untilSynced(name);
  const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' };
  await kube.patch(a, { data: { color: 'grey' } });
  const { resources } = await holdfast.until(name, ({ sync }) => sync.message === '1 changed in the target');
  expect(resources.find(({ id }) => id.name === 'a')?.drift).toMatchObject({
    kind: 'changed',
    by: { name: 'world-test' },
    changes: [{ path: '/data/color', live: '"grey"', declared: '"red"' }],
  });
  expect((await kube.get(a))?.data.color).toBe('grey');
});
