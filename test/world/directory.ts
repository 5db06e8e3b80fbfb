import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Memory where the machine offers it: tests write much that nobody reads twice. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface TemporaryDirectory extends AsyncDisposable {
  path: string;
  remove(): Promise<void>;
}

/** A fresh directory. Its name is short, since the path of a Unix socket may have 107 bytes at most. */
export async function temporaryDirectory(name: string): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(base, `hf-${name}-`));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
