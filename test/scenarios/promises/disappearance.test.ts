import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

test('many declarations that disappear at once are held back until a person deletes them', async () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f'];
  const declared = (name: string, kept: string[]) =>
    environmentOf(
      name,
      kept.map(one => ({ name: `${name}-${one}`, path: one, namespace: name })),
    );
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': declared(name, all),
    ...Object.fromEntries(all.map(one => [`${one}/a.json`, configMap(one, {})])),
  }));
  const { test: holdfast, repo, name, kube, access } = delivery;
  for (const one of all) await holdfast.untilSynced(`${name}-${one}`);
  const since = await mark(access);
  await repo.commit({ 'holdfast.yaml': declared(name, ['a']) });
  await holdfast.refresh();
  const held = () => holdfast.operator.environment().problems.join('\n');
  await waitFor('it to be said', () => held().includes('5 of 6 applications are no longer declared'));
  // Also after a restart, when only the store knows of them.
  const again = await delivery.restart();
  await again.untilSynced(`${name}-b`);
  expect(again.operator.environment().problems.join('\n')).toContain('are no longer declared');
  await again.untilSynced(`${name}-a`);
  expect(await writesIn(access, since, name)).toEqual([]);

  await again.operator.remove(`${name}-b`, { orphan: false }, 'appdev');
  await waitFor('its deletion', async () => (await reader(kube, name)('ConfigMap', 'b')) === undefined);
  expect(await writesIn(access, since, name)).toEqual(['delete configmaps/b']);
  // Declared again, they are as before.
  await repo.commit({ 'holdfast.yaml': declared(name, ['a', 'c', 'd', 'e', 'f']) });
  await again.refresh();
  for (const one of ['c', 'f']) await again.untilSynced(`${name}-${one}`);
  expect(again.operator.environment().problems).toEqual([]);
});

test('of two applications both declarations vanish: they are kept, until one is declared again', async () => {
  const both = ['a', 'b'];
  const declared = (name: string, kept: string[]) =>
    environmentOf(
      name,
      kept.map(one => ({ name: `${name}-${one}`, path: one, namespace: name })),
    );
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': declared(name, both),
    ...Object.fromEntries(both.map(one => [`${one}/a.json`, configMap(one, {})])),
  }));
  const { test: holdfast, repo, name, kube, access } = delivery;
  for (const one of both) await holdfast.untilSynced(`${name}-${one}`);
  const since = await mark(access);
  await repo.commit({ 'holdfast.yaml': declared(name, []) });
  await holdfast.refresh();
  const held = () => holdfast.operator.environment().problems.join('\n');
  await waitFor('it to be said', () => held().includes('2 of 2 applications are no longer declared'));
  expect(await writesIn(access, since, name)).toEqual([]);
  // With one that stays, the other one's absence is a wish.
  await repo.commit({ 'holdfast.yaml': declared(name, ['a']) });
  await holdfast.refresh();
  await waitFor('the end of the other', () => holdfast.status(`${name}-b`) === undefined);
  expect(await reader(kube, name)('ConfigMap', 'b')).toBeUndefined();
  expect(await writesIn(access, since, name)).toEqual(['delete configmaps/b']);
  expect(held()).toBe('');
});

test.each([
  { cascade: true, left: [] },
  { cascade: false, left: ['a'] },
])('an application that is no longer declared, with cascade $cascade, leaves $left', async ({ cascade, left }) => {
  const keeper = { name: 'keeper', path: 'keeper', namespace: 'default' };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { ...keeper, name: `${name}-keeper` },
      { name, path: 'app', namespace: name, cascade },
    ]),
    'keeper/a.json': configMap(`${name}-keeper`, {}),
    'app/a.json': configMap('a', {}),
  }));
  const { test: holdfast, repo, name, kube } = delivery;
  await holdfast.untilSynced(name);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, [{ ...keeper, name: `${name}-keeper` }]) });
  await holdfast.refresh();
  await waitFor('it to be gone', () => holdfast.status(name) === undefined);
  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
  expect(
    maps.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name),
  ).toEqual(left);
  const events = holdfast.operator.events({ application: name, limit: 1_000 });
  expect(events.at(-1)?.message).toMatch(cascade ? /is no longer declared, and deleted/ : /what it delivered stays/);
  await holdfast.untilSynced(`${name}-keeper`);
});

test('declared away while Holdfast was stopped, it goes at the next start', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', {}),
  }));
  const { repo, name, kube } = delivery;
  await delivery.test.untilSynced(name);
  const holdfast = await delivery.restart(() =>
    repo.commit({ 'holdfast.yaml': environmentOf(name, []), 'app/a.json': null }),
  );
  await waitFor('its end', async () => (await reader(kube, name)('ConfigMap', 'a')) === undefined);
  await waitFor('its end', () => holdfast.status(name) === undefined);
});

test('all manifests of an application gone at once: nothing is deleted without a word', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', {}),
    'app/b.json': configMap('b', {}),
    'app/README.md': 'stays',
  }));
  const { test: holdfast, repo, name, access, kube } = delivery;
  await holdfast.untilSynced(name);
  const since = await mark(access);
  await repo.commit({ 'app/a.json': null, 'app/b.json': null });
  await holdfast.refresh();
  const held = await holdfast.until(name, ({ conditions }) => conditions.length > 0);
  expect(held.sync.status).not.toBe('Synced');
  expect(await writesIn(access, since, name)).toEqual([]);
  await holdfast.operator.sync(name, { prune: true, confirm: true }, 'appdev');
  await waitFor('the deletion', async () => (await reader(kube, name)('ConfigMap', 'a')) === undefined);
});
