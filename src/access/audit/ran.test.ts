import { expect, test } from 'vitest';
import { RanThen } from './ran.ts';
import type { AuditRecord } from './record.ts';

let seq = 0;
function record(action: string, more: Partial<AuditRecord> = {}): AuditRecord {
  seq += 1;
  return {
    ...{ seq, at: seq, who: 'automated', via: 'automation', action, what: '', application: 'shop', result: 'done' },
    ...{ previous: '', hash: '' },
    ...more,
  };
}
const synced = (revision: string, result = 'succeeded', more: Partial<AuditRecord> = {}) =>
  record('sync.ended', { revision, result, sources: [], ...more });

const then = (...oldestFirst: AuditRecord[]) => {
  const ran = new RanThen();
  for (const one of oldestFirst.toReversed()) ran.add(one);
  return ran.list()[0];
};

/** What is not said at all. */
const silent = { pinnedBy: undefined, suspendedBy: undefined, failed: undefined, underWay: undefined };
const restarted = () => record('operator.started', { application: undefined } as never);

test.each<[string, AuditRecord[], object | undefined]>([
  ['nothing is known', [record('application.added')], undefined],
  ['the last that was delivered', [synced('a'), synced('b')], { state: 'running', revision: 'b', healthy: false }],
  ['whether it had worked', [synced('a'), record('revision.healthy', { revision: 'a' })], { healthy: true }],
  ['what worked before says nothing of it', [synced('a'), record('revision.healthy'), synced('b')], { healthy: false }],
  [
    'a dry run delivers nothing',
    [synced('a'), synced('b', 'succeeded', { detail: { dryRun: true } })],
    { revision: 'a' },
  ],
  [
    'what failed later takes nothing from what had worked',
    [synced('a'), record('revision.healthy', { revision: 'a' }), synced('b', 'failed')],
    { revision: 'a', healthy: true, failed: { revision: 'b' } },
  ],
  ['a failed one is said', [synced('a'), synced('b', 'failed')], { revision: 'a', failed: { revision: 'b' } }],
  ['one that was mended is not', [synced('b', 'failed'), synced('b')], { revision: 'b', failed: undefined }],
  [
    'one under way is said',
    [synced('a'), record('sync.started', { revision: 'b' })],
    { revision: 'a', underWay: { revision: 'b' } },
  ],
  [
    'one that its operator was stopped in is not under way any more, but parts of it may run',
    [synced('a'), record('sync.started', { revision: 'b' }), restarted()],
    { revision: 'a', underWay: undefined, failed: { revision: 'b' } },
  ],
  [
    'one that the next operator took up again is under way',
    [synced('a'), record('sync.started'), restarted(), record('sync.started', { revision: 'b' })],
    { underWay: { revision: 'b' }, failed: undefined },
  ],
  [
    'what ran without a sync of ours',
    [record('revision.adopted', { revision: 'a' })],
    { revision: 'a', healthy: true },
  ],
  ['a deletion', [synced('a'), synced('')], { state: 'gone' }],
  ['what was let go of', [synced('a'), record('application.forgotten')], { state: 'gone' }],
  ['a pin', [synced('a'), record('override.pinned', { who: 'appdev' })], { pinnedBy: 'appdev' }],
  [
    'a pin that Git ended',
    [synced('a'), record('override.pinned'), record('override.unpinned')],
    { pinnedBy: undefined },
  ],
  [
    'what was resumed',
    [synced('a'), record('override.suspended'), record('override.resumed')],
    { suspendedBy: undefined },
  ],
  ['a degraded one', [synced('a'), record('health.degraded')], { degraded: true }],
  ['one that was well again', [synced('a'), record('health.degraded'), record('health.restored')], { degraded: false }],
])('%s', (_, records, expected) => {
  if (expected === undefined) expect(then(...records)).toBeUndefined();
  else expect({ ...silent, ...then(...records) }).toMatchObject(expected);
});
