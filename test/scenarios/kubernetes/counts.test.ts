import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { configMap, deployment, signal, startTarget } from './fixture.ts';

// Of its own: what others do in a shared one (a new definition, say) is a reason for requests.
let access: ControlPlane;

beforeAll(async () => {
  access = await startControlPlane({ controllers: [] });
});
afterAll(async () => await access.stop());

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

test('syncing N changed resources makes N apply requests and no reads; what was applied shows at once', async () => {
  await using world = await startTarget(access);
  const manifests = [
    ...names('map', 20).map(name => configMap(name)),
    ...names('web', 10).map(name => deployment(name)),
  ];
  await world.identify(manifests);
  await world.requests();

  const applied = await world.apply(manifests);
  const first = await world.requests();
  expect(first.filter(({ verb }) => verb !== 'patch')).toEqual([]);
  expect(first).toHaveLength(30);

  const { complete, live } = world.target.observe(world.application, []);
  expect(complete).toBe(true);
  for (const { key, uid, fingerprint } of applied) expect(live.get(key)).toMatchObject({ uid, fingerprint });

  await world.apply([configMap('map-3', { color: 'red' })]);
  expect((await world.requests()).map(({ verb, name }) => [verb, name])).toEqual([['patch', 'map-3']]);
});

test('an idle target makes no requests', async () => {
  await using world = await startTarget(access);
  await world.apply([configMap('idle'), deployment('idle')]);
  await world.target.capabilities(signal);
  await world.requests();
  await delay(3_000);
  const desired = await world.identify([configMap('idle'), deployment('idle')]);
  await world.target.cover(world.application, desired, signal);
  world.target.observe(
    world.application,
    desired.map(({ key }) => key),
  );
  await world.target.capabilities(signal);
  expect(await world.requests()).toEqual([]);
});

test('a new start finds what runs without a write, and reads only what bears our mark', async () => {
  await using world = await startTarget(access);
  const applied = await world.apply([configMap('found'), deployment('found')]);
  await using again = await startTarget(access);
  const { live, complete } = again.target.observe(world.application, []);
  expect(complete).toBe(true);
  for (const { key, uid, fingerprint } of applied) expect(live.get(key)).toMatchObject({ uid, fingerprint });
  expect(again.target.owners()).toContain(world.application);
  const requests = await again.requests();
  expect(requests.filter(({ verb }) => !['list', 'watch', 'get'].includes(verb))).toEqual([]);
  for (const { uri } of requests.filter(
    ({ verb, resource }) => verb === 'list' && !resource.startsWith('customres') && resource !== 'apiservices',
  ))
    expect(uri).toContain('labelSelector=holdfast.dev%2Fapplication');
});
