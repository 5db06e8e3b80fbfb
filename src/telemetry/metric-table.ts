const minute = 60;
const hour = 60 * minute;
/** From a commit that is there in a second to one that waited for a week. */
const delivering = [1, 10, minute, 5 * minute, 30 * minute, hour, 6 * hour, 24 * hour, 7 * 24 * hour];

/** All that is measured. docs/observability.md is made from this table. Labels take few values, none of them a name of the user's. */
export const metricTable = {
  holdfast_build_info: { type: 'gauge', labels: ['version'], help: 'Always 1' },
  holdfast_applications: {
    type: 'gauge',
    labels: ['sync', 'health'],
    help: 'Applications, by sync status and health',
  },
  holdfast_resources_drifted: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Resources that differ from what was last applied: missing, changed or extra',
  },
  holdfast_applications_suspended: { type: 'gauge', labels: [], help: 'Applications whose automation was stopped' },
  holdfast_queue_length: { type: 'gauge', labels: [], help: 'Applications that wait to be looked at, or are' },
  holdfast_reconciles_total: { type: 'counter', labels: ['result'], help: 'Looks at an application: done, or failed' },
  holdfast_reconcile_seconds: {
    type: 'histogram',
    labels: [],
    help: 'How long a look at an application takes, in seconds',
  },
  holdfast_syncs_total: {
    type: 'counter',
    labels: ['result', 'by'],
    help: 'Syncs that ended; by automation, self-heal or a person',
  },
  holdfast_sync_seconds: { type: 'histogram', labels: [], help: 'How long a sync takes, in seconds' },
  holdfast_deployments_total: {
    type: 'counter',
    labels: [],
    help: 'Revisions that were delivered to an application, each once; with the three below, what `holdfast delivery` tells',
  },
  holdfast_lead_time_seconds: {
    type: 'histogram',
    labels: [],
    buckets: delivering,
    help: 'From the commit to the end of the sync that delivered it first, in seconds',
  },
  holdfast_failed_changes_total: {
    type: 'counter',
    labels: [],
    help: 'Revisions that failed, degraded their application, or were taken back by a person',
  },
  holdfast_restore_seconds: {
    type: 'histogram',
    labels: [],
    buckets: delivering,
    help: 'From such a failure until the application was healthy again, in seconds',
  },
  holdfast_drifts_total: { type: 'counter', labels: [], help: 'Changes in the target that were not made by Holdfast' },
  holdfast_renders_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Sources asked to be rendered: rendered, cached or failed',
  },
  holdfast_git_checks_total: { type: 'counter', labels: ['result'], help: 'Looks at a repository: done or failed' },
  holdfast_target_requests_total: {
    type: 'counter',
    labels: ['method', 'code'],
    help: 'Requests to the target’s API, by method and class of the answer (2xx, 4xx, …; error: none came)',
  },
  holdfast_api_requests_total: {
    type: 'counter',
    labels: ['method', 'code'],
    help: 'Requests to Holdfast’s own API, by method and class of the answer',
  },
  holdfast_trace_spans_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Spans of traces: exported, failed (the receiver did not take them) or dropped (too many waited)',
  },
  holdfast_audit_records_total: { type: 'counter', labels: [], help: 'Records written to the audit log' },
  holdfast_audit_waiting: { type: 'gauge', labels: [], help: 'Records that are not in the audit log yet' },
  holdfast_audit_lost_total: { type: 'counter', labels: [], help: 'Records that the audit log could not keep' },
  holdfast_audit_failing: { type: 'gauge', labels: [], help: '1 while the audit log cannot be written' },
  holdfast_event_loop_delay_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Longest that the program was late since it was last asked, in seconds',
  },
} as const satisfies Record<
  string,
  { type: 'counter' | 'gauge' | 'histogram'; labels: readonly string[]; help: string; buckets?: readonly number[] }
>;

export type MetricName = keyof typeof metricTable;
