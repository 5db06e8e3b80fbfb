import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { delivery as measures } from '../../../src/api/past-schemas.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// Delivered, broken, restored: the four measures, as the API, the command line and the metrics tell them.

const env = realEnv();
let delivery: Delivery;
let api: RunningApi;
/** Wall clock. */
const at = { broken: 0, restored: 0 };

const metric = (name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(delivery.test.operator.metrics())?.[1] ?? Number.NaN);
const healthy = (revision: string) =>
  delivery.test.until(
    delivery.name,
    ({ sync, operation }) => sync.revision === revision && operation?.healthyAt !== undefined,
  );

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: operator, repo, name, directory } = delivery;
  const options = { env, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) };
  api = await startApi({ ...options, operator: operator.operator });
  await writeOperatorFile(env.files, `${directory}/data`, { url: api.url, token: 't', pid: process.pid });
  await healthy((await operator.untilSynced(name)).sync.revision);

  // A key that no ConfigMap may have.
  const broken = await repo.commit({ 'app/a.json': configMap('a', { 'not a key': '' }) });
  await operator.refresh();
  await operator.until(name, ({ sync, operation: last }) => sync.revision === broken && last?.result === 'failed');
  at.broken = Date.now();
  const good = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  await operator.refresh();
  await healthy(good);
  at.restored = Date.now();
  await waitFor('the log', () => metric('holdfast_restore_seconds_count') === 1);
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

test('the API and the command line tell all four', async () => {
  const headers = { authorization: 'Bearer t' };
  const told = measures.parse(await (await fetch(`${api.url}/api/v1/past/delivery?since=0`, { headers })).json());
  expect(told).toMatchObject({ deployments: 2, failures: 1, leadTime: { count: 2 }, timeToRestore: { count: 1 } });
  expect(told.changeFailureRate).toBeCloseTo(1 / 3);
  expect(told.deploymentsPerDay).toBeGreaterThan(0);
  expect(told.leadTime?.p90).toBeLessThan(60_000);
  // From the failed sync, just before `broken`, to the healthy one, just before `restored`.
  expect(Math.abs((told.timeToRestore?.median ?? 0) - (at.restored - at.broken))).toBeLessThan(20_000);

  const { out, code } = await run(['--data-dir', `${delivery.directory}/data`, 'delivery', '--since', '1h'], {
    directory: delivery.directory,
  });
  expect(code).toBe(0);
  expect(out).toMatch(/^Deployments +2, /m);
  expect(out).toMatch(/^Lead time +.* median/m);
  expect(out).toMatch(/^Change failure rate +33% \(1\)$/m);
  expect(out).toMatch(/^Time to restore +.* median/m);
});

test('the metrics count the same', () => {
  expect(metric('holdfast_deployments_total')).toBe(2);
  expect(metric('holdfast_failed_changes_total')).toBe(1);
  expect(metric('holdfast_lead_time_seconds_count')).toBe(2);
  expect(metric('holdfast_lead_time_seconds_sum')).toBeLessThan(120);
  expect(Math.abs(metric('holdfast_restore_seconds_sum') - (at.restored - at.broken) / 1_000)).toBeLessThan(20);
});

test('after a restart, what an earlier run delivered is no further deployment', async () => {
  const { repo, name } = delivery;
  const restarted = await delivery.restart();
  await restarted.untilSynced(name);
  const first = restarted.operator.history(name).find(({ result }) => result === 'succeeded');
  const back = await restarted.operator.rollback(name, {}, 'appdev');
  await restarted.until(name, ({ operation }) => operation?.id === back.id && operation.healthyAt !== undefined);
  expect(back.revision).not.toBe(first?.revision);
  const third = await repo.commit({ 'app/b.json': configMap('b', {}) });
  await restarted.refresh();
  await healthy(third);
  await waitFor('the log', () => metric('holdfast_deployments_total') === 1);
  // Taken back by a person, of what an earlier run delivered.
  expect(metric('holdfast_failed_changes_total')).toBe(1);
});
