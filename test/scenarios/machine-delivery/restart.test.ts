import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { commandOf, isAlive, pids, startMachineDelivery } from './setup.ts';

test('one process begins anew, as it is declared, and nothing differs afterwards', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
    'shop/Procfile': 'web: sleep 1001\nworker: sleep 1002\n',
  }));
  const { operator } = delivery.test;
  const first = pids(await delivery.test.untilSynced('shop'));
  const { nodes } = await operator.inspect.tree('shop', AbortSignal.timeout(10_000));
  const web = nodes.find(({ id }) => id.kind === 'Process' && id.name === 'shop/web');
  expect(web?.acts).toEqual(['restart', 'delete']);
  expect(nodes.filter(({ id }) => id.kind === 'Running').map(({ acts }) => acts)).toEqual([[], []]);

  await Promise.all([1, 2].map(() => operator.act('shop', web?.key ?? '', 'restart', 'appdev')));
  const second = pids(await delivery.test.untilSynced('shop'));
  expect(second.worker).toBe(first.worker);
  expect([second.web === first.web, isAlive(first.web)]).toEqual([false, false]);
  expect(await commandOf(second.web)).toBe('sleep 1001');
  expect(operator.application('shop').resources.every(({ sync }) => sync === 'Synced')).toBe(true);
});
