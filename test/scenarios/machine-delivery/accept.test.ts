import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, startMachineDelivery } from './setup.ts';

test('a file that was edited by hand becomes the file in the repository', async () => {
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'files', path: 'files', sync: { automated: true, selfHeal: false } },
    ]),
    'files/appspec.yml': appspec([['conf', srv]]),
    'files/conf/first.conf': 'level: info\n',
    'files/conf/second.conf': 'level: info\n',
  }));
  const { test: holdfast, srv, repo } = delivery;
  await holdfast.untilSynced('files');
  await writeFile(`${srv}/second.conf`, 'level: debug\nmore: 1\n');
  await holdfast.until('files', ({ resources }) => resources.some(({ drift }) => drift !== undefined));
  const found = await holdfast.operator.accept('files', undefined, 'appdev', AbortSignal.timeout(20_000));
  expect(found.notAccepted).toEqual([]);
  expect(found.files).toEqual([
    { path: 'files/conf/second.conf', before: 'level: info\n', after: 'level: debug\nmore: 1\n' },
  ]);
  const head = await repo.commit({ 'files/conf/second.conf': found.files[0]?.after ?? '' }, { message: 'accept' });
  await holdfast.refresh();
  await holdfast.until('files', ({ sync, resources }) => {
    return sync.status === 'Synced' && sync.revision === head && resources.every(({ drift }) => drift === undefined);
  });
});
