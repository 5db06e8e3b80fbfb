import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { untilStatus } from '../promises/program.ts';
import { startProcessWorld } from './process-world.ts';

const count = 160;

test('SIGTERM in the middle of a slow sync: it is gone within 5 s, and the next start does the rest and nothing twice', async () => {
  await using world = await startProcessWorld(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { n: String(i) })]),
    ),
  }));
  const { name, kube, proxy } = world;
  proxy.rules = [{ verb: 'apply', harm: { do: 'delay', ms: 300 } }];
  const first = await world.start();
  await waitFor('the middle of the sync', () => world.writes().length > 20);
  const began = performance.now();
  expect(await first.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
  const done = world.writes().length;
  expect(done).toBeLessThan(count);

  proxy.rules = [];
  const second = await world.start();
  const { operation } = await untilStatus(
    second,
    name,
    ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded',
  );
  expect(operation?.results.length).toBeLessThan(count);
  const get = reader(kube, name);
  for (let i = 0; i < count; i++) expect((await get('ConfigMap', `c${i}`))?.data).toEqual({ n: String(i) });
  // Each once; of those whose answer nobody waited for any more, the proxy may know nothing.
  const writes = world.writes();
  expect(new Set(writes).size).toBe(writes.length);
  expect(writes.length).toBeLessThanOrEqual(count + 1);
});
