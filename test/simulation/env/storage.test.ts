import { expect, test } from 'vitest';
import type { Env } from '../../../src/env/env.ts';
import { openStore } from '../../../src/store/open.ts';
import { SimWorld } from '../world.ts';
import { ModelDatabase } from './databases.ts';

const path = '/tmp/store.db';

async function settle<T>(world: SimWorld, work: Promise<T>): Promise<T> {
  let over = false;
  const done = () => {
    over = true;
  };
  work.then(done, done);
  await world.runUntil(() => over, 60_000);
  return await work;
}

const open = (world: SimWorld, env: Env) => settle(world, openStore({ env, path }));

function database(world: SimWorld): ModelDatabase {
  const attached = world.disk.find(path, true)?.attached;
  if (attached instanceof ModelDatabase) return attached;
  throw new Error('there is no database');
}

test('a database outlives who used it; what was not committed is gone', async () => {
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const first = await world.start();
  (await open(world, first.env)).keep('word', 'a', '1', 'durable');
  const raw = first.env.databases.open(path);
  raw.exec('BEGIN');
  raw.run("DELETE FROM documents WHERE kind = 'kept word'");
  first.crash();
  raw.exec('COMMIT');
  const second = await world.start();
  expect([...(await open(world, second.env)).kept('word')]).toEqual(['1']);
});

test('an older state can be put in its place', async () => {
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const { env } = await world.start();
  const store = await open(world, env);
  store.keep('word', 'a', 'old', 'durable');
  const before = database(world).commits;
  store.keep('word', 'a', 'new', 'durable');
  database(world).restoreOlder(database(world).commits - before);
  expect([...(await open(world, env)).kept('word')]).toEqual(['old']);
});

test('a file that is no database any more is set aside by the store', async () => {
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const { env } = await world.start();
  (await open(world, env)).setMeta('a', '1');
  world.disk.replace(path, 'garbage');
  expect((await open(world, env)).meta('a')).toBeUndefined();
  expect(await settle(world, env.files.list('/tmp'))).toContainEqual(expect.stringMatching(/broken/));
});

test('a full disk is said as SQLite says it, and nothing of the transaction is kept', async () => {
  let isFull = false;
  const faults = ({ kind }: { kind: string }) =>
    isFull && kind === 'database.write' ? { do: 'fail' as const } : undefined;
  await using world = new SimWorld({ seed: 1, target: 'machine', faults });
  const { env } = await world.start();
  await open(world, env);
  isFull = true;
  const raw = env.databases.open(path);
  raw.exec('BEGIN');
  raw.run("INSERT INTO documents (kind, owner, key, value) VALUES ('meta', '', 'a', '1')");
  expect(() => raw.exec('COMMIT')).toThrow('database or disk is full');
  raw.exec('ROLLBACK');
  expect(raw.all('SELECT * FROM documents')).toEqual([]);
});

test('a power cut may take or tear what nobody waited for, and nothing else', async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 10; seed++) {
    await using world = new SimWorld({ seed, target: 'machine' });
    const { env } = await world.start();
    await settle(world, env.files.writeAtomic('/tmp/safe', 'old!'));
    await settle(world, env.files.writeAtomic('/tmp/file', 'old!'));
    await settle(world, env.files.writeAtomic('/tmp/file', 'new!', { durable: false }));
    let draws = seed;
    world.disk.losePower(() => (draws++ % 10) / 10);
    const text = async (file: string) => Buffer.from(await settle(world, env.files.read(file, 10))).toString();
    expect(await text('/tmp/safe')).toBe('old!');
    found.add(await text('/tmp/file'));
  }
  expect(found).toEqual(new Set(['old!', 'ne', 'new!']));
});

test('what was being appended when the power went does not come behind what was torn', async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    await using world = new SimWorld({ seed, target: 'machine' });
    const { env } = await world.start();
    await settle(world, env.files.append('/tmp/log', 'one;'));
    void env.files.append('/tmp/log', 'two;');
    await world.run(0.15);
    world.losePower();
    await world.run(1_000);
    found.add(Buffer.from(world.disk.need('/tmp/log').content).toString());
  }
  expect(found).toEqual(new Set(['', 'on', 'one;', 'one;tw', 'one;two;']));
});
