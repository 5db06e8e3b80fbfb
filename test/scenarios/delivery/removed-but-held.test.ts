import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('while a finalizer holds a resource, its application is not gone: PostDelete waits, PreDelete does not run in a loop', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      {
        name,
        path: 'app',
        namespace: name,
        waveTimeout: '1s',
        sync: { retry: { backoff: '100ms', maxBackoff: '100ms' } },
      },
    ]),
    'app/held.json': configMap('held', {}),
    'app/farewell.json': configMap('farewell', {}, { 'argocd.argoproj.io/hook': 'PreDelete' }),
    'app/after.json': configMap('after', {}, { 'argocd.argoproj.io/hook': 'PostDelete' }),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(name);
  const held = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'held' };
  await kube.patch(held, { metadata: { finalizers: ['example.com/wait'] } });

  const since = await mark(access);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, []) });
  await holdfast.refresh();
  const failed = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(failed.operation?.message).toContain(`ConfigMap ${name}/held`);
  expect(failed.operation?.message).toContain('finalizer');
  await holdfast.until(
    name,
    ({ operation }) => operation?.id !== failed.operation?.id && operation?.result === 'failed',
  );
  expect(holdfast.status(name)).toBeDefined();
  expect(await get('ConfigMap', 'after')).toBeUndefined();

  await kube.patch(held, { metadata: { finalizers: null } });
  await waitFor('the application to be gone', () => holdfast.status(name) === undefined);
  const writes = await writesIn(access, since, name);
  expect(writes.slice(0, 2)).toEqual(['patch configmaps/farewell', 'delete configmaps/held']);
  expect(writes.slice(2).toSorted()).toEqual([
    'delete configmaps/after',
    'delete configmaps/farewell',
    'patch configmaps/after',
  ]);
});
