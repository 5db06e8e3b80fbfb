import { expect, test } from 'vitest';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const many = 2_000;

test('an application of thousands of resources holds up no other: a neighbour’s commit is live while the big one is still under way', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-big`, path: 'big', namespace: `${name}-big` },
      { name: `${name}-small`, path: 'small', namespace: `${name}-small` },
    ]),
    'big/first.json': configMap('first', {}),
    'small/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, repo, kube, name } = delivery;
  await holdfast.untilSynced(`${name}-big`);
  await holdfast.untilSynced(`${name}-small`);

  await repo.commit({
    'big/all.yaml': Array.from({ length: many }, (_, i) => configMap(`c${i}`, { i: `${i}` })).join('\n---\n'),
  });
  await holdfast.refresh();
  await holdfast.until(
    `${name}-big`,
    ({ operation }) => operation?.result === 'running' && operation.results.length > 10,
  );
  const commit = await repo.commit({ 'small/a.json': configMap('a', { color: 'green' }) });
  await holdfast.untilSynced(`${name}-small`, commit);
  expect(holdfast.status(`${name}-big`)?.operation).toMatchObject({ result: 'running' });
  const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: `${name}-small`, name: 'a' };
  expect(await kube.get(a)).toMatchObject({ data: { color: 'green' } });

  await holdfast.until(`${name}-big`, ({ sync }) => sync.status === 'Synced', { deadlineMs: 120_000 });
  expect(holdfast.status(`${name}-big`)?.resources.length).toBe(many + 2);
});
