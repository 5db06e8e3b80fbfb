import { expect, test } from 'vitest';
import type { TimelineEntry } from '../api/types.ts';
import { entryView, syncCounts, timelineDays } from './timeline-view.ts';

const sync = {
  id: 's',
  startedAt: 1,
  reason: '',
  message: '',
  dryRun: false,
  created: 2,
  changed: 0,
  deleted: 1,
  hooks: 0,
  failed: 0,
};
const entry = (more: Partial<TimelineEntry>): TimelineEntry => ({
  id: 1,
  at: 1,
  kind: 'sync',
  action: 'sync.ended',
  what: '',
  who: 'appdev',
  via: 'ui',
  result: 'succeeded',
  ...more,
});

test.each([
  [{ sync }, 'half'],
  [{ sync: { ...sync, endedAt: 2 } }, 'full'],
  [{ sync: { ...sync, endedAt: 2 }, result: 'failed' }, 'triangle'],
  [{ kind: 'health', action: 'health.degraded', result: 'done' }, 'triangle'],
  [{ kind: 'health', action: 'health.restored', result: 'done' }, 'full'],
  [{ kind: 'drift', action: 'drift.found', result: 'done' }, 'unequal'],
] as const)('%j is drawn as %s', (more, shape) => {
  expect(entryView(entry(more)).shape).toBe(shape);
});

test('of a sync what it did, and nothing of what it did not', () => {
  expect(syncCounts(sync)).toBe('2 created, 1 deleted');
});

test('days in their order', () => {
  const days = timelineDays([entry({ at: 25 }), entry({ at: 21 }), entry({ at: 9 })], at => `${Math.floor(at / 10)}`);
  expect(days.map(({ day, items }) => [day, items.length])).toEqual([
    ['2', 2],
    ['0', 1],
  ]);
});

test('one commit is one line, of all applications that it is news for', () => {
  const declared = (application: string, revision = 'a') =>
    entry({ kind: 'commit', action: 'revision.declared', application, revision });
  const entries = [declared('c'), declared('b'), entry({ application: 'b' }), declared('a'), declared('a', 'b')];
  const [{ items = [] } = {}] = timelineDays(entries, () => 'today');
  expect(items.map(({ applications }) => applications)).toEqual([['c', 'b'], ['b'], ['a'], ['a']]);
});
