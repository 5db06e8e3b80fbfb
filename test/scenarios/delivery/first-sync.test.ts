import { expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a commit becomes what runs, with one write a resource and no reads for them; nothing to do makes no request', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/b.json': configMap('b', { color: 'blue' }),
  }));
  const { test: holdfast, repo, kube, access, name } = delivery;
  await holdfast.untilSynced(name);
  expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' })).toMatchObject({
    data: { color: 'red' },
  });

  // Others use the cluster at the same time.
  const made = async (since: Awaited<ReturnType<typeof mark>>) =>
    (await requests(access, { since, user: 'holdfast' })).filter(one => one.verb !== 'watch' && one.namespace === name);
  const since = await mark(access);
  const commit = await repo.commit({
    'app/a.json': configMap('a', { color: 'green' }),
    'app/b.json': configMap('b', { color: 'grey' }),
  });
  await holdfast.untilSynced(name, commit);
  expect((await made(since)).map(({ verb }) => verb)).toEqual(['patch', 'patch']);

  const quiet = await mark(access);
  await holdfast.operator.sync(name, {}, 'appdev');
  const next = await repo.commit({ 'README.md': 'nothing that is delivered' });
  await holdfast.untilSynced(name, next);
  expect(await made(quiet)).toEqual([]);
});
