import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { hook, reader, wave } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { untilStatus } from '../promises/program.ts';
import { killAtWrite, startProcessWorld } from './process-world.ts';

const count = 5;

test('kill -9 before or after each write of one sync, again and again: each is made once, and the hook runs once', async () => {
  await using world = await startProcessWorld(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/hook.json': hook('before', 'PreSync'),
    // A wave each, so that one write follows another.
    ...Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { n: String(i) }, wave(i))]),
    ),
  }));
  const { name, kube } = world;
  const get = reader(kube, name);
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const wanted = [
    'apply jobs/before',
    `apply namespaces/${name}`,
    ...Array.from({ length: count }, (_, i) => `apply configmaps/c${i}`),
  ];

  const killed: string[] = [];
  for (const when of ['after', 'after', 'before', 'after', 'before'] as const) {
    const program = await world.start();
    // Two from one start where the first is let through, so that each round gets further.
    const { verb, resource, name: of } = await killAtWrite(world, when === 'after' ? 1 : 2, when, program);
    killed.push(`${when} ${verb} ${resource}/${of}`);
    // It ends while nobody looks.
    if (resource === 'jobs') await finishJob(kube, name, 'before', 'Succeeded');
  }
  expect(killed).toEqual([
    'after apply jobs/before',
    `after apply namespaces/${name}`,
    'before apply configmaps/c1',
    'after apply configmaps/c1',
    'before apply configmaps/c3',
  ]);
  world.proxy.rules = [];
  const last = await world.start();
  const status = await untilStatus(
    last,
    name,
    ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded',
  );
  expect(status.health.status).toBe('Healthy');
  for (let i = 0; i < count; i++) expect((await get('ConfigMap', `c${i}`))?.data).toEqual({ n: String(i) });
  expect(world.writes()).toEqual(wanted);
});
