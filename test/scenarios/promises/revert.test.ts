import { expect, test } from 'vitest';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

test('git revert brings back what was there before: changed, removed and added', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/b.json': configMap('b', { color: 'blue' }),
  }));
  const { test: holdfast, repo, kube, name } = delivery;
  await holdfast.untilSynced(name);
  const data = async () => {
    const all = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
    return Object.fromEntries(all.map(({ metadata, data }) => [metadata.name, data]));
  };
  const before = await data();

  const mistake = await repo.commit({
    'app/a.json': configMap('a', { color: 'green', size: 'large' }),
    'app/b.json': null,
    'app/c.json': configMap('c', { color: 'white' }),
  });
  await holdfast.untilSynced(name, mistake);
  expect(await data()).toEqual({ a: { color: 'green', size: 'large' }, c: { color: 'white' } });

  const back = await repo.revert(mistake);
  await holdfast.untilSynced(name, back);
  expect(await data()).toEqual(before);
  const history = holdfast.operator.history(name);
  expect(history.map(({ result, revision }) => [result, revision])).toEqual([
    ['succeeded', back],
    ['succeeded', mistake],
    ['succeeded', expect.any(String)],
  ]);
});
