import { expect, test } from 'vitest';
import { measureDelivery } from './delivery.ts';
import type { AuditRecord } from './record.ts';

const minute = 60_000;
const day = 1_440 * minute;

function record(at: number, action: string, revision: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ seq: at, at: at * minute, who: 'automated', via: 'automation', action, what: '', application: 'shop' },
    ...{ result: 'succeeded', revision, previous: '', hash: '' },
    ...more,
  };
}
const synced = (at: number, revision: string, committedAt = at - 2) =>
  record(at, 'sync.ended', revision, { detail: { committedAt: committedAt * minute } });
const measure = (...records: AuditRecord[]) => measureDelivery(records, 0, 2 * day);

test('deployments, and how long commits took to be delivered', () => {
  const found = measure(synced(10, 'a', 9), synced(20, 'b', 17), synced(30, 'c', 20));
  expect(found).toMatchObject({
    deployments: 3,
    deploymentsPerDay: 1.5,
    leadTime: { median: 3 * minute, p90: 10 * minute, count: 3 },
    failures: 0,
    changeFailureRate: 0,
  });
});

test('the same revision again, as after a rollback, is no further deployment', () => {
  expect(measure(synced(10, 'a'), synced(20, 'b'), synced(30, 'a'))).toMatchObject({
    deployments: 2,
    leadTime: { count: 2 },
  });
});

test.each([
  [
    'a sync that failed',
    [synced(10, 'a'), record(20, 'sync.ended', 'b', { result: 'failed' }), record(50, 'revision.healthy', 'b')],
  ],
  ['what was quarantined', [synced(10, 'a'), record(20, 'quarantine.set', 'b'), record(50, 'revision.healthy', 'a')]],
  [
    'what a person took back',
    [synced(10, 'a'), synced(15, 'b'), record(20, 'override.pinned', 'a'), record(50, 'revision.healthy', 'a')],
  ],
  [
    'what degraded its application',
    [synced(10, 'a'), synced(15, 'b'), record(20, 'health.degraded', ''), record(50, 'health.restored', '')],
  ],
])('%s is a failed change, until the application is well again', (_, records) => {
  expect(measure(...records)).toMatchObject({
    failures: 1,
    changeFailureRate: 0.5,
    timeToRestore: { median: 30 * minute, count: 1 },
  });
});

test('nothing to tell from', () => {
  expect(measure()).toEqual({ since: 0, until: 2 * day, deployments: 0, deploymentsPerDay: 0, tried: 0, failures: 0 });
});
