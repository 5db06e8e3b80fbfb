import { expect, test } from 'vitest';
import { metricTable } from './metric-table.ts';
import { classOf, Metrics, maxSeries } from './metrics.ts';

test('counters, gauges and histograms in the text format', () => {
  const metrics = new Metrics();
  metrics.count('holdfast_syncs_total', 'succeeded', 'person');
  metrics.count('holdfast_syncs_total', 'succeeded', 'person');
  metrics.observe('holdfast_sync_seconds', 0.2);
  metrics.observe('holdfast_sync_seconds', 500);
  const text = metrics.text([{ name: 'holdfast_build_info', labels: ['1.0 "x"\\\n'], value: 1 }]);
  expect(text).toContain(
    '# TYPE holdfast_syncs_total counter\nholdfast_syncs_total{result="succeeded",by="person"} 2\n',
  );
  expect(text).toContain('holdfast_build_info{version="1.0 \\"x\\"\\\\\\n"} 1\n');
  expect(text).toContain('holdfast_sync_seconds_bucket{le="0.1"} 0\nholdfast_sync_seconds_bucket{le="0.25"} 1\n');
  expect(text).toContain('_bucket{le="+Inf"} 2\nholdfast_sync_seconds_sum 500.2\nholdfast_sync_seconds_count 2\n');
});

test('each line is one that Prometheus reads', () => {
  const metrics = new Metrics();
  for (const [name, { type, labels }] of Object.entries(metricTable)) {
    if (type === 'counter') metrics.count(name as keyof typeof metricTable, ...labels);
  }
  const series = metrics
    .text([])
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('#'));
  for (const line of series) expect(line).toMatch(/^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? \d+$/);
});

test('all that is documented is there before anything has happened, and what has no labels has a value', () => {
  const text = new Metrics().text([]);
  for (const [name, { type, labels }] of Object.entries(metricTable)) {
    expect(text).toContain(`# TYPE ${name} ${type}\n`);
    if (type === 'counter' && labels.length === 0) expect(text).toContain(`\n${name} 0\n`);
    if (type === 'histogram') expect(text).toContain(`\n${name}_count 0\n`);
  }
});

test('a label that takes more values than it should is told as other', () => {
  const metrics = new Metrics();
  for (let i = 0; i < 10 * maxSeries; i++) metrics.count('holdfast_api_requests_total', `M${i}`, '2xx');
  const lines = metrics.text([]).match(/^holdfast_api_requests_total\{.*$/gm);
  expect(lines).toHaveLength(maxSeries + 1);
  expect(lines?.at(-1)).toBe(`holdfast_api_requests_total{method="other",code="other"} ${9 * maxSeries}`);
});

test('no label is a name of the user’s', () => {
  const labels = new Set(Object.values(metricTable).flatMap(one => [...one.labels]));
  expect([...labels].toSorted()).toEqual(['by', 'code', 'health', 'kind', 'method', 'result', 'sync', 'version']);
});

test.each([
  [200, '2xx'],
  [409, '4xx'],
  [503, '5xx'],
  [0, 'other'],
])('status %i is of class %s', (status, expected) => {
  expect(classOf(status)).toBe(expected);
});
