import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { realEnv } from '../../../src/env/real.ts';
import { startOtlpReceiver, tracedTo } from '../../world/otlp-receiver.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// What the page says there is, and what whoever scrapes gets: the same, both ways.

interface Metric {
  type: string;
  labels: string[];
}

const stack = new AsyncDisposableStack();
let delivery: Delivery;
let api: RunningApi;

beforeAll(async () => {
  const receiver = stack.use(await startOtlpReceiver());
  delivery = stack.use(
    await startDelivery(
      name => ({
        'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
        'app/a.json': configMap('a', { color: 'red' }),
      }),
      {},
      { change: tracedTo(receiver.url) },
    ),
  );
  const { test: operator, name } = delivery;
  const env = realEnv();
  const { metrics } = operator.holdfast.services;
  const options = { env, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env), metrics };
  api = await startApi({ ...options, operator: operator.operator });
  stack.defer(() => api.close());
  await operator.untilSynced(name);
  await waitFor('traces', () => receiver.spans.length > 0);
});
afterAll(() => stack.disposeAsync());

async function documented(): Promise<Map<string, Metric>> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/observability.md'), 'utf8');
  const rows = page.matchAll(/^\| `(holdfast_\w+)` \| (\w+) \| ([^|]*) \|/gm);
  return new Map(
    [...rows].map(([, name = '', type = '', labels = '']) => [
      name,
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) },
    ]),
  );
}

async function scraped(): Promise<{ metrics: Map<string, Metric>; lines: string[] }> {
  const answer = await fetch(`${api.url}/metrics`, { headers: { authorization: 'Bearer t' } });
  const lines = (await answer.text()).trimEnd().split('\n');
  const metrics = new Map<string, Metric>();
  for (const line of lines) {
    const [, named, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (named !== undefined && type !== undefined) metrics.set(named, { type, labels: [] });
    const [, series = '', labels = ''] = /^(\w+)(?:\{(.*)\})? [\d.e+-]+$/.exec(line) ?? [];
    const metric = metrics.get(series.replace(/_(bucket|sum|count)$/, '')) ?? metrics.get(series);
    if (metric !== undefined && metric.labels.length === 0)
      metric.labels = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label).filter(label => label !== 'le');
  }
  return { metrics, lines };
}

test('what is documented is exposed, and what is exposed is documented: names, types and labels', async () => {
  const told = await documented();
  // The request before is counted by now.
  await scraped();
  const { metrics } = await scraped();
  expect(told.size).toBeGreaterThan(20);
  expect(Object.fromEntries(metrics)).toEqual(Object.fromEntries(told));
});

test('every line is one that Prometheus reads, and says nothing of whose it is', async () => {
  const { lines } = await scraped();
  for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  const series = lines.filter(line => !line.startsWith('#'));
  expect(new Set(series.map(line => line.replace(/ \S+$/, ''))).size).toBe(series.length);
  expect(series.filter(line => line.includes(delivery.name))).toEqual([]);
});
