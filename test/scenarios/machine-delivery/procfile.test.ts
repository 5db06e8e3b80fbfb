import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { commandOf, isAlive, pids, startMachineDelivery } from './setup.ts';

test('a commit becomes what runs: changed, dropped, added; a commit elsewhere restarts nothing', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
    'shop/Procfile': 'web: sleep $TIME\nworker: sleep 1002\n',
    'shop/.env': 'TIME=1001\n',
  }));
  const { test: holdfast, repo } = delivery;
  const first = pids(await holdfast.untilSynced('shop'));
  expect([await commandOf(first.web), await commandOf(first.worker)]).toEqual(['sleep 1001', 'sleep 1002']);

  const elsewhere = await repo.commit({ 'README.md': 'not of the shop' });
  expect(pids(await holdfast.untilSynced('shop', elsewhere))).toEqual(first);

  const changed = await repo.commit({
    'shop/.env': 'TIME=2001\n',
    'shop/Procfile': 'web: sleep $TIME\nmailer: sleep 2003\n',
  });
  const second = pids(await holdfast.untilSynced('shop', changed));
  expect(Object.keys(second).sort()).toEqual(['mailer', 'web']);
  expect([await commandOf(second.web), await commandOf(second.mailer)]).toEqual(['sleep 2001', 'sleep 2003']);
  await waitFor('the end of what Git dropped', () => !isAlive(first.web) && !isAlive(first.worker));
});
