import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Mounting is root's. In CI a missing right is a failure, not a skip. */
export const canMount = process.getuid?.() === 0 || process.env.CI !== undefined;

/** A file system of its own, in memory, that can be filled and made read-only. */
export interface SmallDisk extends AsyncDisposable {
  path: string;
  /** Takes all the space but `leave` bytes. */
  fill(leave?: number): Promise<void>;
  free(): Promise<void>;
  /** Whoever opens a file by its path from now on cannot write; what is open can. */
  readOnly(): void;
  writable(): void;
  isReadOnly(): boolean;
}

export async function mountSmallDisk(path: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  const ballast = join(path, 'ballast');
  let readOnly = false;
  const disk: SmallDisk = {
    path,
    async fill(leave = 0) {
      const file = await open(ballast, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND);
      try {
        for (const size of [1 << 20, 1 << 16, 4096]) await untilFull(size, file);
        if (leave > 0) await file.truncate((await file.stat()).size - leave);
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    readOnly() {
      execFileSync('mount', ['--bind', path, path]);
      execFileSync('mount', ['-o', 'remount,bind,ro', path]);
      readOnly = true;
    },
    writable() {
      execFileSync('umount', ['--lazy', path]);
      readOnly = false;
    },
    isReadOnly: () => readOnly,
    async [Symbol.asyncDispose]() {
      if (readOnly) disk.writable();
      // Lazily: whoever failed may have left a file open.
      execFileSync('umount', ['--lazy', path]);
    },
  };
  return disk;
}

async function untilFull(size: number, file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const piece = Buffer.alloc(size, 1);
  for (;;) {
    try {
      await file.write(piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
