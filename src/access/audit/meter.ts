import type { Metrics } from '../../telemetry/metrics.ts';
import { type Delivered, DeliveryStories } from './delivery.ts';
import type { AuditEntry } from './record.ts';

/** Counts the four measures of delivery as things happen: the same as is told of the log, for this run. */
export function deliveryMeter(
  metrics: Pick<Metrics, 'count' | 'observe'>,
  before: Delivered,
): (entry: AuditEntry, at: number) => void {
  const stories = new DeliveryStories(before);
  return (entry, at) => {
    const { deployed, leadMs, failed, restoredMs } = stories.tell({ ...entry, at });
    if (deployed) metrics.count('holdfast_deployments_total');
    if (leadMs !== undefined) metrics.observe('holdfast_lead_time_seconds', leadMs / 1_000);
    if (failed) metrics.count('holdfast_failed_changes_total');
    if (restoredMs !== undefined) metrics.observe('holdfast_restore_seconds', restoredMs / 1_000);
  };
}
