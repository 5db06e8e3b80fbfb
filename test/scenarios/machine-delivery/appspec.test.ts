import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, startMachineDelivery } from './setup.ts';

test('files and scripts of a commit, in their order; a commit elsewhere runs no script; what Git drops is pruned', async () => {
  const script = (log: string) => `#!/bin/sh\necho "$LIFECYCLE_EVENT $(cat conf/version)" >> ${log}\n`;
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'site', path: 'site' }]),
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], {
      ApplicationStop: 'say.sh',
      BeforeInstall: 'say.sh',
      AfterInstall: 'say.sh',
      ApplicationStart: 'say.sh',
      ValidateService: 'say.sh',
    }),
    'site/say.sh': script(`${srv}/log`),
    'site/conf/version': '1\n',
    'site/conf/deep/old': 'x\n',
  }));
  const { test: holdfast, repo, srv } = delivery;
  const log = async () => (await readFile(`${srv}/log`, 'utf8')).trimEnd().split('\n');
  await holdfast.untilSynced('site');
  expect(await readFile(`${srv}/etc/version`, 'utf8')).toBe('1\n');
  expect(await readFile(`${srv}/etc/deep/old`, 'utf8')).toBe('x\n');
  const first = ['BeforeInstall 1', 'AfterInstall 1', 'ApplicationStart 1', 'ValidateService 1'];
  expect(await log()).toEqual(first);

  const inode = (await stat(`${srv}/etc/version`)).ino;
  await holdfast.untilSynced('site', await repo.commit({ 'README.md': 'not of the site' }));
  expect(await log()).toEqual(first);
  expect((await stat(`${srv}/etc/version`)).ino).toBe(inode);

  await holdfast.untilSynced('site', await repo.commit({ 'site/conf/version': '2\n', 'site/conf/deep/old': null }));
  expect(await readFile(`${srv}/etc/version`, 'utf8')).toBe('2\n');
  expect(await readdir(`${srv}/etc`)).toEqual(['version']);
  const second = ['BeforeInstall 2', 'AfterInstall 2', 'ApplicationStart 2', 'ValidateService 2'];
  expect(await log()).toEqual([...first, 'ApplicationStop 1', ...second]);
  // What Git changed and dropped is nobody's drift.
  expect(holdfast.operator.events({ application: 'site' }).filter(({ type }) => type === 'drift')).toEqual([]);
});
