import { afterAll, beforeAll, expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, makeReady, reader, wave, writesIn } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-waits`, path: 'waits', namespace: `${name}-waits` },
      {
        name: `${name}-fails`,
        path: 'fails',
        namespace: `${name}-fails`,
        sync: { retry: { backoff: '10m', maxBackoff: '10m' } },
      },
    ]),
    'waits/first.json': deployment('first', 1),
    'waits/last.json': configMap('last', { from: 'old' }, wave(1)),
    'fails/a.json': configMap('a', { 'not a key': '' }),
  }));
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

test('a commit during a sync that waits for a wave supersedes it at once', async () => {
  const { test: holdfast, repo, kube, access } = delivery;
  const name = `${delivery.name}-waits`;
  const old = await holdfast.until(name, ({ operation }) => operation?.wave === 1 && operation.result === 'running');
  const since = await mark(access);
  const began = Date.now();
  const newer = await repo.commit({
    'waits/first.json': deployment('first', 0),
    'waits/last.json': configMap('last', { from: 'new' }, wave(1)),
  });
  await holdfast.untilSynced(name, newer);
  // Far below the five minutes that a wave has.
  expect(Date.now() - began).toBeLessThan(15_000);
  expect(await reader(kube, name)('ConfigMap', 'last')).toMatchObject({ data: { from: 'new' } });
  const history = holdfast.operator.history(name);
  expect(history.map(({ result, revision }) => [result, revision])).toEqual([
    ['succeeded', newer],
    ['superseded', old.operation?.revision],
  ]);
  expect(history[1]?.message).toContain(newer.slice(0, 7));
  // Nothing of the old revision was written once the newer one was there.
  expect(await writesIn(access, since, name)).toEqual(['patch deployments/first', 'patch configmaps/last']);
});

test('retries of a failing revision end with a newer one, which does not wait for their pause', async () => {
  const { test: holdfast, repo } = delivery;
  const name = `${delivery.name}-fails`;
  const failed = await holdfast.until(name, ({ operation, nextTryAt }) => operation?.result === 'failed' && nextTryAt);
  expect(failed.operation?.message).toMatch(/not a key/);
  expect((failed.nextTryAt ?? 0) - Date.now()).toBeGreaterThan(60_000);
  const newer = await repo.commit({ 'fails/a.json': configMap('a', {}) });
  const synced = await holdfast.untilSynced(name, newer);
  expect(synced.nextTryAt).toBeUndefined();
  expect(synced.operation?.attempt).toBe(1);
  expect(synced.conditions).toEqual([]);
});

test('of many commits in a row the last one is what runs', async () => {
  const { test: holdfast, repo, kube } = delivery;
  const name = `${delivery.name}-waits`;
  let last = '';
  for (let i = 1; i <= 8; i++) {
    last = await repo.commit({
      'waits/first.json': deployment('first', i % 2),
      'waits/last.json': configMap('last', { from: String(i) }, wave(1)),
    });
    await holdfast.refresh();
  }
  await holdfast.untilSynced(name, last);
  expect(await reader(kube, name)('ConfigMap', 'last')).toMatchObject({ data: { from: '8' } });
});

test('a wave that becomes healthy lets the sync go on', async () => {
  const { test: holdfast, repo, kube } = delivery;
  const name = `${delivery.name}-waits`;
  const commit = await repo.commit({
    'waits/first.json': deployment('first', 2),
    'waits/last.json': configMap('last', { from: 'after' }, wave(1)),
  });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === commit && operation.wave === 1);
  expect(await reader(kube, name)('ConfigMap', 'last')).toMatchObject({ data: { from: '8' } });
  await makeReady(kube, name, 'first');
  await waitFor(
    'the wave after it',
    async () => (await reader(kube, name)('ConfigMap', 'last'))?.data.from === 'after',
  );
  await holdfast.untilSynced(name, commit);
});

test("a person's sync that waits gives way to a newer commit, too", async () => {
  const { test: holdfast, repo } = delivery;
  const name = `${delivery.name}-waits`;
  const waits = {
    'waits/again.json': deployment('again', 1),
    'waits/last.json': configMap('last', { from: 'third' }, wave(1)),
  };
  await holdfast.operator.suspend(name, 'to sync by hand', 'appdev');
  const third = await repo.commit(waits);
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === third);
  await holdfast.operator.resume(name, 'appdev');
  await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.until(name, ({ operation }) => operation?.startedBy === 'appdev' && operation.wave === 1);
  const fourth = await repo.commit({
    'waits/again.json': deployment('again', 0),
    'waits/last.json': configMap('last', { from: 'fourth' }, wave(1)),
  });
  await holdfast.untilSynced(name, fourth);
  const byAna = holdfast.operator.history(name).filter(({ startedBy }) => startedBy === 'appdev');
  expect(byAna.map(({ result }) => result)).toEqual(['superseded']);
});
