import { describe, expect, it } from 'vitest';
import { toRow } from '../api/rows.ts';
import { sampleStatus, sampleSync } from '../api/testing/memory-operator.ts';
import type { ApplicationStatus } from '../model/status.ts';
import { plainStyle } from './style.ts';
import { hopeless, missing, progressLine, type Want } from './wait.ts';

const both: Want = { synced: true, healthy: true };
const revision = sampleStatus('shop').sync.revision;

function row(more: Partial<ApplicationStatus> = {}) {
  return toRow(sampleStatus('shop', more));
}

const outOfSync = row({ sync: { status: 'OutOfSync', revision, message: 'web differs' } });
const degraded = row({ health: { status: 'Degraded', message: 'crashes' } });
const suspended = { by: 'appops', at: 0, reason: 'incident' };

describe('what is missing', () => {
  it.each([
    ['nothing', row(), both, ''],
    ['sync', outOfSync, both, 'it is OutOfSync: web differs'],
    ['sync, not asked for', outOfSync, { synced: false, healthy: true }, ''],
    ['health', degraded, both, 'it is Degraded: crashes'],
    ['health, not asked for', degraded, { synced: true, healthy: false }, ''],
    ['the revision', row(), { ...both, revision: 'fedcba9876' }, 'it is at 0123456, not fedcba9876'],
    ['nothing, at the beginning of the revision', row(), { ...both, revision: revision.slice(0, 8) }, ''],
    ['the revision, as too little is given', row(), { ...both, revision: '0123' }, 'it is at 0123456, not 0123'],
    [
      'a version',
      row({ sync: { status: 'Synced', revision: '1.2.0', message: '' } }),
      { ...both, revision: '1.2.0' },
      '',
    ],
  ])('%s', (_, actual, want, expected) => expect(missing(actual, want)).toBe(expected));
});

describe('what is in vain', () => {
  it.each([
    ['nothing, while it may come', outOfSync, both, ''],
    ['nothing, when all is so', row({ suspended }), both, ''],
    [
      'suspended and not synced',
      row({ suspended, sync: outOfSync.sync }),
      both,
      'shop is suspended by appops: incident',
    ],
    [
      'nothing, suspended but syncing',
      row({ suspended, sync: outOfSync.sync, operation: sampleSync('shop') }),
      both,
      '',
    ],
    ['nothing, suspended and not yet healthy', row({ suspended, health: degraded.health }), both, ''],
    [
      'a quarantined revision',
      row({ quarantined: { revision: 'abcdef1234', reason: 'unhealthy', at: 0 } }),
      { ...both, revision: 'abcdef1' },
      'shop: abcdef1234 is quarantined: unhealthy',
    ],
  ])('%s', (_, actual, want, expected) => expect(hopeless(actual, want)).toBe(expected));
});

it('says on one line where it is', () => {
  const operation = sampleSync('shop', { phase: 'Sync', wave: 2, attempt: 3 });
  expect(progressLine(row({ operation, health: { status: 'Progressing', message: '1 of 2' } }), plainStyle)).toBe(
    'shop  0123456  ✓ Synced  … Progressing  … running, 0 done, at wave 2, attempt 3  1 of 2',
  );
});
