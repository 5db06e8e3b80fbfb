import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { machineProgram } from '../machine-delivery/program.ts';
import { appspec } from '../machine-delivery/setup.ts';

test('killed again and again while a script runs: the script goes on, and is waited for; since its end is not known, the deployment is said to have failed, and tried again as a whole', async () => {
  const says = '#!/bin/sh\necho "$LIFECYCLE_EVENT" >> "$(cat log-path)"\n';
  await using machine = await machineProgram(srv => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'site', path: 'site' }]),
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], {
      BeforeInstall: 'say.sh',
      AfterInstall: 'slow.sh',
      ApplicationStart: 'say.sh',
      ValidateService: 'say.sh',
    }),
    'site/log-path': `${srv}/log\n`,
    'site/say.sh': says,
    'site/slow.sh': `${says}while [ ! -e ${srv}/go ]; do sleep 0.05; done\n`,
    'site/conf/version': '1\n',
  }));
  const { srv } = machine;
  const log = async () => (await readFile(`${srv}/log`, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  for (let i = 0; i < 3; i++) {
    const program = await machine.start();
    await waitFor('the slow script', async () => (await log()).includes('AfterInstall'));
    if (i > 0) await waitFor('its API', () => program.status('site'));
    await program.kill();
  }
  // No start has run one of them again.
  expect(await log()).toEqual(['BeforeInstall', 'AfterInstall']);
  const last = await machine.start();
  await writeFile(`${srv}/go`, '');
  await machine.untilSynced('site');
  expect(last.printed()).toContain('how it ended is not known');
  const whole = ['BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'];
  expect(await log()).toEqual(['BeforeInstall', 'AfterInstall', ...whole]);
  expect(await readFile(`${srv}/etc/version`, 'utf8')).toBe('1\n');
});
