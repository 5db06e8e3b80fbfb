import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { listen, soon, startProxied } from './api-world.ts';

test('what a finalizer holds is asked to go once; it is said what is in the way, and everything else goes on', async () => {
  await using world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon, waveTimeout: '1s' }]),
    'app/held.json': configMap('held', { color: 'red' }),
    'app/free.json': configMap('free', { color: 'red' }),
    'app/kept.json': configMap('kept', { color: 'red' }),
  }));
  const { test: holdfast, repo, kube, name } = world;
  await holdfast.untilSynced(name);
  const map = (of: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: of });
  await kube.patch(map('held'), { metadata: { finalizers: ['test.holdfast.dev/never'] } });

  const since = world.mark();
  const said = listen(holdfast, name, ({ operation }) => operation?.message);
  await repo.commit({ 'app/held.json': null, 'app/free.json': null });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(said.filter(message => message?.includes('a finalizer?') && message.includes(`${name}/held`))).not.toEqual([]);
  expect(await kube.get(map('free'))).toBeUndefined();
  expect((await kube.get(map('held')))?.metadata.deletionTimestamp).toBeDefined();

  // Newer commits, and repairs, are not held up by it.
  const commit = await repo.commit({ 'app/kept.json': configMap('kept', { color: 'green' }) });
  await holdfast.refresh();
  await waitFor('the next commit', async () => (await kube.get(map('kept')))?.data.color === 'green');
  await kube.delete(map('kept'));
  await waitFor('the repair', async () => (await kube.get(map('kept')))?.data.color === 'green');
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
  expect(world.writes(since).toSorted()).toEqual([
    'apply configmaps/kept',
    'apply configmaps/kept',
    'delete configmaps/free',
    'delete configmaps/held',
  ]);

  // Declared again while it is on its way out: it is made anew as soon as it is gone.
  await repo.commit({ 'app/held.json': configMap('held', { color: 'blue' }) });
  await holdfast.refresh();
  await kube.patch(map('held'), { metadata: { finalizers: null } });
  await waitFor('its return', async () => (await kube.get(map('held')))?.data.color === 'blue');
  await holdfast.untilSynced(name);
});
