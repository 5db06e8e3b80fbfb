import { chmod, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(oneMap, {}, { http: true });
});
afterEach(() => {
  if (delivery.git !== undefined) delivery.git.fault = undefined;
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

async function mirror(): Promise<string> {
  const mirrors = join(delivery.directory, 'data/git/mirrors');
  return join(mirrors, (await readdir(mirrors))[0] ?? '');
}

async function eachPack(act: (path: string) => Promise<unknown>): Promise<void> {
  const packs = join(await mirror(), 'objects/pack');
  for (const name of await readdir(packs)) {
    await chmod(join(packs, name), 0o600);
    await act(join(packs, name));
  }
}

const noise = Buffer.alloc(4_000, 0xa5);
const remoteRefs = async () => join(await mirror(), 'refs/holdfast/remote');

const harms: Record<string, () => Promise<unknown>> = {
  'packs overwritten': () => eachPack(path => writeFile(path, noise)),
  'packs cut off': () => eachPack(path => truncate(path, 40)),
  'packs gone': () => eachPack(path => rm(path)),
  'refs of garbage': async () => {
    for (const name of await readdir(await remoteRefs())) await writeFile(join(await remoteRefs(), name), noise);
  },
  'refs to what is not there': async () => {
    for (const name of await readdir(await remoteRefs()))
      await writeFile(join(await remoteRefs(), name), `${'b'.repeat(40)}\n`);
  },
  'no HEAD': async () => await rm(join(await mirror(), 'HEAD')),
  'a directory in place of HEAD': async () => {
    await rm(join(await mirror(), 'HEAD'));
    await mkdir(join(await mirror(), 'HEAD'));
  },
  'no objects': async () => await rm(join(await mirror(), 'objects'), { recursive: true }),
  'a file in place of the mirror': async () => {
    const path = await mirror();
    await rm(path, { recursive: true });
    await writeFile(path, 'x');
  },
  'locks that a killed git has left': async () => {
    const files = ['HEAD.lock', 'packed-refs.lock', 'config.lock', 'shallow.lock', 'gc.pid', 'objects/pack/tmp_pack_x'];
    for (const name of files) await writeFile(join(await mirror(), name), '');
    for (const name of await readdir(await remoteRefs())) await writeFile(join(await remoteRefs(), `${name}.lock`), '');
  },
};

test.each(Object.keys(harms))(
  '%s, while stopped: the next start writes nothing, heals, and delivers what comes',
  async title => {
    const { repo, name } = delivery;
    await delivery.test.untilSynced(name);
    const writes = await countWrites(delivery);
    const holdfast = await delivery.restart(harms[title]);
    await holdfast.untilSynced(name);
    const healed = await untilHealed(delivery);
    expect(await writes()).toEqual([healed]);
    await holdfast.untilSynced(name, await repo.commit(painted(title)));
    expect(await colourOf(delivery)).toBe(title);
    expect(problemsOf(delivery)).toBe('');
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
  },
);

test.each(Object.keys(harms))(
  '%s, while running: it is said or repaired, nothing is deleted, and what comes is delivered',
  async title => {
    const { repo, name } = delivery;
    // A mirror is made anew once in ten minutes at most.
    const holdfast = await delivery.restart();
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    await harms[title]?.();
    const healed = await untilHealed(delivery);
    const next = await repo.commit(painted(`running: ${title}`));
    await waitFor('the commit', async () => {
      await holdfast.refresh();
      return holdfast.status(name)?.sync.revision === next && (await colourOf(delivery)) === `running: ${title}`;
    });
    await waitFor('no trouble', () => problemsOf(delivery) === '');
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
  },
);

test('the mirror gone while the server is away: nothing is deleted, it is said, and with the server everything is back', async () => {
  const { repo, name, git } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  await delivery.test.untilSynced(name);
  const writes = await countWrites(delivery);
  git.fault = () => ({ answer: { status: 503 } });
  const holdfast = await delivery.restart(async () => await rm(await mirror(), { recursive: true }));
  await waitFor('it to be said', () => problemsOf(delivery).includes('503'));
  const status = await holdfast.until(name, ({ sync }) => sync.status === 'Unknown' && sync.message.includes('503'));
  expect(status.health.status).not.toBe('Healthy');
  expect(await writes()).toEqual([]);
  git.fault = undefined;
  await holdfast.untilSynced(name, await repo.commit(painted('back')));
  await waitFor('no trouble', () => problemsOf(delivery) === '');
  expect(await writes()).toEqual(['patch configmaps/a']);
});
