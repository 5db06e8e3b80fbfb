import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startTestOperator } from '../../world/operator.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('two environments share a cluster and a name of an application, and neither prunes what is the other one’s', async () => {
  await using first = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name: 'shop', path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { of: 'first' }),
  }));
  await first.test.untilSynced('shop');

  await using directory = await temporaryDirectory('second');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  const namespace = `${first.name}-b`;
  await repo.commit({
    'holdfast.yaml': environmentOf(namespace, [{ name: 'shop', path: 'app', namespace }]),
    'app/b.json': configMap('b', { of: 'second' }),
  });
  const target = { kubernetes: { kubeconfig: first.access.kubeconfig } };
  await using second = await startTestOperator({
    repo: repo.fileUrl,
    dataDirectory: `${directory.path}/data`,
    config: { target },
  });
  const status = await second.untilSynced('shop');
  expect(status.resources.map(({ id }) => id.name).sort()).toEqual(['b', namespace]);

  const next = await first.repo.commit({ 'app/a.json': configMap('a', { of: 'first, changed' }) });
  await first.test.untilSynced('shop', next);
  await second.operator.sync('shop', { prune: true, confirm: true }, 'appdev');
  const map = (name: string, place: string) =>
    first.kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: place, name });
  expect(await map('a', first.name)).toMatchObject({ data: { of: 'first, changed' } });
  expect(await map('b', namespace)).toMatchObject({ data: { of: 'second' } });
});
