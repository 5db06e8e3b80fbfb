import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { listen, type Proxied, soon, startProxied } from './api-world.ts';

// An etcd of this test's own, that goes away, forgets its history, and goes back in time.

let controlPlane: ControlPlane;
let world: Proxied;
let since: number;
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

beforeAll(async () => {
  controlPlane = await startControlPlane({ controllers: ['garbage-collector-controller'] });
  world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      ...maps('red'),
    }),
    { access: controlPlane },
  );
  await world.test.untilSynced(world.name);
});
beforeEach(() => {
  since = world.mark();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

const maps = (color: string) => Object.fromEntries(names.map(one => [`app/${one}.json`, configMap(one, { color })]));
const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.name, name });
const color = async (name: string) => (await world.kube.get(map(name)))?.data.color;
const deletes = () => world.asked(since).filter(({ verb }) => verb === 'delete');

test('etcd restarts: nothing is written for it, and what happens afterwards is seen', async () => {
  await controlPlane.restartAll();
  await world.kube.patch(map('a'), { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color('a')) === 'red');
  await world.test.until(world.name, ({ sync }) => sync.status === 'Synced');
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
});

test('history is compacted while nobody watches: all is listed anew, deletions of that time are seen, nothing else is done', async () => {
  const { proxy, kube, test: holdfast, name } = world;
  const said = listen(holdfast, name, ({ resources }) =>
    resources.filter(({ health }) => health.status === 'Missing').map(({ id }) => id.name),
  );
  proxy.down = true;
  await kube.delete(map('b'));
  await kube.patch(map('c'), { data: { color: 'by hand' } });
  // Neither etcd nor the API server's own memory knows any more what happened.
  await controlPlane.compact();
  await controlPlane.restart();
  proxy.down = false;
  await waitFor('the repair', async () => (await color('b')) === 'red' && (await color('c')) === 'red');
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  expect(world.writes(since).toSorted()).toEqual(['apply configmaps/b', 'apply configmaps/c']);
  expect([...new Set(said.flat())]).toEqual(['b']);
  const lists = world
    .asked(since)
    .filter(({ path, query }) => path.endsWith('/configmaps') && query.has('sendInitialEvents'));
  expect(lists.length).toBeGreaterThan(0);
});

test('etcd is restored from a backup: what Git says comes back by few writes, and nothing is deleted that should not be', async () => {
  const { kube, repo, test: holdfast, name } = world;
  const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign', namespace: name }, data: {} };
  await kube.create(foreign);
  const uids = async () =>
    Object.fromEntries(await Promise.all(names.map(async of => [of, (await kube.get(map(of)))?.metadata.uid])));
  const before = await uids();
  const backup = await controlPlane.backUp();
  // What the backup does not know: one is changed, one is new, one is dropped, and one was made anew with another UID.
  const commit = await repo.commit({
    'app/a.json': configMap('a', { color: 'green' }),
    'app/new.json': configMap('new', { color: 'green' }),
    'app/f.json': null,
  });
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  await holdfast.untilSynced(name, commit);
  await kube.delete(map('d'));
  await waitFor('its return', async () => (await color('d')) === 'red');
  expect((await kube.get(map('d')))?.metadata.uid).not.toBe(before.d);
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');

  since = world.mark();
  await controlPlane.restore(backup);
  await waitFor(
    'what Git says',
    async () => (await color('a')) === 'green' && (await color('new')) === 'green' && (await color('f')) === undefined,
  );
  await holdfast.until(name, ({ sync, operation }) => sync.status === 'Synced' && operation?.result !== 'running');
  // What Git dropped is back from the backup, bears our mark, and goes again; nothing else does.
  expect(deletes().map(({ name: of }) => of)).toEqual(['f']);
  expect(await uids()).toEqual({ ...before, f: undefined });
  expect(await kube.get(map('foreign'))).toBeDefined();
  const applies = world.writes(since).filter(write => write.startsWith('apply'));
  // Besides the two that differ, the one whose UID is another one than was remembered.
  expect([...new Set(applies)].toSorted().filter(write => !write.endsWith('/d'))).toEqual([
    'apply configmaps/a',
    'apply configmaps/new',
  ]);
  // The next event is seen by the new history's numbers, which are lower than those seen before.
  await kube.patch(map('b'), { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color('b')) === 'red');
});
