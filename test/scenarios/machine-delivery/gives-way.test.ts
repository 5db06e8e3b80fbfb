import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../world/port.ts';
import { environmentOf } from '../delivery/setup.ts';
import { answerOf, appspec, pids, startMachineDelivery, webServer } from './setup.ts';

test('a revision that does not become healthy in time gives way to the last that did, and stays away until Git changes', async () => {
  const port = await freePort();
  const health = { http: `http://127.0.0.1:${port}/`, timeout: '3s', interval: '200ms' };
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'web', path: 'web', health }]),
    ...webServer(port, 'one'),
  }));
  const { test: holdfast, repo } = delivery;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  expect(await answerOf(port)).toBe('one');

  const bad = await repo.commit(webServer(port, 'two', 503));
  await holdfast.refresh();
  const back = await holdfast.until('web', ({ quarantined, health, operation }) => {
    return quarantined !== undefined && health.status === 'Healthy' && operation?.result === 'succeeded';
  });
  expect(back.quarantined).toMatchObject({ revision: bad, reason: expect.stringContaining('status 503') });
  expect(back.sync).toMatchObject({ status: 'OutOfSync', revision: first });
  expect(back.sync.message).toMatch(/^revision [0-9a-f]{12} is quarantined: not healthy in time/);
  expect(await answerOf(port)).toBe('one');

  // Nothing tries it again: not a look at Git, not a restart.
  const running = pids(back);
  const tries = holdfast.operator.history('web').length;
  await holdfast.refresh();
  const next = await delivery.restart();
  const again = await next.until('web', ({ quarantined, health }) => quarantined && health.status === 'Healthy');
  expect(again.quarantined?.revision).toBe(bad);
  expect(pids(again)).toEqual(running);
  expect(next.operator.history('web').length).toBe(tries);

  const good = await repo.commit(webServer(port, 'three'));
  const well = await next.untilSynced('web', good);
  expect(well.quarantined).toBeUndefined();
  expect(await answerOf(port)).toBe('three');
});

test('so does one that does not stay up', async () => {
  const health = { stable: '300ms', timeout: '2s', interval: '200ms' };
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'web', path: 'web', health }]),
    'web/Procfile': 'web: sleep 1001\n',
  }));
  const { test: holdfast, repo } = delivery;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  const bad = await repo.commit({ 'web/Procfile': 'web: sh -c "echo no; exit 3"\n' });
  await holdfast.refresh();
  const back = await holdfast.until('web', ({ quarantined, health }) => quarantined && health.status === 'Healthy');
  expect(back.quarantined?.revision).toBe(bad);
  expect(back.sync.revision).toBe(first);
});

test('a failing ValidateService gives way likewise, at once', async () => {
  const say = (srv: string, version: string, code: number) => ({
    'site/say.sh': `#!/bin/sh\necho "${version}" >> ${srv}/log\necho it is no good\nexit ${code}\n`,
    'site/conf/version': version,
  });
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'site', path: 'site' }]),
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], { ValidateService: 'say.sh' }),
    ...say(srv, 'one', 0),
  }));
  const { test: holdfast, repo, srv } = delivery;
  const installed = () => readFile(`${srv}/etc/version`, 'utf8');
  const first = (await holdfast.untilSynced('site')).sync.revision;

  const bad = await repo.commit(say(srv, 'two', 1));
  await holdfast.refresh();
  const back = await holdfast.until('site', ({ quarantined, sync, operation }) => {
    return quarantined !== undefined && sync.revision === first && operation?.result === 'succeeded';
  });
  expect(back.quarantined).toMatchObject({ revision: bad, reason: expect.stringContaining('ValidateService') });
  expect(await installed()).toBe('one');
  expect(await readFile(`${srv}/log`, 'utf8')).toBe('one\ntwo\none\n');
  const events = holdfast.operator.events({ application: 'site' }).map(({ message }) => message);
  expect(events).toContainEqual(expect.stringMatching(/is quarantined, until Git changes/));

  const good = await repo.commit(say(srv, 'three', 0));
  const well = await holdfast.untilSynced('site', good);
  expect(well.quarantined).toBeUndefined();
  expect(await installed()).toBe('three');
});
