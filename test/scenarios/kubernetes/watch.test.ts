import { afterEach, beforeAll, expect, test } from 'vitest';
import { createNamespace } from '../../world/cluster.ts';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, deployment, type Fixture, signal, startTarget, tampered } from './fixture.ts';

let access: ControlPlane;

beforeAll(async () => {
  access = await startControlPlane({ controllers: [] });
  return () => access.stop();
});
afterEach(() => access.thaw());

const reference = (world: Fixture, name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: world.namespace,
  name,
});
const seen = (world: Fixture) => [...world.target.observe(world.application, []).live.values()];

async function changeIsSeen(world: Fixture, name: string): Promise<void> {
  const before = seen(world).find(({ id }) => id.name === name)!.fingerprint;
  await world.admin.patch(reference(world, name), { data: { color: `other-${Math.random()}` } });
  await waitFor('the change', () => seen(world).find(({ id }) => id.name === name)?.fingerprint !== before);
}

test('the API server restarts: nothing is forgotten, and watches go on', async () => {
  await using world = await startTarget(access);
  await world.apply([configMap('a'), deployment('a')]);
  const changes: string[] = [];
  world.target.onChange(application => changes.push(application));
  await access.restart();
  expect(seen(world)).toHaveLength(2);
  await changeIsSeen(world, 'a');
  expect(seen(world)).toHaveLength(2);
});

test('what is deleted while nobody watches is missed', async () => {
  await using world = await startTarget(access, { silenceMs: 1_000 });
  await world.apply([configMap('a'), configMap('b')]);
  await access.restart();
  await world.admin.delete(reference(world, 'a'));
  await waitFor('the absence', () => seen(world).length === 1);
});

test('a server that takes connections and says nothing is noticed, and is not believed to be empty', async () => {
  await using world = await startTarget(access, { silenceMs: 500 });
  const [applied] = await world.apply([configMap('a')]);
  access.freeze();
  const doubt = await waitFor('doubt', () => {
    const observation = world.target.observe(world.application, [applied!.key]);
    return observation.complete ? undefined : observation;
  });
  expect(doubt.live.size).toBe(1);
  expect(doubt.reason).toMatch(/did not answer|connection/);
  access.thaw();
  await waitFor('certainty', () => world.target.observe(world.application, [applied!.key]).complete);
});

test('everything is listed anew now and then, without a false change', async () => {
  await using world = await startTarget(access, { relistMs: 1_000 });
  await world.apply([configMap('a')]);
  await world.requests();
  const changes: string[] = [];
  world.target.onChange(application => changes.push(application));
  const lists = await waitFor(
    'two lists',
    async () => {
      const found = (await world.requests()).filter(
        ({ uri, resource }) => resource === 'configmaps' && uri.includes('sendInitialEvents'),
      );
      return found.length > 0 && found;
    },
    { everyMs: 500 },
  );
  expect(lists[0]!.uri).not.toMatch(/[?&]resourceVersion=/);
  expect(changes).toEqual([]);
  await changeIsSeen(world, 'a');
});

test('history that is gone (410) means to list anew', async () => {
  let isOld = false;
  const env = tampered(request => {
    if (!isOld || !request.path.includes('/configmaps?') || !/[?&]resourceVersion=\d+/.test(request.path))
      return request;
    isOld = false;
    return { ...request, path: request.path.replace(/resourceVersion=\d+/, 'resourceVersion=1') };
  });
  await using world = await startTarget(access, { env, silenceMs: 800 });
  await world.apply([configMap('a')]);
  isOld = true;
  await changeIsSeen(world, 'a');
  expect(seen(world)).toHaveLength(1);
});

test('servers without streaming lists are listed page by page', async () => {
  const env = tampered(request =>
    // The API server refuses what it would refuse without this feature.
    request.path.includes('sendInitialEvents')
      ? { ...request, path: request.path.replace('&resourceVersionMatch=NotOlderThan', '') }
      : { ...request, path: request.path.replace('limit=500', 'limit=2') },
  );
  await using before = await startTarget(access);
  await before.apply(['a', 'b', 'c', 'd', 'e'].map(name => configMap(name)));
  await using world = await startTarget(access, { env });
  expect([...world.target.observe(before.application, []).live.values()]).toHaveLength(5);
  await world.apply([configMap('x')]);
  await changeIsSeen(world, 'x');
});

test('a wiped cluster is seen as empty and takes everything again, though its history begins anew', async () => {
  await using world = await startTarget(access, { silenceMs: 2_000 });
  const manifests = [configMap('a'), configMap('b'), deployment('a')];
  const applied = await world.apply(manifests);
  const keys = applied.map(({ key }) => key);
  await access.wipe();
  await waitFor('emptiness', () => {
    const { complete, live } = world.target.observe(world.application, keys);
    return complete && live.size === 0;
  });
  const namespace = await createNamespace(world.admin);
  const again = await world.apply(manifests, world.context({ namespace }));
  for (const { key, uid } of again)
    await waitFor(key, () => world.target.observe(world.application, []).live.get(key)?.uid === uid);
  await world.admin.patch({ ...reference(world, 'a'), namespace }, { data: { color: 'x' } });
  const first = again[0]!;
  await waitFor(
    'the change',
    () => world.target.observe(world.application, []).live.get(first.key)?.fingerprint !== first.fingerprint,
  );
  await world.target.capabilities(signal);
});
