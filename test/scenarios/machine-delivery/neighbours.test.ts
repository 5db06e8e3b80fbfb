import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { pids, startMachineDelivery } from './setup.ts';

const health = { stable: '300ms', timeout: '1500ms', interval: '100ms' };
const declared = environmentOf('box', [{ name: 'web', path: 'web', health }]);

test('a commit that says nothing of the application does not try again what failed', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': declared,
    'web/Procfile': 'web: sleep 1001\n',
  }));
  const { test: holdfast, repo } = delivery;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  await repo.commit({ 'web/Procfile': 'web: sh -c "exit 3"\n' });
  await holdfast.refresh();
  const back = await holdfast.until('web', ({ quarantined, health }) => quarantined && health.status === 'Healthy');
  const tries = holdfast.operator.history('web').length;

  const neighbour = await repo.commit({ 'README.md': 'nothing of the application' });
  await holdfast.refresh();
  const after = await holdfast.until('web', ({ quarantined }) => quarantined?.revision === neighbour);
  expect(after.sync.revision).toBe(first);
  expect(pids(after)).toEqual(pids(back));
  expect(holdfast.operator.history('web').length).toBe(tries);

  const good = await repo.commit({ 'web/Procfile': 'web: sleep 1002\n' });
  expect((await holdfast.untilSynced('web', good)).quarantined).toBeUndefined();
});

test('a commit that says nothing of the application does not end its rollback', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': declared,
    'web/Procfile': 'web: sleep 1001\n',
  }));
  const { test: holdfast, repo } = delivery;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  await holdfast.untilSynced('web', await repo.commit({ 'web/Procfile': 'web: sleep 1002\n' }));
  await holdfast.operator.rollback('web', {}, 'appdev');
  const pinned = await holdfast.until('web', ({ pinned, sync, operation }) => {
    return pinned?.revision === first && sync.status === 'Synced' && operation?.result === 'succeeded';
  });

  await repo.commit({ 'README.md': 'nothing of the application' });
  await holdfast.refresh();
  const looked = pinned.observedAt;
  const after = await holdfast.until('web', ({ observedAt }) => observedAt > looked);
  expect(after.pinned?.revision).toBe(first);
  expect(pids(after)).toEqual(pids(pinned));

  const newer = await repo.commit({ 'web/Procfile': 'web: sleep 1003\n' });
  expect((await holdfast.untilSynced('web', newer)).pinned).toBeUndefined();
});
