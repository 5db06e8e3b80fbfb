import { expect, test } from 'vitest';
import { reader, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('resources say whether they may be pruned: never, after a word, and whether anybody minds them', async () => {
  const kinds = {
    free: {},
    never: syncOptions('Prune=false'),
    confirm: syncOptions('Prune=confirm'),
    foreign: { ...syncOptions('Prune=false'), 'argocd.argoproj.io/compare-options': 'IgnoreExtraneous' },
  };
  const names = Object.keys(kinds);
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, maxDelete: '100%' }]),
    'app/stays.json': configMap('stays', {}),
    ...Object.fromEntries(Object.entries(kinds).map(([one, given]) => [`app/${one}.json`, configMap(one, {}, given)])),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(name);

  await repo.commit(Object.fromEntries(names.map(one => [`app/${one}.json`, null])));
  await holdfast.refresh();
  const status = await holdfast.until(
    name,
    ({ sync, operation }) => sync.message === '2 no longer declared' && operation?.result === 'succeeded',
  );
  expect(await get('ConfigMap', 'free')).toBeUndefined();
  for (const kept of ['never', 'confirm', 'foreign']) expect(await get('ConfigMap', kept)).toBeDefined();
  const held = status.conditions.filter(({ type }) => type === 'HeldBack').map(({ message }) => message);
  expect(held.toSorted()).toEqual([
    `ConfigMap ${name}/confirm: its deletion waits for a person to confirm it`,
    `ConfigMap ${name}/foreign: its prune option forbids it`,
    `ConfigMap ${name}/never: its prune option forbids it`,
  ]);

  await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.until(name, ({ operation }) => operation?.startedBy === 'appdev' && operation.result === 'succeeded');
  expect(await get('ConfigMap', 'confirm')).toBeDefined();

  await holdfast.operator.sync(name, { confirm: true }, 'appdev');
  await holdfast.until(name, ({ sync }) => sync.message === '1 no longer declared');
  // What is being deleted counts no more; the garbage collector takes its time.
  await expect.poll(() => get('ConfigMap', 'confirm'), { timeout: 20_000 }).toBeUndefined();
  for (const kept of ['never', 'foreign']) expect(await get('ConfigMap', kept)).toBeDefined();
});
