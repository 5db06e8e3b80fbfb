import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import type { GitSetup } from './setup.ts';

/** What the work failed with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it should have failed'),
    error => error,
  );
}

/** Neither the error with all its causes, nor the log, nor any file below the data directory has it. */
export function expectNowhere(
  canary: string,
  setup: Pick<GitSetup, 'logged' | 'dataDirectory'>,
  error?: unknown,
): void {
  for (let at = error; at instanceof Error; at = at.cause) expect(`${at.message}\n${at.stack}`).not.toContain(canary);
  expect(setup.logged.join('\n')).not.toContain(canary);
  expect(filesWith(canary, setup.dataDirectory)).toBe('');
}

function filesWith(canary: string, directory: string): string {
  try {
    return execFileSync('grep', ['-rl', canary, directory], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return ''; // grep ends with 1 when it finds nothing.
  }
}
