import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { reader, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('Delete=confirm: the application stays listed, and says what it waits for, until a person deletes it', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/free.json': configMap('free', {}),
    'app/precious.json': configMap('precious', {}, syncOptions('Delete=confirm')),
  }));
  const { kube, name, repo } = delivery;
  const get = reader(kube, name);
  await delivery.test.untilSynced(name);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, []) });
  await delivery.test.refresh();
  await waitFor('the other one to be gone', async () => (await get('ConfigMap', 'free')) === undefined);
  const isWaiting = () =>
    delivery.test.until(name, ({ conditions }) =>
      conditions.some(({ message }) => message.includes('precious: its deletion waits for a person')),
    );
  await isWaiting();
  await delivery.restart();
  await isWaiting();
  expect(await get('ConfigMap', 'precious')).toBeDefined();

  await delivery.test.operator.remove(name, { orphan: false }, 'appdev');
  await waitFor('the application to be gone', () => delivery.test.status(name) === undefined);
  expect(await get('ConfigMap', 'precious')).toBeUndefined();
});

test('that it is no longer declared is said at once, and what it waits for, while another repository does not answer', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }, unreadable(name)]),
    'app/free.json': configMap('free', {}),
    'app/precious.json': configMap('precious', {}, syncOptions('Delete=confirm')),
  }));
  const { kube, name, repo } = delivery;
  await delivery.test.untilSynced(name);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, [unreadable(name)]) });
  await delivery.test.refresh();
  const { conditions } = await delivery.test.until(name, ({ conditions: said }) => said.length === 2);
  expect(conditions.map(({ type }) => type)).toEqual(['HeldBack', 'WaitsForOthers']);
  // Nobody knows yet whether the other one declares it.
  expect(await reader(kube, name)('ConfigMap', 'free')).toBeDefined();
});

const unreadable = (name: string) => ({
  name: `${name}-far`,
  repo: 'https://127.0.0.1:9/far.git',
  path: 'app',
  namespace: name,
});
