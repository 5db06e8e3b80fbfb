import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, hook, makeReady, reader, writesIn } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

// Stopping leaves what a crash leaves: the record of a sync that did not end.

test('a hook that is the same as for the revision before has its turn also when Holdfast was stopped before it', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/web.json': deployment('web'),
    'app/after.json': hook('after', 'PostSync'),
  }));
  const { repo, kube, name } = delivery;
  await finishJob(kube, name, 'after', 'Succeeded');
  await delivery.test.untilSynced(name);
  const first = (await reader(kube, name)('Job', 'after'))?.metadata.uid;

  // Its Pod is not ready, so the hook has to wait, with nothing left to apply.
  const commit = await repo.commit({ 'app/web.json': deployment('web', 1) });
  await delivery.test.refresh();
  await delivery.test.until(name, ({ operation }) => operation?.revision === commit && operation.phase === 'PostSync');
  const holdfast = await delivery.restart(() => makeReady(kube, name, 'web'));
  await finishJob(kube, name, 'after', 'Succeeded');
  const { operation } = await holdfast.untilSynced(name, commit);
  expect(operation).toMatchObject({ result: 'succeeded', revision: commit });
  expect((await reader(kube, name)('Job', 'after'))?.metadata.uid).not.toBe(first);
  expect(holdfast.operator.history(name).map(({ result }) => result)).toEqual(['succeeded', 'succeeded']);
});

test('a hook that ended meanwhile has run', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', {}),
    'app/after.json': hook('after', 'PostSync', 'HookSucceeded'),
  }));
  const { kube, access, name } = delivery;
  await waitFor('the hook', () => reader(kube, name)('Job', 'after'));
  const since = await mark(access);
  const holdfast = await delivery.restart(() => finishJob(kube, name, 'after', 'Succeeded'));
  const { operation } = await holdfast.untilSynced(name);
  expect(operation?.result).toBe('succeeded');
  expect(await writesIn(access, since, name)).toEqual(['delete jobs/after']);
});

test('a sync that nobody takes up again is closed, and says why', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/a.json': configMap('a', {}),
    'app/before.json': hook('before', 'PreSync'),
  }));
  const { name } = delivery;
  await delivery.test.until(name, ({ sync }) => sync.status === 'OutOfSync');
  await delivery.test.operator.sync(name, {}, 'appdev');
  await delivery.test.until(name, ({ operation }) => operation?.results.some(({ action }) => action === 'run'));
  const holdfast = await delivery.restart();
  const { operation } = await holdfast.until(
    name,
    ({ operation }) => operation !== undefined && operation.result !== 'running',
  );
  expect(operation).toMatchObject({ result: 'superseded', message: 'Holdfast was stopped before it ended' });
});

test('killed between making a hook and remembering it: what was made counts', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', {}),
    'app/before.json': hook('before', 'PreSync'),
  }));
  const { kube, access, name } = delivery;
  await waitFor('the hook', () => reader(kube, name)('Job', 'before'));
  const since = await mark(access);
  const holdfast = await delivery.restart(async data => {
    await finishJob(kube, name, 'before', 'Succeeded');
    using database = new DatabaseSync(join(data, 'store.db'));
    database.exec("DELETE FROM documents WHERE kind = 'applied'");
  });
  await holdfast.untilSynced(name);
  expect((await writesIn(access, since, name)).filter(write => write.includes('jobs'))).toEqual([]);
});
