import { expect, test } from 'vitest';
import { reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

const names = Array.from({ length: 6 }, (_, i) => `c${i}`);
const all = Object.fromEntries(names.map(name => [`app/${name}.json`, configMap(name, {})]));
const none = (kept: number) => Object.fromEntries(names.slice(kept).map(name => [`app/${name}.json`, null]));

test.each([
  { what: 'a commit that drops most of what runs', dropped: none(1), reason: /^5 of 6 resources would be deleted/ },
  {
    what: 'a commit that drops all of it',
    dropped: { ...none(0), 'app/empty.yaml': '# nothing\n' },
    reason: /^nothing is declared any more; deleting all 6 resources/,
  },
])('$what deletes nothing before a person agrees', async ({ dropped, reason }) => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...all,
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);
  const left = async () => (await Promise.all(names.map(one => get('ConfigMap', one)))).filter(Boolean).length;
  await holdfast.untilSynced(name);

  const commit = await repo.commit(dropped);
  await holdfast.refresh();
  const { sync, resources } = await holdfast.until(
    name,
    ({ conditions, sync: { revision } }) =>
      revision === commit && conditions.some(({ type, message }) => type === 'HeldBack' && reason.test(message)),
  );
  expect(sync.status).toBe('OutOfSync');
  const extra = resources.filter(({ drift }) => drift?.kind === 'extra');
  expect(extra.map(({ held = '' }) => reason.test(held))).toEqual(extra.map(() => true));
  expect(await left()).toBe(6);

  // Asking without the word changes nothing.
  await holdfast.operator.sync(name, { prune: true }, 'appdev');
  await holdfast.until(name, ({ operation }) => operation?.startedBy === 'appdev' && operation.result === 'succeeded');
  expect(await left()).toBe(6);

  await holdfast.operator.sync(name, { confirm: true }, 'appdev');
  await holdfast.untilSynced(name, commit);
  expect(await left()).toBe(6 - Object.keys(none(0)).filter(path => path in dropped).length);
});

test('a directory that is gone, or cannot be rendered, deletes nothing and says why', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...all,
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  await holdfast.untilSynced(name);
  await repo.commit(none(0));
  await holdfast.refresh();
  const { sync, conditions } = await holdfast.until(name, ({ sync: { status } }) => status !== 'Synced');
  expect([sync.status, ...conditions.map(({ type }) => type)]).toEqual(['Unknown', 'ComparisonError']);
  for (const one of names) expect(await reader(kube, name)('ConfigMap', one)).toBeDefined();
});

test('where allowEmpty says so, an empty application is what is wanted', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, maxDelete: '100%', sync: { allowEmpty: true } },
    ]),
    ...all,
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  await holdfast.untilSynced(name);
  const commit = await repo.commit({ ...none(0), 'app/empty.yaml': '# nothing\n' });
  await holdfast.untilSynced(name, commit);
  for (const one of names) expect(await reader(kube, name)('ConfigMap', one)).toBeUndefined();
});
