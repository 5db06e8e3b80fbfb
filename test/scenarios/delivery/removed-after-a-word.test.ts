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

  await delivery.test.operator.remove(name, { orphan: false }, 'ana');
  await waitFor('the application to be gone', () => delivery.test.status(name) === undefined);
  expect(await get('ConfigMap', 'precious')).toBeUndefined();
});
