import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Env, Log, Random, Timers } from './env.ts';
import { realDatabases } from './real/databases.ts';
import { realFiles } from './real/files.ts';
import { silentLog } from './real/log.ts';
import { realNet } from './real/net.ts';
import { realProcesses } from './real/processes.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

const timers: Timers = {
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

const random: Random = {
  fraction: () => Math.random(),
  uuid: () => randomUUID(),
  bytes: length => randomBytes(length),
};

/** The world as it is. */
export function realEnv(log: Log = silentLog): Env {
  return {
    clock,
    timers,
    random,
    net: realNet,
    files: realFiles,
    processes: realProcesses,
    databases: realDatabases,
    log,
  };
}
