import { expect, test } from 'vitest';
import { progressWords } from '../../src/model/progress.ts';
import { deliveryOf, healthOf, progressOf, reasonFirst } from './row-view.ts';

const well = {
  health: { status: 'Healthy', message: 'all is well' },
  sync: { status: 'Synced', revision: 'a', message: '' },
  quarantined: false,
} as const;
const out = { ...well, sync: { status: 'OutOfSync', revision: 'a', message: '1 resource differs' } } as const;
const failed = { id: 'a', result: 'failed', message: 'the API server refused it', endedAt: 0 } as const;
const operation = {
  id: 'a',
  revision: 'a',
  startedAt: 0,
  startedBy: '',
  reason: '',
  attempt: 1,
  dryRun: false,
  failed: 0,
};

test.each([
  ['well', well, 'In sync', ''],
  ['differs', out, 'Out of sync', '1 resource differs'],
  ['syncing', { ...out, operation: { ...operation, done: 3, steps: 9 } }, 'Syncing', '3 of 9 done'],
  ['failed', { ...out, last: failed }, 'Out of sync', 'the API server refused it'],
  ['failed earlier, and is well now', { ...well, last: failed }, 'In sync', ''],
  [
    'an error is in the way',
    {
      ...out,
      last: failed,
      condition: { type: 'RenderError', message: 'values.yaml: line 3', level: 'error' as const },
    },
    'Out of sync',
    'values.yaml: line 3',
  ],
  [
    'suspended',
    { ...out, suspended: { by: 'oncall', at: 0, reason: 'year-end close' } },
    'Suspended, out of sync',
    'by oncall: year-end close',
  ],
  ['rolled back', { ...out, pinned: { by: 'appdev', at: 0, revision: 'b' } }, 'Rolled back', 'by appdev'],
  [
    'no longer declared',
    {
      ...well,
      undeclared: true as const,
      condition: { type: 'HeldBack', message: 'it waits', level: 'warning' as const },
    },
    'Not declared',
    'it waits',
  ],
  [
    'quarantined',
    { ...out, quarantined: true, sync: { ...out.sync, message: 'revision a is quarantined: not healthy in time' } },
    'Quarantined',
    'revision a is quarantined: not healthy in time',
  ],
])('%s', (_, row, label, why) => {
  const { view, why: sentence } = deliveryOf(row);
  expect([view.label, sentence]).toEqual([label, why]);
});

test('health is explained where it is not good', () => {
  expect(healthOf(well).why).toBe('');
  expect(healthOf({ ...well, health: { status: 'Degraded', message: 'image pull fails' } }).why).toBe(
    'image pull fails',
  );
});

test.each([
  ['Deployment shop/web: its rollout is stuck: 1', 'its rollout is stuck: 1 · Deployment web'],
  ['Deployment other/web: it is not there', 'Deployment other/web: it is not there'],
  ['ClusterRole web: no right', 'ClusterRole web: no right'],
  ['Rendering failed: shop/web: line 3', 'Rendering failed: shop/web: line 3'],
  ['1 not applied yet', '1 not applied yet'],
  ['probe: probe stable has failed', 'probe stable has failed'],
  [
    'revision 93bce9b69825 is quarantined: not healthy in time: probe: probe stable has failed',
    '93bce9b: not healthy in time: probe stable has failed',
  ],
])('the reason comes first where there is little room: %s', (why, short) => {
  expect(reasonFirst(why, { namespace: 'shop' })).toBe(short);
});

test.each([
  { phase: 'PreSync', wave: 2, done: 14, failed: 1, steps: 20 },
  { phase: 'Sync', wave: -1, done: 0, failed: 0, steps: 3 },
  { phase: 'Sync', wave: 2, waits: true, done: 3, failed: 0, steps: 4 },
  { phase: 'PostSync', wave: 0, done: 0, failed: 0 },
] as const)('a running sync says where it is, in the words of the command line: %j', progress => {
  expect(progressOf({ ...operation, ...progress })).toBe(progressWords(progress));
});
