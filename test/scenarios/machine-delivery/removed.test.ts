import { access, readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, isAlive, type MachineDelivery, pids, startMachineDelivery } from './setup.ts';

const shop = { name: 'shop', path: 'shop' };
const site = { name: 'site', path: 'site' };
const stays = { name: 'stays', path: 'stays' };

/** Three of them: two to be taken away, one to stay (the last one is never taken away without a word). */
async function start(more: Record<string, unknown>): Promise<MachineDelivery> {
  const delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [{ ...shop, ...more }, { ...site, ...more }, stays]),
    'shop/Procfile': 'web: sleep 1001\nworker: sleep 1002\n',
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], { ApplicationStop: 'stop.sh' }),
    'site/stop.sh': `#!/bin/sh\necho stopped >> ${srv}/log\n`,
    'site/conf/deep/file': 'x\n',
    'stays/Procfile': 'web: sleep 1003\n',
  }));
  for (const name of ['shop', 'site', 'stays']) await delivery.test.untilSynced(name);
  return delivery;
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('an application that Git no longer declares is stopped, and its files are removed', async () => {
  await using delivery = await start({});
  const { test: holdfast, repo, srv, directory } = delivery;
  const running = pids(holdfast.operator.application('shop'));
  const other = pids(holdfast.operator.application('stays'));
  await repo.commit({ 'holdfast.yaml': environmentOf('box', [stays]) });
  await holdfast.refresh();
  await waitFor('their end', () => ['shop', 'site'].every(name => holdfast.status(name) === undefined));
  expect([isAlive(running.web), isAlive(running.worker), isAlive(other.web)]).toEqual([false, false, true]);
  expect(await readdir(srv)).toEqual(['log']);
  // The scripts of its revision were told, once.
  expect(await readFile(`${srv}/log`, 'utf8')).toBe('stopped\n');
  expect(await readdir(`${directory}/root/releases`)).toEqual(['stays']);
});

test('without cascade, what runs goes on, and files stay', async () => {
  await using delivery = await start({ cascade: false });
  const { test: holdfast, repo, srv } = delivery;
  const running = pids(holdfast.operator.application('shop'));
  await repo.commit({ 'holdfast.yaml': environmentOf('box', [stays]) });
  await holdfast.refresh();
  await waitFor('their end', () => ['shop', 'site'].every(name => holdfast.status(name) === undefined));
  expect([isAlive(running.web), isAlive(running.worker)]).toEqual([true, true]);
  expect(await isThere(`${srv}/etc/deep/file`)).toBe(true);
  expect(await isThere(`${srv}/log`)).toBe(false);
  // Declared again, it is found as it is: nothing is restarted.
  await repo.commit({ 'holdfast.yaml': environmentOf('box', [shop, site, stays]) });
  expect(pids(await holdfast.untilSynced('shop'))).toEqual(running);
});

test("a person's deletion stops it while Git declares it; resume brings it back", async () => {
  await using delivery = await start({});
  const { test: holdfast, srv } = delivery;
  const { operator } = holdfast;
  const running = pids(operator.application('shop'));
  for (const name of ['shop', 'site']) await operator.remove(name, { orphan: false }, 'appdev');
  const gone = await holdfast.until(
    'shop',
    ({ operation, health }) => operation?.result === 'succeeded' && health.status === 'Missing',
  );
  await holdfast.until(
    'site',
    ({ operation, health }) => operation?.result === 'succeeded' && health.status === 'Missing',
  );
  expect(gone.suspended).toMatchObject({ by: 'appdev', reason: expect.stringContaining('holdfast resume shop') });
  expect([isAlive(running.web), isAlive(running.worker)]).toEqual([false, false]);
  expect(await readdir(srv)).toEqual(['log']);
  for (const name of ['shop', 'site']) await operator.resume(name, 'appdev');
  const back = pids(await holdfast.untilSynced('shop'));
  expect(isAlive(back.web)).toBe(true);
  await holdfast.untilSynced('site');
  expect(await isThere(`${srv}/etc/deep/file`)).toBe(true);
});

test('a person may let go of it: what runs goes on', async () => {
  await using delivery = await start({});
  const { test: holdfast, srv } = delivery;
  const running = pids(holdfast.operator.application('shop'));
  for (const name of ['shop', 'site']) await holdfast.operator.remove(name, { orphan: true }, 'appdev');
  const status = await holdfast.until('shop', ({ suspended }) => suspended !== undefined);
  expect(status.operation?.result).toBe('succeeded');
  expect([isAlive(running.web), isAlive(running.worker)]).toEqual([true, true]);
  expect(await isThere(`${srv}/etc/deep/file`)).toBe(true);
});
