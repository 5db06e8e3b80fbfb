import { lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Probe } from '../../src/model/application.ts';
import { type Files, type Machine, startMachine } from '../scenarios/machine/harness.ts';
import { waitFor } from '../world/wait.ts';

/** What a commit, or somebody with an account on the machine, may try: nothing outside of the roots is written, read or removed. */
describe('a machine', () => {
  let machine: Machine;
  let outside: string;
  const canary = 'canary content';
  beforeAll(async () => {
    machine = await startMachine();
    outside = `${machine.path}/outside`;
    await mkdir(outside);
    await writeFile(`${outside}/canary`, canary);
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  const install = (destination: string, extra = '', files: Files = {}): Files => ({
    'appspec.yml': `version: 0.0\nos: linux\nfiles: [{source: payload, destination: ${JSON.stringify(destination)}}]\n${extra}`,
    payload: 'owned',
    ...files,
  });
  async function untouched(): Promise<void> {
    expect(await readdir(outside)).toEqual(['canary']);
    expect(await readFile(`${outside}/canary`, 'utf8')).toBe(canary);
  }

  test.each<[what: string, destination: () => string]>([
    ['outside of the roots', () => '/etc'],
    ['the file system itself', () => '/'],
    ['beside the root, with its name as a prefix', () => `${machine.srv}-other`],
    ['up and away', () => `${machine.srv}/../outside`],
    ['up and away, deep', () => `${machine.srv}/a/b/../../../outside`],
    ['the inventory', () => `${machine.path}/state/applications`],
    ['releases of others', () => `${machine.path}/root/releases/shop`],
    ['a NUL byte', () => `${machine.srv}/a\0b`],
    ['a process’s memory', () => '/proc/self'],
  ])('refuses to install into %s', async (_what, destination) => {
    await expect(machine.deliver('evil', install(destination()))).rejects.toThrow();
    await untouched();
    expect(machine.target.owners()).toEqual([]);
  });

  test('a link planted in a root is no way out, not even one made between two looks', async () => {
    const plant = `${machine.srv}/planted`;
    await symlink(outside, plant);
    for (const destination of [plant, `${plant}/deeper`, `${machine.srv}/../srv/planted`]) {
      await expect(machine.deliver('evil', install(destination))).rejects.toThrow(
        /planted\/payload|must not be touched|\.\./,
      );
    }
    await untouched();
    await rm(plant);

    await machine.deliver('evil', install(`${machine.srv}/app`));
    await rename(`${machine.srv}/app`, `${machine.srv}/moved`);
    await symlink(outside, `${machine.srv}/app`);
    await writeFile(`${outside}/payload`, 'owned');
    // Neither looking, healing nor pruning follows: the file of the same name over there is not ours.
    const newer = install(`${machine.srv}/app`, '', { payload: 'newer' });
    await waitFor('it to be out of sight', () => Object.keys(machine.live('evil')).length === 0);
    await expect(machine.deliver('evil', newer)).rejects.toThrow(/leads out of the allowed roots/);
    await machine.tearDown('evil');
    expect(await readFile(`${outside}/payload`, 'utf8')).toBe('owned');
    await rm(`${outside}/payload`);
    await rm(`${machine.srv}/app`);
    await rename(`${machine.srv}/moved`, `${machine.srv}/app`);
    await waitFor('it to be seen again', () => Object.keys(machine.live('evil')).length === 1);
    await machine.tearDown('evil');
    expect(await readdir(machine.srv)).toEqual([]);
    await untouched();
  });

  test('a link in place of a file is replaced, never written through, and its target is not read out', async () => {
    await machine.deliver('app', install(`${machine.srv}/app`));
    const file = `${machine.srv}/app/payload`;
    await rm(file);
    await symlink(`${outside}/canary`, file);
    await waitFor('the drift', () => machine.live('app')[`File ${file}`]?.lastChange);
    const delivery = await machine.deliver('app', install(`${machine.srv}/app`));
    expect(JSON.stringify([...delivery.previews.values()])).not.toContain(canary);
    expect((await lstat(file)).isFile()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('owned');
    await untouched();
    await machine.tearDown('app');
  });

  test('a link that is there before us is neither followed nor taken over', async () => {
    await mkdir(`${machine.srv}/app`, { recursive: true });
    await symlink(`${outside}/canary`, `${machine.srv}/app/payload`);
    await expect(machine.deliver('app', install(`${machine.srv}/app`))).rejects.toThrow(/exists already/);
    await machine.deliver('app', install(`${machine.srv}/app`, 'file_exists_behavior: OVERWRITE\n'));
    expect((await lstat(`${machine.srv}/app/payload`)).isFile()).toBe(true);
    await untouched();
    await machine.tearDown('app');
  });

  test('a directory of a release that became a link is made a directory again', async () => {
    const files = { Procfile: 'a: sleep 1000', 'public/canary': 'declared' };
    const { desired } = await machine.deliver('web', files);
    expect(desired[0]?.id.kind).toBe('Release');
    const releases = `${machine.path}/root/releases/web`;
    const release = `${releases}/${(await readdir(releases))[0]}`;
    await rm(`${release}/public`, { recursive: true });
    await symlink(outside, `${release}/public`);
    await waitFor('the drift', async () => machine.live('web')['Release web']?.summary?.includes('changed by hand'));
    await machine.deliver('web', files);
    expect((await lstat(`${release}/public`)).isDirectory()).toBe(true);
    expect(await readFile(`${release}/public/canary`, 'utf8')).toBe('declared');
    await untouched();
    await machine.tearDown('web');
  });

  test('one application cannot name the processes of another', async () => {
    const { render, contextOf } = await import('../scenarios/machine/harness.ts');
    const { resources } = await render('victim', { Procfile: 'web: sleep 1' });
    const { desired, problems } = await machine.target.identify(
      resources,
      contextOf('evil'),
      new AbortController().signal,
    );
    expect(desired).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      'victim does not belong to the application evil',
      'victim/web does not belong to the application evil',
    ]);
  });

  test.each(['..', '.', '../../outside', 'a/../../b', '.hidden', 'x'.repeat(200)])(
    'an application named %s stays in its own directories',
    async name => {
      await machine.deliver(name, { Procfile: 'a: sleep 1000', data: 'x' });
      expect((await readdir(machine.path)).sort()).toEqual(['outside', 'root', 'srv', 'state']);
      expect((await readdir(`${machine.path}/root`)).sort()).toEqual(['logs', 'releases']);
      expect(await readdir(`${machine.path}/root/releases`)).toHaveLength(1);
      await machine.tearDown(name);
      expect(await readdir(`${machine.path}/root/releases`)).toEqual([]);
      await untouched();
    },
  );

  test('what a shell would run is data', async () => {
    const out = `${machine.srv}/injected`;
    const files = {
      Procfile: `a: sleep 1000 "$NAME" '; touch ${out}'`,
      '.env': `NAME="$(touch ${out}); \`touch ${out}\`"\n`.replaceAll('$(', '\\$('),
    };
    await machine.deliver('shell', files);
    const probe: Probe = {
      name: 'p',
      type: 'exec',
      command: ['true', `; touch ${out}`],
      timeoutMs: 2_000,
      intervalMs: 100,
    };
    machine.target.watchProbes('shell', [probe]);
    await waitFor('the probe', () => machine.target.probe('shell').status === 'Healthy');
    await expect(lstat(out)).rejects.toThrow('ENOENT');
    await machine.tearDown('shell');
  });

  test('Holdfast’s own environment is not handed on', async () => {
    process.env.HOLDFAST_CANARY = 'CANARY';
    await machine.deliver('leak', { Procfile: 'a: env' });
    const text = async () => {
      const lines: string[] = [];
      for await (const line of machine.target.logs!('leak', 'a', {}, new AbortController().signal))
        lines.push(line.text);
      return lines.join('\n');
    };
    const printed = await waitFor(
      'its environment',
      async () => (await text()).includes('HOLDFAST_APPLICATION=leak') && (await text()),
    );
    expect(printed).not.toContain('CANARY');
    expect(printed).not.toContain('VITEST');
    delete process.env.HOLDFAST_CANARY;
    await machine.tearDown('leak');
  });
});
