import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deployment, reader, wave } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// What a person says instead of Git, and how long it holds.

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-a`, path: 'a', namespace: `${name}-a` },
      { name: `${name}-b`, path: 'b', namespace: `${name}-b` },
      { name: `${name}-c`, path: 'c', namespace: `${name}-c`, historyLimit: 3 },
    ]),
    'a/a.json': configMap('a', { version: '1' }),
    'b/a.json': configMap('a', { version: '1' }),
    'c/a.json': configMap('a', { version: '1' }),
  }));
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

const version = async (name: string) => (await reader(delivery.kube, name)('ConfigMap', 'a'))?.data.version;

test('suspended, an application is left as it is, also over a restart; resumed, it is as Git says', async () => {
  const { repo, kube } = delivery;
  const name = `${delivery.name}-a`;
  await delivery.test.untilSynced(name);
  await delivery.test.operator.suspend(name, 'looking into it', 'appdev');
  const commit = await repo.commit({ 'a/a.json': configMap('a', { version: '2' }) });
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' }, { data: { more: 'x' } });
  await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' });
  const holdfast = await delivery.restart();
  await holdfast.refresh();
  const status = await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync' && sync.revision === commit);
  expect(status.suspended).toMatchObject({ by: 'appdev', reason: 'looking into it' });
  expect(await version(name)).toBeUndefined();
  await holdfast.operator.resume(name, 'backdev');
  const resumed = await holdfast.untilSynced(name, commit);
  expect(resumed.suspended).toBeUndefined();
  expect(await version(name)).toBe('2');
});

test('a rollback holds against Git as it is, over a restart and against drift, until a newer commit', async () => {
  const { repo, kube } = delivery;
  const name = `${delivery.name}-b`;
  await delivery.test.untilSynced(name);
  // What was delivered; commits for others have come since.
  const first = delivery.test.operator.history(name)[0]?.revision ?? '';
  const second = await repo.commit({ 'b/a.json': configMap('a', { version: '2' }) });
  await delivery.test.untilSynced(name, second);
  await delivery.test.operator.rollback(name, {}, 'appdev');
  const pinned = await delivery.test.untilSynced(name, first);
  expect(pinned.pinned).toMatchObject({ revision: first, by: 'appdev' });
  expect(await version(name)).toBe('1');

  const holdfast = await delivery.restart();
  await holdfast.untilSynced(name, first);
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' }, { data: { version: 'x' } });
  await waitFor('the repair', async () => (await version(name)) === '1');

  const third = await repo.commit({ 'b/a.json': configMap('a', { version: '3' }) });
  const status = await holdfast.untilSynced(name, third);
  expect(status.pinned).toBeUndefined();
  expect(await version(name)).toBe('3');
});

test('a sync of a revision of choice pins it, and resume ends that', async () => {
  const { repo } = delivery;
  const name = `${delivery.name}-b`;
  const old = await repo.resolve();
  const newer = await repo.commit({ 'b/a.json': configMap('a', { version: '4' }) });
  await delivery.test.untilSynced(name, newer);
  await delivery.test.operator.sync(name, { revision: old ?? '' }, 'appdev');
  await delivery.test.untilSynced(name, old);
  await delivery.test.operator.resume(name, 'appdev');
  await delivery.test.untilSynced(name, newer);
  expect(await version(name)).toBe('4');
});

test('the history keeps the newest, with who and what, over a restart', async () => {
  const { repo } = delivery;
  const name = `${delivery.name}-c`;
  await delivery.test.untilSynced(name);
  const commits: string[] = [];
  for (let i = 2; i <= 5; i++) {
    const commit = await repo.commit({ 'c/a.json': configMap('a', { version: String(i) }) });
    await delivery.test.untilSynced(name, commit);
    commits.unshift(commit);
  }
  const before = delivery.test.operator.history(name);
  expect(before.map(({ revision, result, startedBy }) => [revision, result, startedBy])).toEqual(
    commits.slice(0, 3).map(commit => [commit, 'succeeded', 'automated']),
  );
  for (const { healthyAt, endedAt } of before) expect(healthyAt).toBeGreaterThanOrEqual(endedAt ?? Number.NaN);
  const holdfast = await delivery.restart();
  await holdfast.untilSynced(name);
  expect(holdfast.operator.history(name)).toEqual(before);
  // To one that is named, not only to the one before.
  await holdfast.operator.rollback(name, { to: commits[2] ?? '' }, 'appdev');
  await holdfast.untilSynced(name, commits[2]);
  expect(await version(name)).toBe('3');
});

test('a cancelled sync ends at once and says by whom; the next commit is delivered', async () => {
  const { test: holdfast, repo } = delivery;
  const name = `${delivery.name}-a`;
  const slow = await repo.commit({
    'a/web.json': deployment('web', 1),
    'a/last.json': configMap('last', {}, wave(1)),
  });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === slow && operation.wave === 1);
  await holdfast.operator.suspend(name, 'wrong', 'appdev');
  await holdfast.operator.cancel(name, 'appdev');
  const { operation } = await holdfast.until(name, ({ operation }) => operation?.result !== 'running');
  expect(operation).toMatchObject({ result: 'superseded', message: 'cancelled by appdev' });
  await holdfast.operator.resume(name, 'appdev');
  const back = await repo.revert(slow);
  await holdfast.untilSynced(name, back);
});

test('a cancelled sync is not begun again by itself: not by looks, a commit to a neighbour, or a restart; resume does', async () => {
  const { test: holdfast, repo } = delivery;
  const name = `${delivery.name}-c`;
  await expect(holdfast.operator.cancel(name, 'appdev')).rejects.toMatchObject({ code: 'APP_NOT_SYNCING' });
  const slow = await repo.commit({
    'c/web.json': deployment('web', 1),
    'c/last.json': configMap('last', {}, wave(1)),
  });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === slow && operation.wave === 1);
  await holdfast.operator.cancel(name, 'appdev');
  const { conditions } = await holdfast.until(name, status => status.conditions.length > 0);
  expect(conditions).toMatchObject([{ type: 'Cancelled', level: 'warning' }]);
  expect(conditions[0]?.message).toContain('cancelled by appdev');
  const ended = holdfast.operator.history(name);
  const elsewhere = await repo.commit({ 'a/a.json': configMap('a', { version: 'elsewhere' }) });
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === elsewhere);
  expect(holdfast.operator.history(name)).toEqual(ended);

  const again = await delivery.restart();
  const told = await again.until(name, status => status.conditions.length > 0);
  expect(told.conditions).toEqual(conditions);
  expect(again.operator.history(name)).toEqual(ended);

  await again.operator.resume(name, 'appdev');
  const { operation } = await again.until(name, status => status.operation?.result === 'running');
  expect(operation).toMatchObject({ startedBy: 'automated', revision: elsewhere });
  await again.untilSynced(name, await repo.commit({ 'c/web.json': null, 'c/last.json': null }));
  expect(again.status(name)?.conditions).toEqual([]);
});

test('a rollback delivers nothing that a project forbids by now', async () => {
  const { test: holdfast, repo, kube } = delivery;
  const name = `${delivery.name}-refused`;
  const declared = (sourceRepos: string[]) =>
    JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name: delivery.name } },
      spec: {
        projects: [
          {
            ...{ name: 'strict', sourceRepos, destinations: [{ server: '*', namespace: '*' }] },
            clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
          },
        ],
        applications: [
          ...['a', 'b', 'c'].map(one => ({
            name: `${delivery.name}-${one}`,
            path: one,
            namespace: `${delivery.name}-${one}`,
          })),
          { name, path: 'refused', namespace: name, project: 'strict' },
        ],
      },
    });
  const file = (version: string) => ({ 'refused/a.json': configMap('a', { version }) });
  await repo.commit({ 'holdfast.yaml': declared(['*']), ...file('1') });
  await holdfast.untilSynced(name);
  await holdfast.untilSynced(name, await repo.commit(file('2')));
  await repo.commit({ 'holdfast.yaml': declared(['https://elsewhere.test/*']) });
  await holdfast.refresh();
  await holdfast.until(name, ({ conditions }) => conditions.some(({ level }) => level === 'error'));
  await expect(holdfast.operator.rollback(name, {}, 'appdev')).rejects.toMatchObject({ code: 'APP_REFUSED' });
  expect((await reader(kube, name)('ConfigMap', 'a'))?.data).toEqual({ version: '2' });
  expect(holdfast.operator.application(name).pinned).toBeUndefined();
});
