import { basename, dirname, join } from 'node:path';
import type { Database, Env } from '../env/env.ts';
import { failure, HoldfastError } from '../errors.ts';
import { Documents } from './documents.ts';
import { migrate } from './migrations.ts';
import { createStore, type Store } from './store.ts';

export type StoreEnv = Pick<Env, 'clock' | 'timers' | 'databases' | 'files' | 'log'>;

/** Files set aside that are kept; older ones are removed. */
const keptBroken = 3;

/**
 * Opens the store, or makes it. A file that cannot be used is set aside as `<path>.broken-<time>` and a new one started;
 * where even that fails, the store lives in memory. Never throws: the store is history and cache, and no reason not to reconcile.
 */
export async function openStore({ env, path }: { env: StoreEnv; path: string }): Promise<Store> {
  return createStore(new Documents(await openDatabase(env, path), env), env.clock);
}

async function openDatabase(env: StoreEnv, path: string): Promise<Database | undefined> {
  try {
    return await tryOpen(env, path);
  } catch (error) {
    env.log.warn('The store is set aside and a new one started', { reason: unusable(path, error).message });
  }
  try {
    await setAside(env, path);
    return await tryOpen(env, path);
  } catch (error) {
    env.log.error('No store can be made: history is kept in memory only', { reason: unusable(path, error).message });
    return undefined;
  }
}

function unusable(path: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  return failure('STORE_UNUSABLE', { path, reason: error instanceof Error ? error.message : String(error) }, error);
}

async function tryOpen(env: StoreEnv, path: string): Promise<Database> {
  await env.files.makeDirectory(dirname(path), { mode: 0o700 });
  const database = env.databases.open(path);
  try {
    migrate(database, env.clock.now());
    await env.files.setMode(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function setAside(env: StoreEnv, path: string): Promise<void> {
  const time = new Date(env.clock.now()).toISOString().replaceAll(/[-:.]/g, '');
  for (const suffix of ['-wal', '-shm']) await env.files.remove(path + suffix);
  if ((await env.files.stat(path)) !== undefined) await env.files.rename(path, `${path}.broken-${time}`);
  const broken = (await env.files.list(dirname(path))).filter(name => name.startsWith(`${basename(path)}.broken-`));
  for (const name of broken.slice(0, -keptBroken)) {
    await env.files.remove(join(dirname(path), name), { recursive: true });
  }
}
