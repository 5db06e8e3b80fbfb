import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Env, Log, Random, Timers } from './env.ts';
import { realDatabases } from './real/databases.ts';
import { realFiles } from './real/files.ts';
import { realHashing } from './real/hashing.ts';
import { silentLog } from './real/log.ts';
import { realNet } from './real/net.ts';
import { realProcesses } from './real/processes.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** More than this, and Node takes it for 1 ms. */
const longestMs = 2 ** 31 - 1;

/** Node counts from when its present turn began: after a long one its timers come early, and who looks at the clock then finds nothing due. */
const timers: Timers = {
  after(ms, fn) {
    const due = performance.now() + ms;
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      timer = setTimeout(
        () => {
          const rest = due - performance.now();
          if (rest > 0) wait(rest);
          else fn();
        },
        Math.min(left, longestMs),
      );
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
  async sleep(ms, signal) {
    const due = performance.now() + ms;
    try {
      do {
        const left = Math.min(Math.max(0, due - performance.now()), longestMs);
        await sleep(left, undefined, signal === undefined ? {} : { signal });
      } while (performance.now() < due);
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
    hashing: realHashing,
    net: realNet,
    files: realFiles,
    processes: realProcesses,
    databases: realDatabases,
    log,
  };
}
