import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, commandOf, isAlive, pids, startMachineDelivery } from './setup.ts';

test('suspended, nothing is delivered and nothing repaired, but all of it is shown; resumed, it is as Git says', async () => {
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'shop', path: 'shop' },
      { name: 'files', path: 'files' },
    ]),
    'shop/Procfile': 'web: sleep 1001\n',
    'files/appspec.yml': appspec([['conf', srv]]),
    'files/conf/motd': 'one\n',
    'files/conf/other': 'one\n',
  }));
  const { test: holdfast, repo, srv } = delivery;
  const { operator } = holdfast;
  const before = pids(await holdfast.untilSynced('shop'));
  await holdfast.untilSynced('files');
  for (const name of ['shop', 'files']) await operator.suspend(name, 'looking into it', 'appdev');

  const commit = await repo.commit({ 'shop/Procfile': 'web: sleep 2001\n', 'files/conf/motd': 'two\n' });
  await writeFile(`${srv}/other`, 'by hand\n');
  await holdfast.refresh();
  const shop = await holdfast.until('shop', ({ sync }) => sync.status === 'OutOfSync' && sync.revision === commit);
  expect(shop.suspended).toMatchObject({ by: 'appdev', reason: 'looking into it' });
  expect(shop.health.status).toBe('Healthy');
  const resources = async (name: string) =>
    (await operator.diff(name, {}, AbortSignal.timeout(20_000))).resources.map(({ id, action, cause }) => [
      id.kind,
      action,
      cause,
    ]);
  expect(await resources('shop')).toEqual([
    ['Process', 'change', 'git'],
    ['Release', 'change', 'git'],
  ]);
  await holdfast.until('files', ({ sync }) => sync.revision === commit && /1 changed in the target/.test(sync.message));
  const files = await operator.diff('files', {}, AbortSignal.timeout(20_000));
  expect(files.revision).toBe(commit);
  expect(files.resources.map(({ id, cause }) => [id.name, cause])).toEqual([
    [`${srv}/motd`, 'git'],
    [`${srv}/other`, 'drift'],
  ]);
  expect(files.resources[0]?.changes).toContainEqual(
    expect.objectContaining({ path: '/content/line 1', live: '"one"', declared: '"two"' }),
  );

  expect(pids(operator.application('shop'))).toEqual(before);
  expect(isAlive(before.web)).toBe(true);
  expect([await readFile(`${srv}/motd`, 'utf8'), await readFile(`${srv}/other`, 'utf8')]).toEqual([
    'one\n',
    'by hand\n',
  ]);

  for (const name of ['shop', 'files']) await operator.resume(name, 'appdev');
  const after = await holdfast.untilSynced('shop', commit);
  await holdfast.untilSynced('files', commit);
  expect(after.suspended).toBeUndefined();
  expect(await commandOf(pids(after).web)).toBe('sleep 2001');
  expect([await readFile(`${srv}/motd`, 'utf8'), await readFile(`${srv}/other`, 'utf8')]).toEqual(['two\n', 'one\n']);
});
