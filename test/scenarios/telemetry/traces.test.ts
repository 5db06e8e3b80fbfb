import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { realEnv } from '../../../src/env/real.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { finishJob } from '../../world/jobs.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver, tracedTo } from '../../world/otlp-receiver.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, wave } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';

// One commit, from the request that tells of it to what it makes healthy: one trace.

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerId = '00f067aa0ba902b7';
const secret = 's3cret-and-shown-nowhere';
const stack = new AsyncDisposableStack();
let receiver: OtlpReceiver;
let operator: TestOperator;
let api: RunningApi;
let name: string;
let commit: string;
let asked: { from: number; to: number };

const ofTrace = (id: string) => receiver.spans.filter(span => span.traceId === id);
const named = (word: string, id = traceId) => ofTrace(id).filter(span => span.name === word);
const parentOf = (span: ReceivedSpan) => receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
const pathTo = (span: ReceivedSpan | undefined): string[] =>
  span === undefined ? [] : [...pathTo(parentOf(span)), span.name];

beforeAll(async () => {
  const access = await sharedControlPlane();
  const kube = new KubeClient(access);
  name = uniqueName('traced');
  receiver = stack.use(await startOtlpReceiver());
  const directory = stack.use(await temporaryDirectory('traced'));
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  });
  const credentials = { username: 'appdev', password: secret };
  const git = stack.use(await startGitHttp({ directory: directory.path, credentials }));
  await writeFile(`${directory.path}/password`, secret);
  operator = stack.use(
    await startTestOperator({
      repo: git.urlOf('fleet.git'),
      dataDirectory: `${directory.path}/data`,
      config: {
        target: { kubernetes: { kubeconfig: access.kubeconfig } },
        credentials: [{ prefix: git.url, username: 'appdev', passwordFile: `${directory.path}/password` }],
      },
      change: tracedTo(receiver.url, {
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${secret}`,
        OTEL_SERVICE_NAME: 'delivery',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
      }),
    }),
  );
  const env = realEnv();
  const { tracer, metrics } = operator.holdfast.services;
  const options = { env, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) };
  api = await startApi({ ...options, operator: operator.operator, tracer, metrics });
  stack.defer(() => api.close());
  await operator.untilSynced(name);

  commit = await repo.commit({
    'app/before.json': hook('before', 'PreSync'),
    'app/a.json': configMap('a', { color: 'green' }),
    'app/b.json': configMap('b', { color: 'blue' }, wave(2)),
    'app/secret.json': JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } },
      stringData: { key: secret },
    }),
  });
  const from = Date.now();
  const answer = await fetch(`${api.url}/api/v1/refresh`, {
    method: 'POST',
    body: '{}',
    headers: {
      authorization: 'Bearer t',
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${callerId}-01`,
    },
  });
  expect(answer.status).toBeLessThan(300);
  await finishJob(kube, name, 'before', 'Succeeded');
  await operator.until(name, ({ sync, operation }) => sync.revision === commit && operation?.healthyAt !== undefined);
  asked = { from, to: Date.now() };
  await waitFor('the traces', () => named('sync')[0] !== undefined && named('reconcile').length >= 2);
});

afterAll(() => stack.disposeAsync());

test('what is sent is as the protocol has it, and says who sends it', () => {
  expect(receiver.problems).toEqual([]);
  expect(receiver.resource).toMatchObject({
    'service.name': 'delivery',
    'service.version': expect.any(String),
    'service.instance.id': expect.any(String),
    'deployment.environment.name': 'prod',
    'telemetry.sdk.language': 'nodejs',
  });
  expect(receiver.log[0]?.headers.authorization).toBe(`Bearer ${secret}`);
});

test('the request goes on with its caller’s trace, and all that follows from it is in there', () => {
  const [request] = named('POST /api/v1/refresh');
  expect(request).toMatchObject({ parentSpanId: callerId, kind: 2, status: { code: 0 } });
  expect(request?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/api/v1/refresh',
    'url.path': '/api/v1/refresh',
    'url.scheme': 'http',
    'http.response.status_code': expect.any(String),
  });
  const toLook = ['POST /api/v1/refresh', 'git refresh', 'reconcile'];
  expect(pathTo(named('git fetch')[0])).toEqual(['POST /api/v1/refresh', 'git refresh', 'git fetch']);
  expect(pathTo(named('read declarations')[0])).toEqual(['POST /api/v1/refresh', 'git refresh', 'read declarations']);
  expect(named('render').some(span => pathTo(span).join() === [...toLook, 'render'].join())).toBe(true);
  expect(named('compare').some(span => pathTo(span).join() === [...toLook, 'compare'].join())).toBe(true);
  expect(named('plan').some(span => pathTo(span).join() === [...toLook, 'plan'].join())).toBe(true);
  expect(pathTo(named('sync')[0])).toEqual([...toLook, 'sync']);
});

