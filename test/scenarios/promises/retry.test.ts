import { expect, test } from 'vitest';
import { createNamespace } from '../../world/cluster.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, reader, wave } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

test('what the API server refuses is tried again with growing pauses, without end, until it is taken', async () => {
  const access = await sharedControlPlane();
  const admin = new KubeClient(access);
  const namespace = await createNamespace(admin, 'quota');
  // Nothing may be made there: as a quota that is used up.
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace } };
  await admin.create({ ...quota, spec: { hard: { 'count/secrets': '0' } } });
  await waitFor('the quota', async () => (await admin.get({ ...quota, name: 'none', namespace }))?.status.hard);
  const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } });
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace, sync: { retry: { backoff: '200ms', factor: 2, maxBackoff: '1s' } } },
    ]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/secret.json': secret,
  }));
  const { test: holdfast, name } = delivery;
  const failed = await holdfast.until(
    name,
    ({ operation }) => operation?.result === 'failed' && operation.attempt >= 4,
  );
  expect(failed.operation?.message).toMatch(/quota/);
  expect(failed.sync.status).toBe('OutOfSync');
  // What could be applied is.
  expect(await reader(admin, namespace)('ConfigMap', 'a')).toMatchObject({ data: { color: 'red' } });
  const history = holdfast.operator.history(name).toReversed();
  const pauses = history.slice(1).map(({ startedAt }, i) => startedAt - (history[i]?.endedAt ?? 0));
  expect(pauses[0]).toBeGreaterThanOrEqual(150);
  expect(pauses[1]).toBeGreaterThanOrEqual(300);
  expect(pauses[2]).toBeGreaterThanOrEqual(600);

  await admin.delete({ apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'none' });
  const synced = await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  expect(synced.conditions).toEqual([]);
  expect(synced.nextTryAt).toBeUndefined();
});

test('a limit of tries is kept, also when a neighbour commits or Holdfast is restarted; a newer commit starts afresh', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, sync: { retry: { limit: 2, backoff: '100ms', maxBackoff: '100ms' } } },
    ]),
    'README.md': 'first',
    'app/a.json': configMap('a', { 'not a key': '' }),
  }));
  const { test: holdfast, repo, name } = delivery;
  await holdfast.until(
    name,
    ({ operation, nextTryAt }) => operation?.attempt === 3 && operation.result === 'failed' && nextTryAt === undefined,
  );
  // Looked at again, it stays so; a commit that says nothing of it is no reason to try again.
  await holdfast.refresh();
  const elsewhere = await repo.commit({ 'README.md': 'second' });
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === elsewhere);
  // Nor is a restart, with another such commit meanwhile.
  const before = holdfast.operator.history(name);
  const again = await delivery.restart(() => repo.commit({ 'README.md': 'third' }));
  const head = await repo.resolve();
  await again.until(name, ({ sync }) => sync.status === 'OutOfSync' && sync.revision === head);
  await again.refresh();
  expect(again.operator.history(name)).toEqual(before);

  await repo.commit({ 'app/a.json': configMap('a', { key: '' }) });
  const { operation } = await again.untilSynced(name);
  expect(operation?.attempt).toBe(1);
  expect(again.operator.history(name).map(({ result }) => result)).toEqual(['succeeded', 'failed', 'failed', 'failed']);
});

test('a wave that does not become healthy ends with its deadline, with a reason, and is tried again', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, waveTimeout: '1s', sync: { retry: { backoff: '100ms' } } },
    ]),
    'app/web.json': deployment('web', 1),
    'app/a.json': configMap('a', {}, wave(1)),
  }));
  const { test: holdfast, kube, name } = delivery;
  const late = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(late.operation?.message).toMatch(
    /not healthy after 1 s, so wave 1 did not begin: Deployment .*web is Progressing/,
  );
  expect(await reader(kube, name)('ConfigMap', 'a')).toBeUndefined();
  await holdfast.until(name, ({ operation }) => (operation?.attempt ?? 0) >= 2);
});
