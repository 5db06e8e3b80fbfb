import { expect, test } from 'vitest';
import { reader } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { untilStatus } from '../promises/program.ts';
import { killAtWrite, startProcessWorld } from './process-world.ts';

test('killed in the middle of deletions: they are finished, and what somebody made again under a deleted name stays', async () => {
  const dropped = ['x', 'y', 'z'];
  await using world = await startProcessWorld(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...Object.fromEntries(['a', 'b', ...dropped].map(one => [`app/${one}.json`, configMap(one, { color: 'red' })])),
  }));
  const { name, kube, repo } = world;
  const get = reader(kube, name);
  const first = await world.start();
  await untilStatus(first, name, ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy');
  const before = world.writes().length;

  const killed = killAtWrite(world, 1, 'after', first);
  const commit = await repo.commit(Object.fromEntries(dropped.map(one => [`app/${one}.json`, null])));
  const gone = await killed;
  expect(gone.verb).toBe('delete');
  expect(await get('ConfigMap', gone.name)).toBeUndefined();
  const metadata = { name: gone.name, namespace: name };
  const made = await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'theirs' } });

  world.proxy.rules = [];
  const second = await world.start();
  const status = await untilStatus(
    second,
    name,
    ({ sync, operation }) => sync.status === 'Synced' && sync.revision === commit && operation?.result === 'succeeded',
  );
  const maps = status.resources.filter(({ id }) => id.kind === 'ConfigMap');
  expect(maps.map(({ id }) => id.name).toSorted()).toEqual(['a', 'b']);
  expect((await get('ConfigMap', gone.name))?.metadata.uid).toBe(made.metadata.uid);
  expect(world.writes().slice(before).toSorted()).toEqual(dropped.map(one => `delete configmaps/${one}`));
});
