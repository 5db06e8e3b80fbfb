import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deployment, makeReady, reader } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

test('an application waits until what it depends on is Synced and Healthy, and then goes at once', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-web`, path: 'web', namespace: name, dependsOn: [`${name}-data`] },
      { name: `${name}-data`, path: 'data', namespace: name },
    ]),
    'data/data.json': deployment('data', 1),
    'web/a.json': configMap('a', {}),
  }));
  const { test: holdfast, kube, name } = delivery;
  const get = reader(kube, name);
  await holdfast.until(
    `${name}-data`,
    ({ health, sync }) => sync.status === 'Synced' && health.status === 'Progressing',
  );
  const waiting = await holdfast.until(`${name}-web`, ({ conditions }) =>
    conditions.some(({ message }) => message.includes('Synced and Progressing')),
  );
  expect(waiting.sync.status).toBe('OutOfSync');
  expect(waiting.conditions).toMatchObject([{ type: 'WaitsForDependency', level: 'warning' }]);
  expect(await get('ConfigMap', 'a')).toBeUndefined();
  await makeReady(kube, name, 'data');
  const synced = await holdfast.until(`${name}-web`, ({ sync }) => sync.status === 'Synced');
  expect(synced.conditions).toEqual([]);
});

test('a circle is refused with line and column, and what was declared before goes on', async () => {
  const circle = (name: string, last: string[]) =>
    environmentOf(name, [
      { name: `${name}-a`, path: 'a', namespace: name, dependsOn: [`${name}-b`] },
      { name: `${name}-b`, path: 'b', namespace: name, dependsOn: last },
    ]);
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': circle(name, []),
    'a/a.json': configMap('a', { version: '1' }),
    'b/b.json': configMap('b', {}),
  }));
  const { test: holdfast, repo, name, kube } = delivery;
  for (const one of ['a', 'b']) await holdfast.untilSynced(`${name}-${one}`);
  const commit = await repo.commit({
    'holdfast.yaml': circle(name, [`${name}-a`]),
    'a/a.json': configMap('a', { version: '2' }),
  });
  await holdfast.untilSynced(`${name}-a`, commit);
  expect(holdfast.operator.environment().problems.join('\n')).toMatch(
    /holdfast\.yaml:1: column \d+: .*waits for itself/,
  );
  expect(await reader(kube, name)('ConfigMap', 'a')).toMatchObject({ data: { version: '2' } });
  await repo.revert(commit);
  await holdfast.refresh();
  expect(holdfast.operator.environment().problems).toEqual([]);
});

test('a dependency that is not declared is named, and what was declared before goes on', async () => {
  const declared = (name: string, more: object[]) =>
    environmentOf(name, [{ name: `${name}-a`, path: 'a', namespace: name, dependsOn: [`${name}-b`] }, ...(more as [])]);
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': declared(name, [{ name: `${name}-b`, path: 'b', namespace: name }]),
    'a/a.json': configMap('a', { version: '1' }),
    'b/b.json': configMap('b', {}),
  }));
  const { test: holdfast, repo, name } = delivery;
  for (const one of ['a', 'b']) await holdfast.untilSynced(`${name}-${one}`);
  await repo.commit({ 'holdfast.yaml': declared(name, []) });
  await holdfast.refresh();
  await waitFor('it to be said', () => holdfast.operator.environment().problems.join('').includes(`${name}-b`));
  await holdfast.untilSynced(`${name}-a`);
});
