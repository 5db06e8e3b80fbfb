import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { machineProgram, untilGone } from './program.ts';
import { isAlive, pids } from './setup.ts';

test('what runs goes on when the operator is stopped, is taken over by the next, and ends with it where that is asked for', async () => {
  await using machine = await machineProgram(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
    'shop/Procfile': 'web: sh -c "sleep 1001 & wait"\nworker: sleep 1002\n',
  }));
  const first = await machine.start();
  const before = pids(await machine.untilSynced('shop'));
  expect(await first.stop()).toBe(0);
  expect(Object.values(before).map(isAlive)).toEqual([true, true]);

  const second = await machine.start('--stop-processes');
  expect(pids(await machine.untilSynced('shop'))).toEqual(before);
  expect(await second.stop()).toBe(0);
  await untilGone(Object.values(before));
});
