import { expect, test } from 'vitest';
import { startTestOperator } from '../../world/operator.ts';
import { environmentOf } from '../delivery/setup.ts';
import { pids, startMachineDelivery } from './setup.ts';

test('a second operator on the same data directory is refused, and the first one goes on', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
    'shop/Procfile': 'web: sleep 1001\n',
  }));
  const { test: holdfast, repo, dataDirectory, directory } = delivery;
  const before = pids(await holdfast.untilSynced('shop'));
  const config = { target: { machine: { root: `${directory}/root` } } };
  await expect(startTestOperator({ repo: repo.fileUrl, dataDirectory, config })).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_IN_USE',
  });
  const commit = await repo.commit({ 'README.md': 'x' });
  expect(pids(await holdfast.untilSynced('shop', commit))).toEqual(before);
});
