import { expect, test } from 'vitest';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { deployment, makeReady, reader, wave } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a wave does not begin before all of the former one is healthy, however often it is looked at', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/early.json': configMap('early', { color: 'red' }, wave(-1)),
    'app/web.json': deployment('web', 1),
    'app/late.json': configMap('late', { color: 'red' }, wave(1)),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);

  const isRolling = ({ resources }: ApplicationStatus) =>
    resources.some(({ health: { message } }) => message === '0 of 1 replicas are available');
  await holdfast.until(name, status => status.operation?.wave === 1 && isRolling(status));
  expect(await get('ConfigMap', 'early')).toBeDefined();
  expect(await get('ConfigMap', 'late')).toBeUndefined();
  await holdfast.refresh();
  expect(await get('ConfigMap', 'late')).toBeUndefined();

  await makeReady(kube, name, 'web');
  await holdfast.untilSynced(name);
  expect(await get('ConfigMap', 'late')).toBeDefined();

  // A later revision waits in the same way: for the new version, not for the old one's health.
  const commit = await repo.commit({
    'app/web.json': deployment('web', 1).replace('web:1', 'web:2'),
    'app/late.json': configMap('late', { color: 'green' }, wave(1)),
  });
  await holdfast.refresh();
  await holdfast.until(
    name,
    ({ operation, sync: { revision }, health }) =>
      revision === commit && operation?.wave === 1 && health.status === 'Progressing',
  );
  expect((await get('ConfigMap', 'late'))?.data).toEqual({ color: 'red' });
  await makeReady(kube, name, 'web');
  await holdfast.untilSynced(name, commit);
  expect((await get('ConfigMap', 'late'))?.data).toEqual({ color: 'green' });
});
