import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, hook, makeReady, reader } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// In a repository of many applications most commits are about others: they are newer, and change nothing here.

test('a commit to a neighbour does not end a sync that waits, and its hooks still have their turn', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name },
      { name: `${name}-neighbour`, path: 'neighbour', namespace: name },
    ]),
    'app/web.json': deployment('web'),
    'app/after.json': hook('after', 'PostSync'),
    'neighbour/a.json': configMap('a', { version: '1' }),
  }));
  const { test: holdfast, repo, kube, name } = delivery;
  await finishJob(kube, name, 'after', 'Succeeded');
  await holdfast.untilSynced(name);
  const first = (await reader(kube, name)('Job', 'after'))?.metadata.uid;

  const commit = await repo.commit({ 'app/web.json': deployment('web', 1) });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === commit && operation.phase === 'PostSync');
  const next = await repo.commit({ 'neighbour/a.json': configMap('a', { version: '2' }) });
  await holdfast.untilSynced(`${name}-neighbour`, next);
  await holdfast.until(name, ({ sync }) => sync.revision === next);
  expect(holdfast.status(name)?.operation).toMatchObject({ result: 'running', revision: next });

  await makeReady(kube, name, 'web');
  await finishJob(kube, name, 'after', 'Succeeded');
  await holdfast.untilSynced(name, next);
  expect((await reader(kube, name)('Job', 'after'))?.metadata.uid).not.toBe(first);
  expect(holdfast.operator.history(name).map(({ result }) => result)).toEqual(['succeeded', 'succeeded']);
});

test.each([
  {
    what: 'the sync was too late',
    end: async ({ test: holdfast, name }: Delivery) => {
      await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
    },
  },
  {
    what: 'Holdfast was stopped',
    end: async (delivery: Delivery) => {
      await delivery.restart(() => delivery.repo.commit({ 'neighbour/a.json': configMap('a', { version: '2' }) }));
    },
  },
])('$what, a neighbour committed, and all is healthy: the hooks after it still have their turn', async ({ end }) => {
  // The neighbour's commit is no new reason to try: it happens after the pause.
  const retry = { backoff: '2s', maxBackoff: '2s' };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, waveTimeout: '2s', sync: { retry } },
      { name: `${name}-neighbour`, path: 'neighbour', namespace: name },
    ]),
    'app/web.json': deployment('web'),
    'app/after.json': hook('after', 'PostSync'),
    'neighbour/a.json': configMap('a', { version: '1' }),
  }));
  const { repo, kube, name } = delivery;
  await finishJob(kube, name, 'after', 'Succeeded');
  await delivery.test.untilSynced(name);
  const first = (await reader(kube, name)('Job', 'after'))?.metadata.uid;

  const commit = await repo.commit({ 'app/web.json': deployment('web', 1) });
  await delivery.test.refresh();
  await delivery.test.until(name, ({ operation }) => operation?.revision === commit && operation.phase === 'PostSync');
  await end(delivery);
  await makeReady(kube, name, 'web');
  const next = await repo.commit({ 'neighbour/a.json': configMap('a', { version: '3' }) });
  await delivery.test.refresh();
  await waitFor('the hook to run', async () => {
    const found = await reader(kube, name)('Job', 'after');
    return found !== undefined && found.metadata.uid !== first;
  });
  await finishJob(kube, name, 'after', 'Succeeded');
  await delivery.test.untilSynced(name, next);
  expect(delivery.test.operator.history(name)[0]).toMatchObject({ result: 'succeeded', revision: next });
});
