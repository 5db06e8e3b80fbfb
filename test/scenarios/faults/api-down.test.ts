import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { later, soon, startProxied } from './api-world.ts';

const downMs = 2_500;
const passed = { ms: 0 };

test('an API server that is away: no storm, the status is Unknown; back again, all that happened meanwhile is made right', async () => {
  await using world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      ...Object.fromEntries(['a', 'b', 'c'].map(one => [`app/${one}.json`, configMap(one, { color: 'red' })])),
    }),
    { change: later(passed) },
  );
  const { test: holdfast, proxy, repo, kube, name } = world;
  const map = (of: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: of });
  await holdfast.untilSynced(name);
  const kinds = new Set(proxy.log.filter(({ verb }) => verb === 'watch').map(({ path }) => path)).size;

  const before = proxy.connections;
  proxy.down = true;
  await kube.patch(map('a'), { data: { color: 'by hand' } });
  await kube.delete(map('b'));
  const commit = await repo.commit({ 'app/c.json': configMap('c', { color: 'green' }) });
  const cpu = process.cpuUsage();
  await delay(downMs);
  // Each watch tries again with growing pauses, and nobody else does.
  const tries = proxy.connections - before;
  const { user, system } = process.cpuUsage(cpu);
  expect(tries / kinds).toBeLessThan(10);
  expect((user + system) / 1000).toBeLessThan(downMs / 4);
  // An interruption of some seconds is no reason to doubt; this one lasts longer now.
  passed.ms += 10_000;
  await holdfast.refresh();
  const unknown = await holdfast.until(name, ({ sync }) => sync.status === 'Unknown');
  expect(unknown.sync.message).toMatch(/ECONNRESET|socket|connection/i);
  expect(holdfast.status(name)?.health.status).toBe('Unknown');

  const since = world.mark();
  proxy.down = false;
  await waitFor('all to be right', async () => {
    const colors = await Promise.all(['a', 'b', 'c'].map(async of => (await kube.get(map(of)))?.data.color));
    return colors.join() === 'red,red,green';
  });
  await holdfast.untilSynced(name, commit);
  expect(world.writes(since).toSorted()).toEqual(['apply configmaps/a', 'apply configmaps/b', 'apply configmaps/c']);
});
