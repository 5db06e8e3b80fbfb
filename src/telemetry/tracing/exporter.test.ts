import { expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../env/env.ts';
import { silentLog } from '../../env/real/log.ts';
import { failure } from '../../errors.ts';
import { Metrics } from '../metrics.ts';
import { SpanExporter } from './exporter.ts';
import { tracingSettings } from './settings.ts';
import type { EndedSpan } from './span.ts';

const span = (name: string, events = 0): EndedSpan => ({
  ...{ name, kind: 1, parentId: undefined, startedAt: 1, endedAt: 2, attributes: {}, droppedEvents: 0 },
  context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true },
  events: Array.from({ length: events }, () => ({ name: 'e', at: 1, attributes: {} })),
  failure: undefined,
});

type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset';

/** An exporter in a world whose time passes when the test says so. */
function exporting(variables: Record<string, string> = {}) {
  const answers: Answer[] = [];
  const requests: HttpRequest[] = [];
  const timers: { at: number; fn: () => void }[] = [];
  let now = 0;
  const after = (ms: number, fn: () => void) => {
    const timer = { at: now + ms, fn };
    timers.push(timer);
    return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
  };
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const cancel = after(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });
  const request = async (one: HttpRequest): Promise<HttpResponse> => {
    requests.push(one);
    const answer = answers.shift() ?? { status: 200 };
    if (answer === 'reset') throw failure('NET_FAILED', { origin: '', reason: 'ECONNRESET' });
    if (answer === 'hang')
      return await new Promise((_, reject) => one.signal?.addEventListener('abort', () => reject(one.signal?.reason)));
    const text = async () => answer.body ?? '{}';
    const unread = { body: (async function* () {})(), bytes: async () => Buffer.alloc(0), discard: async () => {} };
    return { ...unread, status: answer.status, headers: answer.headers ?? {}, text };
  };
  const metrics = new Metrics();
  const logged: string[] = [];
  const { settings } = tracingSettings(
    name => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector', ...variables })[name],
  );
  if (settings === undefined) throw new Error('no settings');
  const exporter = new SpanExporter({
    env: {
      clock: { now: () => now, monotonic: () => now },
      timers: { after, sleep },
      random: { fraction: () => 0.5, uuid: () => '', bytes: length => new Uint8Array(length) },
      net: {
        http: () => ({ request, close: async () => {} }),
        addresses: async () => [],
        probeTcp: async () => {},
      },
      log: { ...silentLog, warn: (_, fields) => logged.push(String(fields?.reason)), info: text => logged.push(text) },
    },
    metrics,
    settings,
    certificate: undefined,
    version: '1',
  });
  return {
    ...{ exporter, answers, requests, logged },
    names: () => requests.map(({ body }) => [...String(body).matchAll(/"name":"(s\d+)"/g)].map(([, name]) => name)),
    count: (result: string) => Number(new RegExp(`result="${result}"} (\\d+)`).exec(metrics.text([]))?.[1] ?? 0),
    async pass(ms: number) {
      const until = now + ms;
      for (;;) {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        const next = timers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        now = next.at;
        timers.splice(timers.indexOf(next), 1);
        next.fn();
      }
      now = until;
    },
    timers,
  };
}

test('what comes within a while goes together; with nothing to send, nothing is waited for', async () => {
  const { exporter, names, pass, count, timers, requests } = exporting({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=k' });
  exporter.add(span('s1'));
  await pass(4_000);
  exporter.add(span('s2'));
  expect(names()).toEqual([]);
  await pass(1_000);
  expect(names()).toEqual([['s1', 's2']]);
  expect(requests[0]).toMatchObject({
    ...{ method: 'POST', path: '/v1/traces' },
    headers: { 'content-type': 'application/json', 'x-key': 'k' },
  });
  expect(count('exported')).toBe(2);
  expect(timers).toEqual([]);
});

test('requests are bounded in spans and in events, one after the other', async () => {
  const { exporter, names, pass } = exporting({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3' });
  for (let i = 1; i <= 4; i++) exporter.add(span(`s${i}`));
  for (let i = 5; i <= 6; i++) exporter.add(span(`s${i}`, 1_500));
  await pass(0);
  expect(names()).toEqual([['s1', 's2', 's3'], ['s4', 's5'], ['s6']]);
});

test('an endpoint that hangs costs a bounded number of spans, and time of nobody', async () => {
  const { exporter, answers, pass, count, logged, names } = exporting({
    OTEL_BSP_MAX_QUEUE_SIZE: '10',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
  });
  answers.push('hang', 'hang', 'hang');
  for (let i = 1; i <= 100; i++) exporter.add(span(`s${i}`));
  expect(count('dropped')).toBe(85);
  await pass(9_999);
  for (let i = 101; i <= 200; i++) exporter.add(span(`s${i}`));
  expect(count('dropped')).toBe(185);
  await pass(60_000);
  expect(count('failed')).toBe(5);
  expect(count('exported')).toBe(10);
  expect(logged).toEqual([expect.stringMatching(/no answer within 10000 ms/), 'Traces can be sent again']);
  expect(names().length).toBe(5);
});

test.each([
  ['after 503 it is tried again', [{ status: 503 }], 2, { exported: 1, failed: 0 }],
  ['after a reset, too', ['reset'], 2, { exported: 1, failed: 0 }],
  ['not without end', ['reset', { status: 429 }, { status: 502 }], 3, { exported: 0, failed: 1 }],
  ['what is refused is refused', [{ status: 400 }], 1, { exported: 0, failed: 1 }],
  [
    'some may be refused',
    [{ status: 200, body: '{"partialSuccess":{"rejectedSpans":"1"}}' }],
    1,
    { exported: 0, failed: 1 },
  ],
  ['an answer that is none is a yes', [{ status: 200, body: 'thanks' }], 1, { exported: 1, failed: 0 }],
] satisfies [string, Answer[], number, { exported: number; failed: number }][])(
  '%s',
  async (_, given, tries, expected) => {
    const { exporter, answers, requests, pass, count } = exporting();
    answers.push(...given);
    exporter.add(span('s1'));
    await pass(120_000);
    expect(requests).toHaveLength(tries);
    expect({ exported: count('exported'), failed: count('failed') }).toEqual(expected);
  },
);

test('the receiver says how long to wait, within reason', async () => {
  const { exporter, answers, requests, pass } = exporting();
  answers.push({ status: 429, headers: { 'retry-after': '7' } }, { status: 429, headers: { 'retry-after': '86400' } });
  exporter.add(span('s1'));
  await pass(5_000 + 6_900);
  expect(requests).toHaveLength(1);
  await pass(200);
  expect(requests).toHaveLength(2);
  await pass(10_100);
  expect(requests).toHaveLength(3);
});

test('at the end what is left is sent, for two seconds at most', async () => {
  const good = exporting();
  good.exporter.add(span('s1'));
  await good.exporter.close();
  expect(good.names()).toEqual([['s1']]);
  good.exporter.add(span('s2'));
  expect(good.count('dropped')).toBe(1);

  const bad = exporting();
  bad.answers.push('hang');
  bad.exporter.add(span('s1'));
  let closed = false;
  const closing = bad.exporter.close().then(() => {
    closed = true;
  });
  await bad.pass(1_900);
  expect(closed).toBe(false);
  await bad.pass(200);
  await closing;
  expect(bad.count('failed')).toBe(1);
});
