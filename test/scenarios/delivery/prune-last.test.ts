import { expect, test } from 'vitest';
import { deployment, makeReady, reader, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('PruneLast: nothing goes before all that replaces it is healthy', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/stays.json': configMap('stays', {}),
    'app/old.json': configMap('old', {}, syncOptions('PruneLast=true')),
    'app/other.json': configMap('other', {}),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(name);

  const commit = await repo.commit({
    ...{ 'app/old.json': null, 'app/other.json': null },
    'app/new.json': deployment('new', 1),
  });
  await holdfast.refresh();
  await holdfast.until(name, ({ resources }) =>
    resources.some(({ health }) => health.message.startsWith('0 of 1 replicas are av')),
  );
  await holdfast.until(name, ({ resources }) => resources.every(({ id }) => id.name !== 'other'));
  expect(await get('ConfigMap', 'other')).toBeUndefined();
  expect(await get('ConfigMap', 'old')).toBeDefined();

  await makeReady(kube, name, 'new');
  await holdfast.untilSynced(name, commit);
  expect(await get('ConfigMap', 'old')).toBeUndefined();
});
