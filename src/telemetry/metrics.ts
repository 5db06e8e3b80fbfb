import type { Clock } from '../env/env.ts';

/** All that is measured. docs/metrics.md is made from this table. Labels take few values, none of them a name of the user's. */
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
  { type: 'counter' | 'gauge' | 'histogram'; labels: readonly string[]; help: string }
>;

export type MetricName = keyof typeof metricTable;
/** Values of the labels, in their order. */
export interface Sample {
  name: MetricName;
  labels: readonly string[];
  value: number;
}

const buckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 120];

interface Histogram {
  counts: number[];
  sum: number;
  count: number;
}

/** Counts what happens; what only is (gauges) is asked for when somebody reads. */
export class Metrics {
  readonly #counters = new Map<string, number>();
  readonly #histograms = new Map<MetricName, Histogram>();

  count(name: MetricName, ...labels: string[]): void {
    const series = seriesOf(name, labels);
    this.#counters.set(series, (this.#counters.get(series) ?? 0) + 1);
  }

  observe(name: MetricName, seconds: number): void {
    const fresh = { counts: buckets.map(() => 0), sum: 0, count: 0 };
    const histogram = this.#histograms.get(name) ?? fresh;
    this.#histograms.set(name, histogram);
    histogram.sum += seconds;
    histogram.count += 1;
    for (const [i, bound] of buckets.entries()) {
      if (seconds <= bound) histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
    }
  }

  /** Counts the end of something, and how long it took. */
  timed(name: 'holdfast_reconcile', clock: Pick<Clock, 'monotonic'>): (result: 'done' | 'failed') => void {
    const from = clock.monotonic();
    return result => {
      this.count(`${name}s_total`, result);
      this.observe(`${name}_seconds`, (clock.monotonic() - from) / 1_000);
    };
  }

  /** The text format of Prometheus, version 0.0.4. */
  text(samples: readonly Sample[]): string {
    const lines = new Map<string, string[]>(Object.keys(metricTable).map(name => [name, []]));
    for (const [series, value] of this.#counters) lines.get(series.split('{', 1)[0] ?? '')?.push(`${series} ${value}`);
    for (const { name, labels, value } of samples) lines.get(name)?.push(`${seriesOf(name, labels)} ${value}`);
    for (const [name, { counts, sum, count }] of this.#histograms) {
      const steps = buckets.map((bound, i) => `${name}_bucket{le="${bound}"} ${counts[i]}`);
      lines
        .get(name)
        ?.push(...steps, `${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
    }
    return [...lines].flatMap(([name, series]) => describe(name as MetricName, series)).join('');
  }
}

function describe(name: MetricName, series: readonly string[]): string[] {
  if (series.length === 0) return [];
  const { type, help } = metricTable[name];
  return [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...series.map(line => `${line}\n`)];
}

function seriesOf(name: MetricName, values: readonly string[]): string {
  const labels: readonly string[] = metricTable[name].labels;
  if (labels.length === 0) return name;
  const pairs = labels.map((label, i) => `${label}="${escaped(values[i] ?? '')}"`);
  return `${name}{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** `2xx`, `4xx`: few values, whatever the other side answers. */
export function classOf(status: number): string {
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other';
}
