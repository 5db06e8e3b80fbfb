import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { untilStatus } from '../promises/program.ts';
import { startProcessWorld } from './process-world.ts';

test('killed while a PreSync Job runs: the same Job is waited for, nothing goes before its end, and it runs once', async () => {
  await using world = await startProcessWorld(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/hook.json': hook('before', 'PreSync'),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { name, kube } = world;
  const get = reader(kube, name);
  const first = await world.start();
  const job = await waitFor('the hook', () => get('Job', 'before'));
  await first.kill();

  const second = await world.start();
  const running = await untilStatus(second, name, ({ operation }) => operation?.result === 'running');
  expect(running.operation?.phase).toBe('PreSync');
  expect(running.sync.status).toBe('OutOfSync');
  expect(await get('ConfigMap', 'a')).toBeUndefined();
  await finishJob(kube, name, 'before', 'Succeeded');
  const { operation } = await untilStatus(
    second,
    name,
    ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded',
  );
  expect(operation?.id).toBe(running.operation?.id);
  expect((await get('Job', 'before'))?.metadata.uid).toBe(job.metadata.uid);
  expect(world.writes()).toEqual([`apply namespaces/${name}`, 'apply jobs/before', 'apply configmaps/a']);
});
