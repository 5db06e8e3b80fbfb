import { readdir, rm, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, pids, startMachineDelivery } from './setup.ts';

test('the store deleted while stopped: what runs is taken over, nothing is written, no script runs, nothing is restarted', async () => {
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'shop', path: 'shop' },
      { name: 'site', path: 'site' },
    ]),
    'shop/Procfile': 'web: sleep 1001\nworker: sleep 1002\n',
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], { AfterInstall: 'say.sh' }),
    'site/say.sh': `#!/bin/sh\necho installed >> ${srv}/log\n`,
    'site/conf/version': '1\n',
  }));
  const { repo, srv, dataDirectory } = delivery;
  const names = ['shop', 'site'];
  for (const name of names) await delivery.test.untilSynced(name);
  const running = pids(delivery.test.operator.application('shop'));
  const outside = async () => {
    const seen = async (path: string) => {
      const { ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [path, ino, mtimeNs, ctimeNs].join(' ');
    };
    return await Promise.all([seen(`${srv}/etc/version`), seen(`${srv}/log`), seen(srv), seen(`${srv}/etc`)]);
  };
  const before = await outside();

  const holdfast = await delivery.restart(async () => {
    const stored = (await readdir(dataDirectory)).filter(name => name.startsWith('store.db'));
    expect(stored).toContain('store.db');
    for (const name of stored) await rm(`${dataDirectory}/${name}`);
  });
  for (const name of names) await holdfast.untilSynced(name);
  expect(pids(holdfast.operator.application('shop'))).toEqual(running);
  expect(await outside()).toEqual(before);
  for (const name of names) {
    const syncs = holdfast.operator.history(name).map(({ reason, results }) => [reason, results.length]);
    expect(syncs).toEqual([['found as declared', 0]]);
  }

  // It goes on as ever, with what was found as a place to come back to.
  const commit = await repo.commit({ 'shop/Procfile': 'web: sleep 2001\nworker: sleep 1002\n' });
  expect(pids(await holdfast.untilSynced('shop', commit)).web).not.toBe(running.web);
  await holdfast.operator.rollback('shop', {}, 'appdev');
  await holdfast.until('shop', ({ sync, pinned }) => pinned !== undefined && sync.status === 'Synced');
});
