import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realEnv } from '../../../src/env/real.ts';
import { openStore } from '../../../src/store/open.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type Delivery, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(oneMap);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

const pageBytes = 4096;
const storeFile = (suffix = '') => join(delivery.directory, `data/store.db${suffix}`);
const suffixes = ['', '-wal', '-shm'];

async function overwrite(path: string, at: number, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
}

const noise = Buffer.alloc(pageBytes, 0xa5);
const whileRunning: Record<string, () => Promise<unknown>> = {
  deleted: () => Promise.all(suffixes.map(suffix => rm(storeFile(suffix), { force: true }))),
  'its log deleted': () => Promise.all(['-wal', '-shm'].map(suffix => rm(storeFile(suffix), { force: true }))),
  'cut to nothing': () => truncate(storeFile(), 0),
  'cut to a page': () => truncate(storeFile(), pageBytes),
  'a page of noise': async () => overwrite(storeFile(), pageBytes, noise),
  'its head overwritten': async () => overwrite(storeFile(), 0, noise),
  'its log overwritten': async () => overwrite(storeFile('-wal'), 0, noise),
};

test.each(Object.keys(whileRunning))(
  'the store, while it is used: %s: nothing that runs is touched, commits are delivered, and the next start goes on',
  async title => {
    const { test: holdfast, repo, name } = delivery;
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    await whileRunning[title]?.();
    const healed = await untilHealed(delivery);
    const next = await repo.commit(painted(title));
    await holdfast.untilSynced(name, next);
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
    const again = await delivery.restart();
    await again.untilSynced(name, next);
    expect(problemsOf(delivery)).toBe('');
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
  },
);

test('the store locked by another process: it waits for nobody long, goes on from memory, and writes it down afterwards', async () => {
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const script = `const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('BEGIN EXCLUSIVE');
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['-e', script, storeFile()], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(other.stdout, 'data');
    const began = performance.now();
    await holdfast.operator.suspend(name, 'locked out', 'appdev');
    await holdfast.until(name, ({ suspended }) => suspended?.by === 'appdev');
    expect(performance.now() - began).toBeLessThan(5_000);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
  const again = await delivery.restart();
  await again.until(name, ({ suspended }) => suspended?.reason === 'locked out');
  await again.operator.resume(name, 'appdev');
  const next = await repo.commit(painted('unlocked'));
  await again.untilSynced(name, next);
  expect(await writes()).toEqual(['patch configmaps/a']);
});

test('a directory in place of the store: history is in memory only, and deliveries go on', async () => {
  const { name, repo } = delivery;
  await delivery.test.untilSynced(name);
  const writes = await countWrites(delivery);
  const holdfast = await delivery.restart(async data => {
    for (const suffix of suffixes) await rm(join(data, `store.db${suffix}`), { force: true });
    await mkdir(join(data, 'store.db/inside'), { recursive: true });
  });
  await holdfast.untilSynced(name, await repo.commit(painted('no file')));
  expect(await writes()).toEqual(['patch configmaps/a']);
  expect((await readdir(join(delivery.directory, 'data'))).join(' ')).toMatch(/store\.db/);
});

test('an older store put back never brings back what was pinned then, nor deletes what came since', async () => {
  const { repo, name } = delivery;
  await delivery.test.untilSynced(name);
  const first = await repo.commit(painted('first'));
  await delivery.test.untilSynced(name, first);
  await delivery.test.untilSynced(name, await repo.commit(painted('second')));
  await delivery.test.operator.rollback(name, { to: first }, 'appdev');
  await delivery.test.until(name, ({ sync, pinned }) => pinned?.revision === first && sync.revision === first);
  const kept = join(delivery.directory, 'older.db');
  await delivery.restart(data => copyFile(join(data, 'store.db'), kept));
  await delivery.test.operator.resume(name, 'appdev');
  const third = await repo.commit({
    ...painted('third'),
    'app/since.json': painted('x')['app/a.json'].replace('"a"', '"since"'),
  });
  await delivery.test.untilSynced(name, third);
  const writes = await countWrites(delivery);
  const holdfast = await delivery.restart(async data => {
    for (const suffix of ['-wal', '-shm']) await rm(join(data, `store.db${suffix}`), { force: true });
    await copyFile(kept, join(data, 'store.db'));
  });
  const status = await holdfast.untilSynced(name, third);
  expect(status.pinned).toBeUndefined();
  expect(await colourOf(delivery)).toBe('third');
  expect(await writes()).toEqual([]);
});

test('torn at every page, and every page overwritten: it opens, and holds nothing that was not written', async () => {
  await using directory = await temporaryDirectory('torn');
  const whole = join(directory.path, 'whole.db');
  const env = realEnv();
  const value = (i: number) => `value ${i} ${'x'.repeat(300)}`;
  const store = await openStore({ env, path: whole });
  for (let i = 0; i < 120; i++) store.setMeta(`key-${i}`, value(i));
  store.close();
  const { size } = await stat(whole);
  const pages = size / pageBytes;
  expect(pages).toBeGreaterThan(8);
  let lost = 0;
  for (let page = 0; page < pages; page++) {
    for (const harm of ['torn', 'torn inside', 'noise', 'zeros']) {
      const path = join(directory.path, `${page}-${harm}.db`);
      await copyFile(whole, path);
      if (harm === 'torn') await truncate(path, page * pageBytes);
      else if (harm === 'torn inside') await truncate(path, page * pageBytes + 1_000);
      else await overwrite(path, page * pageBytes, harm === 'noise' ? noise : Buffer.alloc(pageBytes));
      const harmed = await openStore({ env, path });
      for (let i = 0; i < 120; i++) {
        const found = harmed.meta(`key-${i}`);
        if (found === undefined) lost++;
        else expect(found, `${page} ${harm}`).toBe(value(i));
      }
      harmed.setMeta('after', 'written');
      expect(harmed.meta('after'), `${page} ${harm}`).toBe('written');
      harmed.close();
      await rm(path, { force: true });
    }
  }
  expect(lost).toBeGreaterThan(0);
});
