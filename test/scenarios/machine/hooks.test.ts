import { mkdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Files, type Machine, startMachine } from './harness.ts';

const isRoot = process.getuid?.() === 0;

describe('hooks of an appspec.yml', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine();
    await mkdir(`${machine.path}/out`, { mode: 0o777 });
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  const events = ['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'];
  const journal = () => `${machine.path}/out/journal`;
  async function lines(): Promise<string[]> {
    return (await readFile(journal(), 'utf8')).trimEnd().split('\n');
  }

  function revision(version: string, hooks: Record<string, string> = {}): Files {
    const section = events
      .map(event => `  ${event}: [{location: scripts/${event}.sh${hooks[event] ?? ''}}]\n`)
      .join('');
    const script = (event: string) =>
      `#!/bin/sh\nseen=$(cat "${machine.srv}/app/version.txt" 2>/dev/null)\necho "$LIFECYCLE_EVENT ${version} installed=$seen from=$(cat "$(dirname "$0")/../version.txt")" >> ${journal()}\n[ "${event}" = "$LIFECYCLE_EVENT" ]\n`;
    return {
      'appspec.yml': `version: 0.0\nos: linux\nfiles: [{source: version.txt, destination: ${machine.srv}/app}]\nhooks:\n${section}`,
      'version.txt': version,
      ...Object.fromEntries(events.map(event => [`scripts/${event}.sh`, script(event)])),
    };
  }

  test('run in the order of CodeDeploy, around the installation of the files', async () => {
    await machine.deliver('app', revision('v1'));
    expect(await lines()).toEqual([
      'BeforeInstall v1 installed= from=v1',
      'AfterInstall v1 installed=v1 from=v1',
      'ApplicationStart v1 installed=v1 from=v1',
      'ValidateService v1 installed=v1 from=v1',
    ]);
  });

  test('ApplicationStop runs the scripts of the revision that was installed before', async () => {
    await machine.deliver('app', revision('v2'));
    expect((await lines()).slice(4)).toEqual([
      'ApplicationStop v1 installed=v1 from=v1',
      'BeforeInstall v2 installed=v1 from=v2',
      'AfterInstall v2 installed=v2 from=v2',
      'ApplicationStart v2 installed=v2 from=v2',
      'ValidateService v2 installed=v2 from=v2',
    ]);
    await machine.tearDown('app');
  });

  function one(event: string, script: string, rest = ''): Files {
    return {
      'appspec.yml': `version: 0.0\nos: linux\nfiles: [{source: appspec.yml, destination: ${machine.srv}/one}]\nhooks:\n  ${event}: [{location: run${rest}}]\n`,
      run: script,
    };
  }

  test('get the documented variables, a plain environment, and the files of their revision', async () => {
    const out = `${machine.path}/out/env`;
    await machine.deliver('env', one('AfterInstall', `#!/bin/sh\nenv | sort > ${out}\npwd >> ${out}\n`));
    const text = await readFile(out, 'utf8');
    expect(text).toMatch(/^APPLICATION_NAME=env$/m);
    expect(text).toMatch(/^DEPLOYMENT_GROUP_NAME=box$/m);
    expect(text).toMatch(/^DEPLOYMENT_GROUP_ID=[0-9a-f-]{36}$/m);
    expect(text).toMatch(/^DEPLOYMENT_ID=d-[0-9A-F]{9}$/m);
    expect(text).toMatch(/^LIFECYCLE_EVENT=AfterInstall$/m);
    expect(text).not.toMatch(/VITEST|npm_/);
    expect(text).toMatch(/\/root\/releases\/env\/[0-9a-f]{40}$/m);
    await machine.tearDown('env');
  });

  test.runIf(isRoot)('runas is another user', async () => {
    const out = `${machine.path}/out/who`;
    await import('node:fs/promises').then(fs =>
      fs.chmod(`${machine.path}/out`, 0o777).then(() => fs.chmod(machine.path, 0o755)),
    );
    await machine.deliver(
      'who',
      one('AfterInstall', `#!/bin/sh\nid -un > ${out}\necho $HOME >> ${out}\n`, ', runas: nobody'),
    );
    expect((await readFile(out, 'utf8')).split('\n')[0]).toBe('nobody');
    await machine.tearDown('who');
  });

  test.each<[what: string, script: string, rest: string, message: RegExp]>([
    [
      'fails',
      '#!/bin/sh\necho broken pipe dream\nexit 7\n',
      '',
      /run cannot be run: it ended with exit code 7; its last line: broken pipe dream/,
    ],
    ['takes too long', '#!/bin/sh\nsleep 600\n', ', timeout: 1', /it did not end within 1 s/],
    ['has no interpreter', 'echo hi\n', '', /has no #! line/],
    ['wants a user that is not there', '#!/bin/sh\n', ', runas: no-such-user', /no user or group no-such-user/],
  ])('a script that %s fails the hook, and says why', async (_what, script, rest, message) => {
    await expect(machine.deliver('one', one('BeforeInstall', script, rest))).rejects.toThrow(message);
    expect(machine.live('one')['Script one/BeforeInstall']).toMatchObject({
      completion: 'failed',
      health: { status: 'Degraded' },
    });
    await machine.tearDown('one');
  });

  test('an ApplicationStop that fails does not stand in the way: no commit could repair it', async () => {
    const files = one('ApplicationStop', '#!/bin/sh\necho stuck; exit 1\n');
    await machine.deliver('stuck', files);
    await machine.deliver('stuck', { ...files, version: '2' });
    const live = machine.live('stuck')['Script stuck/ApplicationStop'];
    expect(live).toMatchObject({ completion: 'succeeded', summary: expect.stringContaining('stuck') });
    await machine.tearDown('stuck');
  });

  test('a hook that Holdfast was restarted under is waited for, and not said to have passed', async () => {
    const files = one(
      'BeforeInstall',
      `#!/bin/sh\necho begun > ${machine.path}/out/begun\nsleep 1\necho done > ${machine.path}/out/done\n`,
    );
    await machine.deliver('long', files, { wait: false });
    await waitFor('its beginning', () => readFile(`${machine.path}/out/begun`));
    await machine.target.close();
    await machine.reopen();
    expect(machine.live('long')['Script long/BeforeInstall']?.completion).toBe('running');
    const live = await waitFor('its end', () => {
      const found = machine.live('long')['Script long/BeforeInstall'];
      return found?.completion === 'failed' ? found : undefined;
    });
    expect(live.health.message).toContain('how it ended is not known');
    expect(await readFile(`${machine.path}/out/done`, 'utf8')).toBe('done\n');
  });
});
