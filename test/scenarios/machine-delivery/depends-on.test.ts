import { rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { commandOf, isAlive, pids, startMachineDelivery } from './setup.ts';

test('an application begins when what it depends on works, and waits with what is newer while that does not', async () => {
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'web', path: 'web', dependsOn: ['data'] },
      {
        name: 'data',
        path: 'data',
        health: { exec: ['test', '-f', `${srv}/ready`], timeout: '60s', interval: '200ms' },
      },
    ]),
    'web/Procfile': 'web: sleep 1001\n',
    'data/Procfile': 'data: sleep 1002\n',
  }));
  const { test: holdfast, repo, srv } = delivery;
  await holdfast.until('data', ({ sync, resources }) => {
    return sync.status === 'Synced' && resources.every(({ health }) => health.status === 'Healthy');
  });
  const waits = await holdfast.until('web', ({ conditions }) =>
    conditions.some(({ type }) => type === 'WaitsForDependency'),
  );
  expect(pids(waits)).toEqual({});
  await writeFile(`${srv}/ready`, '');
  const first = await holdfast.until(
    'web',
    ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy',
  );
  expect(first.conditions).toEqual([]);

  await rm(`${srv}/ready`);
  await holdfast.until('data', ({ health }) => health.status === 'Progressing');
  const commit = await repo.commit({ 'web/Procfile': 'web: sleep 2001\n' });
  await holdfast.refresh();
  const held = await holdfast.until('web', ({ sync }) => sync.status === 'OutOfSync' && sync.revision === commit);
  expect(pids(held)).toEqual(pids(first));
  expect(isAlive(pids(held).web)).toBe(true);
  await writeFile(`${srv}/ready`, '');
  expect(await commandOf(pids(await holdfast.untilSynced('web', commit)).web)).toBe('sleep 2001');
});
