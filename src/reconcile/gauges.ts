import type { Sample } from '../telemetry/metrics.ts';
import { version } from '../version.ts';
import type { Controller } from './controller.ts';

/** How things are now, in numbers. */
export function gaugesOf(controller: Controller): Sample[] {
  const { services, queue } = controller;
  const { waiting, lost, written, failure } = services.audit.state;
  const applications = new Map<string, number>();
  const drifted: Record<string, number> = { missing: 0, changed: 0, extra: 0 };
  let suspended = 0;
  for (const status of controller.statuses()) {
    const key = `${status.sync.status} ${status.health.status}`;
    applications.set(key, (applications.get(key) ?? 0) + 1);
    if (status.suspended !== undefined) suspended += 1;
    for (const { drift } of status.resources) {
      if (drift !== undefined) drifted[drift.kind] = (drifted[drift.kind] ?? 0) + 1;
    }
  }
  return [
    { name: 'holdfast_build_info', labels: [version], value: 1 },
    ...[...applications].map(
      ([key, value]): Sample => ({ name: 'holdfast_applications', labels: key.split(' '), value }),
    ),
    ...Object.entries(drifted).map(
      ([kind, value]): Sample => ({ name: 'holdfast_resources_drifted', labels: [kind], value }),
    ),
    { name: 'holdfast_applications_suspended', labels: [], value: suspended },
    { name: 'holdfast_queue_length', labels: [], value: queue.size },
    { name: 'holdfast_audit_records_total', labels: [], value: written },
    { name: 'holdfast_audit_waiting', labels: [], value: waiting },
    { name: 'holdfast_audit_lost_total', labels: [], value: lost },
    { name: 'holdfast_audit_failing', labels: [], value: failure === undefined ? 0 : 1 },
  ];
}
