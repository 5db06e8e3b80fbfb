import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Env, Log } from '../env/env.ts';
import { realEnv } from '../env/real.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';

let directory: string;
let path: string;
let logged: string[];
let env: Env;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  path = join(directory, 'data', 'store.db');
  logged = [];
  const log: Log = {
    debug: () => {},
    info: message => logged.push(message),
    warn: message => logged.push(message),
    error: message => logged.push(message),
  };
  env = realEnv(log);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function fill(store: Store, count: number): void {
  for (let i = 0; i < count; i++) {
    store.setApplied('shop', [{ key: `/ConfigMap/shop/c${i}`, uid: `u${i}`, hash: 'h'.repeat(64), fingerprint: 'f' }]);
  }
}

async function names(): Promise<string[]> {
  return (await readdir(join(directory, 'data'))).filter(name => name.includes('broken'));
}

describe('opening the store', () => {
  it('goes on with what an earlier one left, in a file for the owner only', async () => {
    const first = await openStore({ env, path });
    fill(first, 3);
    first.setOverride('shop', { suspended: { by: 'appops', at: 1, reason: '' } });
    first.appendEvent({ application: 'shop', type: 'person', message: 'one', by: 'appops' });
    first.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const second = await openStore({ env, path });
    expect(second.applied('shop').size).toBe(3);
    expect(second.override('shop').suspended?.by).toBe('appops');
    expect(second.appendEvent({ application: 'shop', type: 'person', message: 'two', by: 'appops' }).id).toBe(2);
    second.close();
    expect(logged).toEqual([]);
  });

  const damages: Record<string, () => Promise<void>> = {
    'is no database': () => writeFile(path, 'hello '.repeat(1_000)),
    'is torn in the middle': async () => truncate(path, Math.floor((await stat(path)).size / 2 / 512) * 512 + 100),
    'has pages overwritten': async () => {
      const bytes = await readFile(path);
      bytes.fill(0x5a, 4_096);
      await writeFile(path, bytes);
    },
    "is another program's database": async () => {
      await rm(path);
      const database = env.databases.open(path);
      database.exec('CREATE TABLE documents (id INTEGER)');
      database.close();
    },
  };

  it.each(Object.entries(damages))('sets a file aside that %s', async (_, damage) => {
    const first = await openStore({ env, path });
    fill(first, 500);
    first.close();
    await damage();

    const second = await openStore({ env, path });
    expect(second.applied('shop').size).toBe(0);
    fill(second, 1);
    second.close();
    expect(await names()).toHaveLength(1);
    expect(logged).toEqual(['The store is set aside and a new one started']);
    const third = await openStore({ env, path });
    expect(third.applied('shop').size).toBe(1);
    third.close();
  });

  it('goes on after a kill that left a torn log behind', async () => {
    const first = await openStore({ env, path });
    fill(first, 20);
    const wal = await readFile(`${path}-wal`);
    const main = await readFile(path);
    first.close();
    for (const length of [0, 31, 4_096, Math.floor(wal.length / 2), wal.length - 1]) {
      await writeFile(path, main);
      await writeFile(`${path}-wal`, wal.subarray(0, length));
      const store = await openStore({ env, path });
      const kept = [...store.applied('shop').keys()];
      expect(kept.length).toBeLessThanOrEqual(20);
      fill(store, 25);
      expect(store.applied('shop').size).toBe(25);
      store.close();
    }
  });

  it('drops records that make no sense, and keeps the others', async () => {
    const first = await openStore({ env, path });
    fill(first, 2);
    first.close();
    const database = env.databases.open(path);
    database.run("UPDATE documents SET value = '{' WHERE key = ?", '/ConfigMap/shop/c0');
    database.close();
    const second = await openStore({ env, path });
    expect([...second.applied('shop').keys()]).toEqual(['/ConfigMap/shop/c1']);
    second.close();
  });

  it('keeps a few of the files set aside, not all', async () => {
    for (let i = 0; i < 6; i++) {
      (await openStore({ env, path })).close();
      await appendFile(`${path}.broken-2000010${i}T000000000Z`, 'old');
    }
    await writeFile(path, 'garbage');
    (await openStore({ env, path })).close();
    expect(await names()).toHaveLength(3);
  });

  it('lives in memory where no file can be made', async () => {
    await writeFile(join(directory, 'data'), 'a file where the directory should be');
    const store = await openStore({ env, path });
    fill(store, 2);
    expect(store.applied('shop').size).toBe(2);
    store.close();
    expect(logged.at(-1)).toBe('No store can be made: history is kept in memory only');
  });

  it('keeps what a full disk refuses, says so once, and writes it later', async () => {
    let now = 0;
    let full = false;
    const failing: Env = {
      ...env,
      clock: { now: () => now, monotonic: () => now },
      databases: { open: file => fillUp(env.databases.open(file), () => full) },
    };
    const store = await openStore({ env: failing, path });
    fill(store, 1);
    full = true;
    fill(store, 3);
    store.forgetApplied('shop', ['/ConfigMap/shop/c0']);
    store.setOverride('shop', { suspended: { by: 'appops', at: 1, reason: '' } });
    now = 60_000;
    fill(store, 2);
    expect(store.applied('shop').size).toBe(3);
    expect(store.override('shop').suspended?.by).toBe('appops');
    expect(logged).toEqual(['The store cannot be written: kept in memory until it can']);

    full = false;
    now = 120_000;
    store.setMeta('any', 'write');
    store.close();
    expect(logged.at(-1)).toBe('The store can be written again');
    const again = await openStore({ env, path });
    expect(again.applied('shop').size).toBe(3);
    expect(again.override('shop').suspended?.by).toBe('appops');
    again.close();
  });
});

/** SQLite limits a file to so many pages and then answers as for a full disk. */
function fillUp(database: Database, full: () => boolean): Database {
  return {
    ...database,
    run(sql, ...values) {
      database.exec(`PRAGMA max_page_count = ${full() ? 1 : 1_000_000}`);
      if (full()) database.exec(`INSERT INTO documents VALUES ('x', '', '', '${'x'.repeat(20_000)}')`);
      return database.run(sql, ...values);
    },
  };
}
