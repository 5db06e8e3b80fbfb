import { describe, expect, it } from 'vitest';
import { type Lock, lockId } from '../model/lock.ts';
import type { Sync } from '../model/status.ts';
import { chooseLock } from './lock-choice.ts';

function lock(revision: string): Lock {
  return { sources: [{ repoURL: 'https://h/r', revision, from: 'main' }] };
}
const healthy = { lock: lock('good') } as Sync;
const bad = { revision: lockId(lock('bad')), reason: 'crashes', at: 1 };
const pinned = { lock: lock('old'), over: lock('new'), by: 'appdev', at: 1 };

describe('which lock is to run', () => {
  it.each<[string, Parameters<typeof chooseLock>, string, boolean]>([
    ['what Git says', [lock('new'), {}, [], undefined], 'new', false],
    ['the pin, while Git has not moved', [lock('new'), { pinned }, [], undefined], 'old', false],
    ['what Git says once it has moved', [lock('newer'), { pinned }, [], undefined], 'newer', true],
    ['the last healthy one in place of a quarantined one', [lock('bad'), {}, [bad], healthy], 'good', false],
    ['a quarantined one, when there is nothing to go back to', [lock('bad'), {}, [bad], undefined], 'bad', false],
    [
      'the last healthy one in place of a pinned one that failed',
      [lock('new'), { pinned }, [{ ...bad, revision: lockId(lock('old')) }], healthy],
      'good',
      false,
    ],
    ['what comes after the quarantined one', [lock('fixed'), {}, [bad], healthy], 'fixed', false],
  ])('%s', (_, given, expected, pinEnded) => {
    const choice = chooseLock(...given);
    expect([choice.lock.sources[0]?.revision, choice.pinEnded]).toEqual([expected, pinEnded]);
  });
});
