import type { Clock } from '../env/env.ts';
import { type MetricName, metricTable } from './metric-table.ts';

/** Values of the labels, in their order. */
export interface Sample {
  name: MetricName;
  labels: readonly string[];
  value: number;
}

const usualBuckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 120];
/** Of one metric. Labels take few values; should one take more after all, what comes then is told as `other`. */
export const maxSeries = 200;

interface Histogram {
  counts: number[];
  sum: number;
  count: number;
}

/** Counts what happens; what only is (gauges) is asked for when somebody reads. */
export class Metrics {
  /** What has no labels is there from the start: a rate of what never happened is 0, and not unknown. */
  readonly #counters = new Map(names('counter').map(name => [name, new Map<string, number>()]));
  readonly #histograms = new Map(names('histogram').map(name => [name, emptyHistogram(name)]));

  count(name: MetricName, ...labels: string[]): void {
    this.add(name, 1, ...labels);
  }

  add(name: MetricName, amount: number, ...labels: string[]): void {
    const counter = this.#counters.get(name);
    if (counter === undefined) return;
    let series = seriesOf(name, labels);
    if (!counter.has(series) && counter.size >= maxSeries)
      series = seriesOf(
        name,
        labels.map(() => 'other'),
      );
    counter.set(series, (counter.get(series) ?? 0) + amount);
  }

  observe(name: MetricName, seconds: number): void {
    const histogram = this.#histograms.get(name);
    if (histogram === undefined) return;
    histogram.sum += seconds;
    histogram.count += 1;
    for (const [i, bound] of bucketsOf(name).entries()) {
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

  /** The text format of Prometheus, version 0.0.4: all that there is, also where nothing has happened yet. */
  text(samples: readonly Sample[]): string {
    const told = Object.groupBy(samples, ({ name }) => name);
    return names()
      .map(name => describe(name, this.#linesOf(name, told[name] ?? [])))
      .join('');
  }

  #linesOf(name: MetricName, samples: readonly Sample[]): string[] {
    const lines = samples.map(({ labels, value }) => `${seriesOf(name, labels)} ${value}`);
    const counter = this.#counters.get(name);
    if (counter !== undefined) {
      for (const [series, value] of counter) lines.push(`${series} ${value}`);
      if (lines.length === 0 && metricTable[name].labels.length === 0) lines.push(`${name} 0`);
    }
    const histogram = this.#histograms.get(name);
    if (histogram === undefined) return lines;
    const { counts, sum, count } = histogram;
    for (const [i, bound] of bucketsOf(name).entries()) lines.push(`${name}_bucket{le="${bound}"} ${counts[i]}`);
    lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
    return lines;
  }
}

function names(type?: 'counter' | 'histogram'): MetricName[] {
  const all = Object.keys(metricTable) as MetricName[];
  return type === undefined ? all : all.filter(name => metricTable[name].type === type);
}

function bucketsOf(name: MetricName): readonly number[] {
  const metric = metricTable[name];
  return 'buckets' in metric ? metric.buckets : usualBuckets;
}

function emptyHistogram(name: MetricName): Histogram {
  return { counts: bucketsOf(name).map(() => 0), sum: 0, count: 0 };
}

function describe(name: MetricName, lines: readonly string[]): string {
  const { type, help } = metricTable[name];
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.map(line => `${line}\n`).join('')}`;
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
