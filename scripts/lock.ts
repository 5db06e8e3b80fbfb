import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs the task while this process alone holds the lock file. A lock whose holder is gone counts for nothing.
 * Two that find such a lock at the same instant may both run: the task must bear that.
 */
export async function withLock<T>(path: string, whatWeWaitFor: string, task: () => Promise<T>): Promise<T> {
  let told = false;
  while (!(await take(path))) {
    if (!told) process.stderr.write(`waiting: ${whatWeWaitFor}\n`);
    told = true;
    await delay(300);
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    // A link appears with its content or not at all, so nobody reads a half-written lock.
    await link(mine, path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(mine, { force: true });
  }
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
