import { chmod, lstat, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Machine, pidOf, startMachine, waitHealthy } from './harness.ts';

const files = {
  Procfile: 'web: ./run.sh\n',
  'run.sh': { content: '#!/bin/sh\nexec sleep 1000\n', executable: true as const },
  'public/index.html': '<h1>hi</h1>',
  link: { symlink: 'public/index.html' },
  '.env': 'KEY=CANARY\n',
};

describe('the working directory of processes', () => {
  let machine: Machine;
  let directory: string;
  beforeAll(async () => {
    machine = await startMachine();
    await machine.deliver('web', files);
    const live = await waitHealthy(machine, 'web', 'Process web/web');
    directory = await readlink(`/proc/${pidOf(live)}/cwd`);
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  test('holds the files of the revision', async () => {
    expect(await readFile(`${directory}/link`, 'utf8')).toBe('<h1>hi</h1>');
    expect((await lstat(`${directory}/run.sh`)).mode & 0o777).toBe(0o755);
    expect((await lstat(`${directory}/.env`)).mode & 0o777).toBe(0o600);
  });

  test.each<[what: string, harm: () => Promise<unknown>, path: string]>([
    ['an edited file', () => writeFile(`${directory}/public/index.html`, 'defaced'), '/files/public~1index.html'],
    ['a removed file', () => rm(`${directory}/public/index.html`), '/files/public~1index.html'],
    ['a removed directory', () => rm(`${directory}/public`, { recursive: true }), '/files/public~1index.html'],
    ['a lost execute bit', () => chmod(`${directory}/run.sh`, 0o644), '/files/run.sh/executable'],
    [
      'a redirected link',
      async () => {
        await rm(`${directory}/link`);
        const { symlink } = await import('node:fs/promises');
        await symlink('/etc/passwd', `${directory}/link`);
      },
      '/files/link',
    ],
  ])('%s is drift, and is repaired without a restart', async (_what, harm, path) => {
    const before = machine.live('web')['Release web']?.fingerprint;
    const pid = pidOf(machine.live('web')['Process web/web']);
    await harm();
    await waitFor('the drift', () => machine.live('web')['Release web']?.fingerprint !== before);
    const healing = await machine.deliver('web', files);
    expect(healing.previews.get('Release web')?.changes.map(change => change.path)).toEqual([path]);
    expect(machine.live('web')['Release web']?.fingerprint).toBe(before);
    expect(await readFile(`${directory}/public/index.html`, 'utf8')).toBe('<h1>hi</h1>');
    expect(await readlink(`${directory}/link`)).toBe('public/index.html');
    expect(pidOf(machine.live('web')['Process web/web'])).toBe(pid);
  });

  test('what a process writes beside them is its own', async () => {
    await writeFile(`${directory}/cache.db`, 'x');
    await writeFile(`${directory}/public/upload`, 'x');
    const delivery = await machine.deliver('web', files);
    expect(delivery.applied).toEqual([]);
    expect(await readFile(`${directory}/cache.db`, 'utf8')).toBe('x');
  });

  test('removed as a whole, it is made again, and the process begins again in it', async () => {
    const pid = pidOf(machine.live('web')['Process web/web']);
    await rm(directory, { recursive: true });
    await waitFor('it to be missing', () => machine.live('web')['Release web'] === undefined);
    await machine.deliver('web', files);
    const live = await waitHealthy(machine, 'web', 'Process web/web');
    expect(pidOf(live)).not.toBe(pid);
    expect(await readlink(`/proc/${pidOf(live)}/cwd`)).toBe(directory);
  });

  test('a rollback to a release that was tampered with delivers what Git says', async () => {
    await machine.deliver('web', { ...files, more: '1' });
    await writeFile(`${directory}/public/index.html`, 'tampered while nobody looked');
    await machine.deliver('web', files);
    expect(await readFile(`${directory}/public/index.html`, 'utf8')).toBe('<h1>hi</h1>');
  });

  test('values of variables are shown to nobody', async () => {
    const delivery = await machine.deliver('web', { ...files, '.env': 'KEY=CANARY-2\n' });
    const shown = [...delivery.previews.values()].map(preview => JSON.stringify(preview));
    for (const desired of delivery.desired) {
      shown.push(await machine.target.show(desired));
      shown.push((await machine.target.read(desired.id, new AbortController().signal)) ?? '');
      shown.push(JSON.stringify(machine.live('web')));
    }
    expect(shown.join('\n')).not.toContain('CANARY');
    expect(delivery.previews.get('Process web/web')?.changes).toContainEqual({ path: '/env/KEY', masked: true });
    expect((await lstat(`${machine.path}/state/applications/web.json`)).mode & 0o777).toBe(0o600);
  });
});
