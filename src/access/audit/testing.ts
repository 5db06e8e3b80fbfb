import { dirname } from 'node:path';
import type { Env, Files } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { type AuditOptions, createAudit } from './log.ts';
import type { AuditEntry } from './record.ts';

/** A disk in memory, as far as the log needs one; `room` bytes are left on it. */
export class MemoryDisk {
  readonly content = new Map<string, Buffer>();
  readonly modes = new Map<string, number>();
  room = Number.POSITIVE_INFINITY;

  readonly files = {
    read: async (path: string) => {
      const found = this.content.get(path);
      if (found === undefined) throw failure('FILE_NOT_FOUND', { path });
      return found;
    },
    append: async (path: string, added: Uint8Array | string) => {
      const bytes = Buffer.from(added as string);
      const taken = bytes.subarray(0, this.room);
      this.room -= taken.length;
      this.content.set(path, Buffer.concat([this.content.get(path) ?? Buffer.alloc(0), taken]));
      if (taken.length < bytes.length) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    },
    writeAtomic: async (path: string, text: string, { mode = 0o644 } = {}) => {
      this.content.set(path, Buffer.from(text));
      this.modes.set(path, mode);
    },
    stat: async (path: string) => (this.content.has(path) ? { size: this.content.get(path)?.length } : undefined),
    remove: async (path: string) => {
      this.content.delete(path);
    },
    list: async (directory: string) =>
      [...this.content.keys()]
        .filter(path => dirname(path) === directory)
        .map(path => path.slice(directory.length + 1)),
    makeDirectory: async () => {},
  };

  text(path: string): string {
    return this.content.get(path)?.toString('utf8') ?? '';
  }
}

/** A log on a disk in memory, with a clock and timers that the test drives. */
export function memoryLog(disk: MemoryDisk, options: Partial<AuditOptions> = {}) {
  const clock = { ms: 1_700_000_000_000 };
  const due = new Set<() => void>();
  const said: string[] = [];
  const say = (message: string) => said.push(message);
  const env = {
    clock: { now: () => clock.ms++, monotonic: () => clock.ms },
    timers: {
      after: (_: number, fn: () => void) => {
        due.add(fn);
        return () => due.delete(fn);
      },
    },
    random: { bytes: (length: number) => new Uint8Array(length).fill(7) },
    files: disk.files as unknown as Files,
    log: { debug: say, info: say, warn: say, error: say },
  } as unknown as Env;
  const audit = createAudit({ env, dataDirectory: '/data', ...options });
  /** What waits for a time, happens. */
  const passTime = async () => {
    for (const fn of [...due]) {
      due.delete(fn);
      fn();
    }
    await audit.settled();
  };
  return { audit, said, clock, passTime };
}

export function happening(what: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    who: 'appdev',
    via: 'cli',
    action: 'override.suspended',
    what,
    result: 'done',
    application: 'shop',
    ...more,
  };
}
