import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { untilStatus } from '../promises/program.ts';
import { startProcessWorld } from './process-world.ts';

const count = 30;
const maps = (word: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { word })]));

test('stopped for some seconds in the middle of a sync, and awake again: the newest commit, and no step back', async () => {
  await using world = await startProcessWorld(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...maps('first'),
  }));
  const { name, kube, repo, proxy } = world;
  const get = reader(kube, name);
  const program = await world.start();
  await untilStatus(program, name, ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy');

  proxy.rules = [{ verb: 'apply', harm: { do: 'delay', ms: 150 } }];
  const before = proxy.log.length;
  await repo.commit(maps('second'));
  await waitFor('the middle of the sync', () => proxy.log.slice(before).some(({ status }) => status === 200));
  program.signal('SIGSTOP');
  await delay(500); // What was on its way.
  const asleep = proxy.log.length;
  const commit = await repo.commit(maps('third'));
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'c0' }, { data: { word: 'by hand' } });
  await delay(2_000);
  expect(proxy.log.length - asleep).toBe(0);
  program.signal('SIGCONT');
  const status = await untilStatus(
    program,
    name,
    ({ sync, operation }) => sync.status === 'Synced' && sync.revision === commit && operation?.result !== 'running',
  );
  expect(status.operation?.result).toBe('succeeded');
  for (let i = 0; i < count; i++) expect((await get('ConfigMap', `c${i}`))?.data).toEqual({ word: 'third' });
  // At most once for the second commit, once for the third, and what a hand did.
  expect(proxy.log.slice(before).filter(({ verb }) => verb === 'delete')).toEqual([]);
  expect(proxy.log.slice(before).filter(({ verb }) => verb === 'apply').length).toBeLessThanOrEqual(2 * count + 1);
});