test('a sync says what it is of, in the words of the conventions; waves and hooks are its parts, writes their events', () => {
  const [sync, ...others] = named('sync');
  expect(others).toEqual([]);
  const record = operator.operator.history(name)[0];
  expect(sync?.attributes).toMatchObject({
    'cicd.pipeline.name': name,
    'cicd.pipeline.run.id': record?.id,
    'cicd.pipeline.action.name': 'SYNC',
    'cicd.pipeline.result': 'success',
    'deployment.environment.name': name,
    'vcs.ref.head.revision': commit,
    'holdfast.sync.started_by': 'automated',
  });
  const waves = named('wave').toSorted((a, b) => a.startedAt - b.startedAt);
  expect(waves.map(({ attributes }) => attributes['cicd.pipeline.task.name'])).toEqual([
    'PreSync 0',
    'Sync 0',
    'Sync 2',
  ]);
  const hooks = named('hook');
  expect(hooks.map(span => parentOf(span)?.spanId)).toEqual([waves[0]?.spanId]);
  expect(hooks[0]?.attributes['cicd.pipeline.task.run.result']).toBe('success');
  const events = waves.map(span => span.events.map(({ attributes }) => attributes['holdfast.resource']));
  expect(events[0]).toEqual([]);
  expect(events[1]?.map(key => String(key).split('/').at(-1)).toSorted()).toEqual(['a', 'key']);
  expect(events[2]?.map(key => String(key).split('/').at(-1))).toEqual(['b']);
});

test('each part is within what it is a part of, and the times are those of the world', () => {
  for (const span of ofTrace(traceId)) {
    expect(span.endedAt, span.name).toBeGreaterThanOrEqual(span.startedAt);
    expect(span.startedAt, span.name).toBeGreaterThanOrEqual(asked.from - 50);
    expect(span.endedAt, span.name).toBeLessThanOrEqual(asked.to + 5_000);
    const parent = parentOf(span);
    if (parent !== undefined) expect(span.startedAt, span.name).toBeGreaterThanOrEqual(parent.startedAt);
    if (parent?.name === 'sync' || parent?.name === 'wave')
      expect(span.endedAt, span.name).toBeLessThanOrEqual(parent.endedAt + 0.001);
  }
  const [sync] = named('sync');
  const record = operator.operator.history(name)[0];
  const told = (record?.endedAt ?? 0) - (record?.startedAt ?? 0);
  expect(Math.abs((sync?.endedAt ?? 0) - (sync?.startedAt ?? 0) - told)).toBeLessThan(250);
});

test('no secret is in them: no credentials of addresses, no token, no value of a Secret', () => {
  const all = receiver.bodies.join('\n');
  expect(all).toContain('fleet.git');
  for (const text of [secret, Buffer.from(secret).toString('base64'), 'appdev:'])
    expect(all.includes(text), text).toBe(false);
});

test('lines of the log say to which trace they belong', () => {
  const line = operator.log.find(({ message }) => String(message).startsWith(`syncs at ${commit.slice(0, 7)}`));
  expect(line).toMatchObject({ trace_id: traceId, span_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
});

test('looks that find nothing new leave no trace, nor do looks at Git without news', async () => {
  const before = receiver.spans.length;
  for (let i = 0; i < 3; i++) await operator.refresh();
  await operator.untilSynced(name);
  // What is sent later comes after it.
  await fetch(`${api.url}/api/v1/environment`, { headers: { authorization: 'Bearer t' } });
  await waitFor('the last request', () => receiver.spans.some(span => span.name === 'GET /api/v1/environment'));
  expect(receiver.spans.slice(before).map(span => span.name)).toEqual(['GET /api/v1/environment']);
});

test('whoever is not recognised cannot say what is kept: no trace goes on for them', async () => {
  const theirs = 'f'.repeat(32);
  const headers = { traceparent: `00-${theirs}-${callerId}-01` };
  expect((await fetch(`${api.url}/api/v1/environment`, { headers })).status).toBe(401);
  expect((await fetch(`${api.url}/api/v1/session`, { headers })).status).toBe(200);
  await waitFor('the request', () => receiver.spans.some(span => span.name === 'GET /api/v1/session'));
  expect(receiver.bodies.join('').includes(theirs)).toBe(false);
});

test('what was sent is counted', async () => {
  await waitFor('the count', () =>
    /^holdfast_trace_spans_total\{result="exported"} [1-9]/m.test(operator.operator.metrics()),
  );
  expect(operator.operator.metrics()).not.toMatch(/holdfast_trace_spans_total\{result="(failed|dropped)"}/);
});
