import { expect, onTestFinished, test } from 'vitest';
import type { SimOperator } from './env/operator.ts';
import type { FaultPlan, PointKind, Verdict } from './faults/point.ts';
import { SimWorld } from './world.ts';

function newWorld(target: 'kubernetes' | 'machine', options: { seed?: number; faults?: FaultPlan } = {}): SimWorld {
  const world = new SimWorld({ seed: 1, target, ...options });
  onTestFinished(() => world.close());
  return world;
}

/** One verdict, at the nth point of a kind. */
function once(kind: PointKind, index: number, verdict: Verdict): FaultPlan {
  return point => (point.kind === kind && point.index === index ? verdict : undefined);
}

function environment(...names: string[]): Record<string, string> {
  const applications = names.map(name => ({ name, path: name, namespace: name }));
  const declared = { apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name: 'fleet' } };
  return { 'holdfast.yaml': JSON.stringify({ ...declared, spec: { applications } }) };
}

function configMaps(application: string, value: string): Record<string, string> {
  const files = ['a', 'b', 'c'].map(name => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } };
    return [`${application}/${name}.json`, JSON.stringify(object)];
  });
  return Object.fromEntries(files);
}

function atRest(world: SimWorld, operator: SimOperator): () => boolean {
  return () => {
    const all = operator.holdfast?.operator.applications() ?? [];
    const wanted = world.git.head();
    return (
      all.length > 0 &&
      all.every(
        ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy' && sync.revision === wanted,
      )
    );
  };
}

function dataOf(world: SimWorld, namespace: string, name: string): unknown {
  return (world.cluster.object('', 'ConfigMap', namespace, name)?.data as Record<string, unknown>)?.value;
}

test('delivers to the model cluster, notices a commit, and comes to rest', async () => {
  const world = newWorld('kubernetes');
  world.git.commit({ ...environment('shop', 'blog'), ...configMaps('shop', '1'), ...configMaps('blog', '1') });
  const operator = await world.start();
  expect(await world.runUntil(atRest(world, operator), 60_000)).toBe(true);
  expect(dataOf(world, 'shop', 'b')).toBe('1');
  world.git.commit(configMaps('shop', '2'));
  expect(await world.runUntil(atRest(world, operator), 60_000)).toBe(true);
  expect(dataOf(world, 'shop', 'b')).toBe('2');
  const writes = world.faults.count('api.write');
  await world.run(600_000);
  expect(world.faults.count('api.write')).toBe(writes);
  await operator.stop();
});

test('goes on after a crash, with the same disk', async () => {
  const world = newWorld('kubernetes', { faults: once('api.write', 2, { do: 'crash-after' }) });
  world.git.commit({ ...environment('shop'), ...configMaps('shop', '1') });
  const first = await world.start();
  await world.runUntil(() => !first.alive, 60_000);
  expect(first.holdfast).toBeUndefined();
  const second = await world.start();
  expect(await world.runUntil(atRest(world, second), 60_000)).toBe(true);
  expect(['a', 'b', 'c'].map(name => dataOf(world, 'shop', name))).toEqual(['1', '1', '1']);
});

test('what an operator runs on a machine outlives its crash, and is taken over', async () => {
  const world = newWorld('machine');
  world.git.commit({ ...environment('web'), 'web/Procfile': 'web: serve 8080\n' });
  const first = await world.start();
  expect(await world.runUntil(atRest(world, first), 60_000)).toBe(true);
  const services = () => world.machine.running().filter(({ command }) => command === 'serve');
  const [service] = services();
  first.crash();
  await world.run(5_000);
  const second = await world.start();
  expect(await world.runUntil(atRest(world, second), 60_000)).toBe(true);
  expect(services()).toEqual([service]);
  await second.stop({ stopProcesses: true });
  expect(services()).toEqual([]);
});

test('a stopped operator sees and does nothing, then all that was due', async () => {
  const world = newWorld('kubernetes');
  world.git.commit({ ...environment('shop'), ...configMaps('shop', '1') });
  const operator = await world.start();
  await world.runUntil(atRest(world, operator), 60_000);
  operator.pause(300_000);
  world.git.commit(configMaps('shop', '2'));
  // What the server sends into an open connection waits in it.
  const done = () => world.faults.points.filter(({ kind }) => kind !== 'watch.event').length;
  const before = done();
  await world.run(299_000);
  expect(done()).toBe(before);
  expect(await world.runUntil(atRest(world, operator), 60_000)).toBe(true);
  expect(dataOf(world, 'shop', 'a')).toBe('2');
});

test('an operator that is cut off from its cluster knows that it does not know, and catches up', async () => {
  const world = newWorld('kubernetes');
  world.git.commit({ ...environment('shop'), ...configMaps('shop', '1') });
  const operator = await world.start();
  await world.runUntil(atRest(world, operator), 60_000);
  world.network.cut('api.test');
  world.git.commit(configMaps('shop', '2'));
  await world.run(300_000);
  expect(operator.holdfast?.operator.application('shop').sync.status).not.toBe('Synced');
  world.network.mend('api.test');
  expect(await world.runUntil(atRest(world, operator), 180_000)).toBe(true);
  expect(dataOf(world, 'shop', 'a')).toBe('2');
});

test('an operator starts again after a power cut', async () => {
  const world = newWorld('machine');
  world.git.commit({ ...environment('web'), 'web/Procfile': 'web: serve 8080\n' });
  await world.runUntil(atRest(world, await world.start()), 1_100);
  world.losePower();
  expect(world.machine.running()).toEqual([]);
  expect(await world.runUntil(atRest(world, await world.start()), 60_000)).toBe(true);
});

test('two operators with disks of their own deliver to one cluster', async () => {
  const world = newWorld('kubernetes');
  world.git.commit({ ...environment('shop'), ...configMaps('shop', '1') });
  const both = [await world.start(), await world.start({ disk: 'b' })];
  for (const operator of both) expect(await world.runUntil(atRest(world, operator), 60_000)).toBe(true);
});

test('the same seed gives the same world, another seed another one', async () => {
  async function hashOf(seed: number): Promise<string> {
    const faults: FaultPlan = ({ kind, index }) =>
      kind === 'api.read' && index % 7 === 3 ? { do: 'status', status: 503 } : undefined;
    const world = newWorld('kubernetes', { seed, faults });
    world.git.commit({ ...environment('shop', 'blog'), ...configMaps('shop', '1'), ...configMaps('blog', '1') });
    const first = await world.start();
    await world.run(150);
    first.crash();
    const second = await world.start();
    await world.runUntil(atRest(world, second), 60_000);
    return world.hash();
  }
  const [one, again, other] = [await hashOf(5), await hashOf(5), await hashOf(6)];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

// Found here: each had stopped delivery until the next commit, the next start or for half an hour.
test.each<[string, PointKind, number, Verdict]>([
  ['a git that dies while declarations are read', 'git.read', 8, { do: 'truncate' }],
  ['a disk that is full when private files are cleared', 'file.write', 13, { do: 'fail' }],
  ['a list whose end is lost', 'watch.event', 1, { do: 'drop' }],
])('is at rest soon after %s', async (_, kind, index, verdict) => {
  const world = newWorld('kubernetes', { faults: once(kind, index, verdict) });
  world.git.commit({ ...environment('shop'), ...configMaps('shop', '1') });
  const operator = await world.start();
  expect(await world.runUntil(atRest(world, operator), 300_000)).toBe(true);
  expect(world.faults.done).toHaveLength(1);
});
