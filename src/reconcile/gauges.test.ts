import { expect, test } from 'vitest';
import type { ApplicationStatus } from '../model/status.ts';
import { Metrics } from '../telemetry/metrics.ts';
import type { Controller } from './controller.ts';
import { gaugesOf } from './gauges.ts';

const syncs = ['Synced', 'OutOfSync', 'Unknown'] as const;
const healths = ['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'] as const;
const drifts = ['missing', 'changed', 'extra'] as const;

function statuses(count: number): ApplicationStatus[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ name: `app-${i}`, project: `team-${i}`, namespace: `ns-${i}`, target: 'kubernetes' },
    sync: { status: syncs[i % 3], revision: `revision-${i}`, message: `of ${i}` },
    health: { status: healths[i % 6], message: `of ${i}` },
    resources: [{ key: `v1/ConfigMap/ns-${i}/r-${i}`, drift: { kind: drifts[i % 3], changes: [] } }],
    ...(i % 2 === 0 ? { suspended: { by: `person-${i}`, at: 0, reason: '' } } : {}),
  })) as unknown as ApplicationStatus[];
}

function seriesOf(count: number): string[] {
  const audit = { state: { waiting: 0, lost: 0, written: 0 } };
  const controller = { services: { audit }, queue: { size: count }, statuses: () => statuses(count) };
  const metrics = new Metrics();
  for (let i = 0; i < count; i++) {
    metrics.count('holdfast_reconciles_total', i % 9 === 0 ? 'failed' : 'done');
    metrics.observe('holdfast_reconcile_seconds', i / 100);
  }
  const text = metrics.text(gaugesOf(controller as unknown as Controller));
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
}

test('2,000 applications make as many series as 20, and no name of theirs is in any', () => {
  const many = seriesOf(2_000);
  expect(many).toHaveLength(seriesOf(20).length);
  expect(many.filter(line => /app-|team-|ns-|r-|person-|revision-/.test(line))).toEqual([]);
  expect(many).toContain('holdfast_applications{sync="Synced",health="Healthy"} 334');
  expect(many).toContain('holdfast_resources_drifted{kind="missing"} 667');
  expect(many).toContain('holdfast_applications_suspended 1000');
});
