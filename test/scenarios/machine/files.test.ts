import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Files, type Machine, startMachine } from './harness.ts';

const isRoot = process.getuid?.() === 0;

describe('files of an appspec.yml', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine();
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  const site = (more: Files = {}, permissions = ''): Files => ({
    'appspec.yml': `version: 0.0\nos: linux\nfiles:\n  - {source: files, destination: ${machine.srv}/site}\n${permissions}`,
    'files/app.conf': 'one\ntwo\nthree\n',
    'files/run.sh': { content: '#!/bin/sh\n', executable: true },
    'files/deep/er/data.bin': new Uint8Array([0, 1, 2, 255]),
    ...more,
  });
  const conf = () => `${machine.srv}/site/app.conf`;

  test('are installed with their modes, and a second delivery writes nothing', async () => {
    const first = await machine.deliver('site', site());
    expect(first.applied).toHaveLength(3);
    expect(await readFile(conf(), 'utf8')).toBe('one\ntwo\nthree\n');
    expect((await lstat(`${machine.srv}/site/run.sh`)).mode & 0o7777).toBe(0o755);
    expect([...(await readFile(`${machine.srv}/site/deep/er/data.bin`))]).toEqual([0, 1, 2, 255]);
    const before = (await lstat(conf())).ino;
    expect((await machine.deliver('site', site())).applied).toEqual([]);
    expect((await lstat(conf())).ino).toBe(before);
  });

  describe('drift made by hand is seen, named, and healed', () => {
    beforeEach(async () => {
      await machine.deliver('site', site());
    });

    test.each<[what: string, harm: () => Promise<unknown>, path: string, live: string | undefined]>([
      ['edited in place', () => writeFile(conf(), 'one\nTWO\nthree\n'), '/content/line 2', '"TWO"'],
      [
        'edited by a rename',
        async () => {
          await writeFile(`${conf()}.tmp`, 'one\nthree\n');
          await rename(`${conf()}.tmp`, conf());
        },
        '/content/line 2',
        '""',
      ],
      ['emptied', () => writeFile(conf(), ''), '/content/line 1', '""'],
      ['another mode', () => chmod(conf(), 0o666), '/mode', '"0666"'],
      ...(isRoot
        ? [
            ['another owner', () => chown(conf(), 65534, 0), '/owner', '65534'] as [
              string,
              () => Promise<unknown>,
              string,
              string,
            ],
          ]
        : []),
      [
        'replaced by a link',
        async () => {
          await rm(conf());
          await symlink('/etc/hostname', conf());
        },
        '/type',
        '"symlink"',
      ],
      [
        'replaced by a directory',
        async () => {
          await rm(conf());
          await mkdir(conf());
          await writeFile(`${conf()}/kept`, 'work');
        },
        '/type',
        '"directory"',
      ],
      [
        'edited behind its back: same size, old time',
        async () => {
          const { atime, mtime } = await lstat(conf());
          await writeFile(conf(), 'ONE\ntwo\nthree\n');
          await utimes(conf(), atime, mtime);
        },
        '/content/line 1',
        '"ONE"',
      ],
      ['removed', () => rm(conf()), '/type', undefined],
    ])('%s', async (_what, harm, path, live) => {
      const key = `File ${conf()}`;
      const before = machine.live('site')[key]?.fingerprint;
      expect(before).toBeDefined();
      const began = Date.now();
      await harm();
      const delivered = await waitFor('the drift to be seen', async () => {
        const now = machine.live('site')[key];
        return now?.fingerprint !== before && (now === undefined) === (live === undefined) ? { now } : undefined;
      });
      expect(Date.now() - began).toBeLessThan(10_000);
      if (live !== undefined) expect(delivered.now?.lastChange?.name).toBeTruthy();
      else expect(delivered.now).toBeUndefined();

      const healing = await machine.deliver('site', site());
      const changes = healing.previews.get(key)?.changes ?? [];
      expect(changes.map(change => change.path)).toContain(path);
      expect(changes.find(change => change.path === path)?.live).toBe(live);
      expect(healing.applied).toHaveLength(1);
      expect(await readFile(conf(), 'utf8')).toBe('one\ntwo\nthree\n');
      expect(machine.live('site')[key]?.fingerprint).toBe(before);
      await rm(`${conf()}.holdfast-saved`, { recursive: true, force: true });
    });

    test('a whole directory removed', async () => {
      await rm(`${machine.srv}/site`, { recursive: true });
      await waitFor('all to be missing', () => Object.keys(machine.live('site')).length === 0);
      expect((await machine.deliver('site', site())).applied).toHaveLength(3);
      expect(await readFile(conf(), 'utf8')).toBe('one\ntwo\nthree\n');
    });

    test('a directory in the way is kept aside, not deleted', async () => {
      await rm(conf());
      await mkdir(conf());
      await writeFile(`${conf()}/kept`, 'work');
      await waitFor('the drift', () => machine.live('site')[`File ${conf()}`]?.summary?.startsWith('directory'));
      await machine.deliver('site', site());
      expect(await readFile(`${conf()}.holdfast-saved/kept`, 'utf8')).toBe('work');
      await rm(`${conf()}.holdfast-saved`, { recursive: true });
    });
  });

  test('what Git drops is removed, with the directories that were made for it', async () => {
    await machine.deliver('site', site());
    const without = site();
    delete without['files/deep/er/data.bin'];
    await machine.deliver('site', without);
    expect(await readdir(`${machine.srv}/site`)).toEqual(['app.conf', 'run.sh']);
    await machine.tearDown('site');
    expect(await readdir(machine.srv)).toEqual([]);
    expect(machine.target.owners()).toEqual([]);
  });

  test('what Git drops but somebody changed is kept beside', async () => {
    await machine.deliver('site', site());
    await writeFile(conf(), 'my work');
    await waitFor('the drift', () => machine.live('site')[`File ${conf()}`]?.lastChange);
    await machine.tearDown('site');
    expect(await readdir(`${machine.srv}/site`)).toEqual(['app.conf.holdfast-saved']);
    expect(await readFile(`${conf()}.holdfast-saved`, 'utf8')).toBe('my work');
    await rm(`${machine.srv}/site`, { recursive: true });
  });

  test('strangers beside our files are left alone', async () => {
    await machine.deliver('site', site());
    await writeFile(`${machine.srv}/site/deep/stranger`, 'x');
    await machine.tearDown('site');
    expect(await readdir(`${machine.srv}/site/deep`)).toEqual(['stranger']);
    await rm(`${machine.srv}/site`, { recursive: true });
  });

  describe('a file that is there already', () => {
    const behaviour = (word: string) => site({}, `file_exists_behavior: ${word}\n`);
    beforeEach(async () => {
      await mkdir(`${machine.srv}/site`, { recursive: true });
      await writeFile(conf(), 'theirs');
    });

    test('DISALLOW: nothing happens to it', async () => {
      await expect(machine.deliver('site', site())).rejects.toThrow(/app\.conf exists already/);
      expect(await readFile(conf(), 'utf8')).toBe('theirs');
      await machine.tearDown('site');
      expect(await readFile(conf(), 'utf8')).toBe('theirs');
    });

    test('OVERWRITE: ours takes its place', async () => {
      await machine.deliver('site', behaviour('OVERWRITE'));
      expect(await readFile(conf(), 'utf8')).toContain('one');
      await machine.tearDown('site');
    });

    test('RETAIN: it stays, changes of it are nobody’s drift, and it outlives the application', async () => {
      const delivery = await machine.deliver('site', behaviour('RETAIN'));
      expect(await readFile(conf(), 'utf8')).toBe('theirs');
      await writeFile(conf(), 'theirs, newer');
      expect(await delivery.again()).toEqual([]);
      expect((await machine.deliver('site', behaviour('RETAIN'))).applied).toEqual([]);
      await machine.tearDown('site');
      expect(await readFile(conf(), 'utf8')).toBe('theirs, newer');
    });

    test('with the very same content it is adopted, not written', async () => {
      await writeFile(conf(), 'one\ntwo\nthree\n');
      await chmod(conf(), 0o644);
      const before = (await lstat(conf())).ino;
      await machine.deliver('site', site());
      expect((await lstat(conf())).ino).toBe(before);
      expect(machine.live('site')[`File ${conf()}`]?.owner).toBe('site');
      await machine.tearDown('site');
    });
  });

  test.runIf(isRoot)('permissions set mode, owner and group, of files and of directories', async () => {
    const permissions = `permissions:
  - {object: ${machine.srv}/site, pattern: "*.conf", owner: nobody, group: "0", mode: 640}
  - {object: ${machine.srv}/site, type: [directory], mode: 2750}
`;
    const delivery = await machine.deliver('site', site({}, permissions));
    const file = await lstat(conf());
    expect([file.mode & 0o7777, file.gid]).toEqual([0o640, 0]);
    expect(file.uid).not.toBe(0);
    expect((await lstat(`${machine.srv}/site/deep`)).mode & 0o7777).toBe(0o2750);
    expect(await delivery.again()).toEqual([]);
    await chmod(`${machine.srv}/site/deep`, 0o777);
    await waitFor('the drift', async () => (await delivery.again()).length === 1);
    await machine.deliver('site', site({}, permissions));
    expect((await lstat(`${machine.srv}/site/deep`)).mode & 0o7777).toBe(0o2750);
    await machine.tearDown('site');
  });

  test('contents of files that look secret are shown to nobody', async () => {
    const secret = { 'files/.env': 'PASSWORD=CANARY-1\n' };
    const delivery = await machine.deliver('site', site(secret));
    await writeFile(`${machine.srv}/site/.env`, 'PASSWORD=CANARY-2\n');
    const found = await waitFor('the drift', async () => (await delivery.again())[0]);
    const shown = [JSON.stringify(found)];
    for (const desired of delivery.desired) {
      shown.push(await machine.target.show(desired));
      shown.push((await machine.target.read(desired.id, new AbortController().signal)) ?? '');
    }
    expect(shown.join('\n')).not.toContain('CANARY');
    expect(found.changes).toEqual([{ path: '/content', masked: true }]);
    await machine.tearDown('site');
  });

  test('a damaged inventory is set aside, and deletes nothing', async () => {
    await machine.deliver('site', site());
    await machine.target.close();
    await writeFile(`${machine.path}/state/applications/site.json`, '{"version":1,"application":"site","fil');
    await machine.reopen();
    expect(machine.target.owners()).toEqual([]);
    expect(await readFile(conf(), 'utf8')).toContain('one');
    for (const name of await readdir(`${machine.path}/state/applications`)) expect(name).toContain('.damaged-');
    const before = (await lstat(conf())).ino;
    await machine.deliver('site', site());
    expect((await lstat(conf())).ino).toBe(before);
    await machine.tearDown('site');
  });
});
