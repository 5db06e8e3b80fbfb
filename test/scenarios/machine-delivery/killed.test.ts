import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { runningIn } from '../machine/harness.ts';
import { machineProgram } from './program.ts';
import { appspec, commandOf, pids } from './setup.ts';

const count = 40;

/** A process that tells of its start, one beside it, and many files between scripts. */
function version(srv: string, number: number): Record<string, string | null> {
  const names = Array.from({ length: count }, (_, i) => `file-${number % 2}-${i}`);
  const former = Array.from({ length: count }, (_, i) => `file-${(number + 1) % 2}-${i}`);
  return {
    'shop/Procfile': `web: sh -c "echo ${number} >> ${srv}/starts; exec sleep ${1_000 + number}"\nworker: sleep 2000\n`,
    ...Object.fromEntries(names.map(name => [`site/conf/${name}`, `${number}\n`])),
    ...(number === 0 ? {} : Object.fromEntries(former.map(name => [`site/conf/${name}`, null]))),
  };
}

test('kill -9 at any moment of a delivery, again and again: the same end, and nothing is restarted without need', async () => {
  const random = (below: number) => Math.floor(Math.random() * below);
  const moments: string[] = [];
  await using machine = await machineProgram(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'shop', path: 'shop' },
      { name: 'site', path: 'site' },
      { name: 'stays', path: 'stays' },
    ]),
    'stays/Procfile': 'web: sleep 3000\n',
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], { BeforeInstall: 'say.sh', ValidateService: 'say.sh' }),
    'site/say.sh': '#!/bin/sh\necho "$LIFECYCLE_EVENT"\n',
    ...version(srv, 0),
  }));
  const { repo, srv } = machine;
  await machine.start();
  for (const name of ['shop', 'site']) await machine.untilSynced(name);
  const stays = pids(await machine.untilSynced('stays')).web;
  expect(await commandOf(stays)).toBe('sleep 3000');
  await machine.running?.kill();

  let commit = '';
  for (let number = 1; number <= 4; number++) {
    commit = (await repo.commit(version(srv, number))) ?? '';
    const short = commit.slice(0, 7);
    const program = await machine.start();
    await waitFor('a delivery', () => program.printed().includes(`syncs at ${short}`), { everyMs: 2 });
    const afterMs = random(200);
    await delay(afterMs);
    await program.kill();
    moments.push(`${number} + ${afterMs} ms`);
  }

  await machine.start();
  const said = moments.join(', ');
  const shop = pids(await machine.untilSynced('shop', commit));
  await machine.untilSynced('site', commit);
  expect(pids(await machine.untilSynced('stays', commit)).web, said).toBe(stays);
  expect(await commandOf(stays), said).toBe('sleep 3000');
  expect([await commandOf(shop.web), await commandOf(shop.worker)], said).toEqual(['sleep 1004', 'sleep 2000']);

  const starts = (await readFile(`${srv}/starts`, 'utf8')).trimEnd().split('\n');
  // One that was stopped for its successor may be found stopped, and run again until that comes. No other is.
  expect(starts, said).toEqual(starts.toSorted());
  expect(
    starts.filter(one => one === '4'),
    said,
  ).toEqual(['4']);
  // Nobody is left whom nobody knows.
  const expected = [shop.web, shop.worker, stays];
  expect((await runningIn(`${machine.directory}/root`)).toSorted(), said).toEqual(expected.toSorted());
  const installed = await readdir(`${srv}/etc`);
  expect(installed.sort(), said).toEqual(Array.from({ length: count }, (_, i) => `file-0-${i}`).sort());
  for (const name of installed) expect(await readFile(`${srv}/etc/${name}`, 'utf8'), said).toBe('4\n');
});
