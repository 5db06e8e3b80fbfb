import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import type { KubeObject } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { type Proxied, soon, startProxied } from './api-world.ts';

// An API behind the API server whose own server is down. With it, discovery is partial, and namespaces cannot end.

let controlPlane: ControlPlane;
let world: Proxied;

const service: KubeObject = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.away.test' },
  spec: {
    ...{ group: 'away.test', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 },
    insecureSkipTLSVerify: true,
    service: { name: 'nowhere', namespace: 'default' },
  },
};
const reference = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: service.metadata.name };
const gadget = manifest({ apiVersion: 'away.test/v1beta1', kind: 'Gadget', metadata: { name: 'g' } });

beforeAll(async () => {
  controlPlane = await startControlPlane({ controllers: ['garbage-collector-controller', 'namespace-controller'] });
  world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon, waveTimeout: '2s' }]),
      'app/a.json': configMap('a', { color: 'red' }),
      'app/b.json': configMap('b', { color: 'red' }),
    }),
    { access: controlPlane },
  );
  await world.test.untilSynced(world.name);
  const since = world.mark();
  await world.kube.create(service);
  await waitFor('the API to be known as down', async () =>
    (await world.kube.get(reference))?.status?.conditions?.some(
      ({ type, status }: { type: string; status: string }) => type === 'Available' && status === 'False',
    ),
  );
  // The operator has asked anew what is served; the group is in the answer, without kinds.
  const groups = await waitFor('discovery', async () => {
    const asked = world.asked(since).some(({ path, status }) => path === '/apis' && status === 200);
    return asked && (await world.kube.request('GET', '/apis')).body.groups;
  });
  expect(groups.map(({ name }: { name: string }) => name)).toContain('away.test');
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

const color = async (name: string) =>
  (await world.kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.name, name }))?.data.color;

test('kinds of an API whose server is down are unknown and not absent: all others go on, and nothing is deleted', async () => {
  const { test: holdfast, repo, kube, name } = world;
  const since = world.mark();
  await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }), 'app/gadget.json': gadget });
  await holdfast.refresh();
  await waitFor('what can be', async () => (await color('a')) === 'green');
  const status = await holdfast.until(name, ({ conditions }) =>
    conditions.some(({ type, message }) => type === 'ResourceError' && message.includes('Gadget')),
  );
  expect(JSON.stringify(status.conditions)).toMatch(/does not answer/);
  expect(status.sync.status).not.toBe('Synced');
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'b' }, { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color('b')) === 'red');
  expect(world.writes(since)).toEqual(['apply configmaps/a', 'apply configmaps/b']);

  // Without it again, and without the API: no doubt is left.
  const commit = await repo.commit({ 'app/gadget.json': null });
  await holdfast.untilSynced(name, commit);
  expect(world.writes(since)).toHaveLength(2);
});

test('a namespace that is stuck in its end: it is said so, tries are few; when it has gone, all is made anew', async () => {
  const { test: holdfast, repo, kube, name } = world;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name };
  const since = world.mark();
  await kube.delete(namespace);
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'blue' }) });
  await holdfast.refresh();
  const failed = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(failed.operation?.message).toMatch(/terminat|being deleted|on its way out/i);
  expect(failed.sync.status).toBe('OutOfSync');
  expect((await kube.get(namespace))?.metadata.deletionTimestamp).toBeDefined();
  expect(world.writes(since).filter(write => write.startsWith('delete'))).toEqual([]);
  expect(world.asked(since).filter(({ verb }) => verb === 'apply').length).toBeLessThan(30);

  await kube.delete(reference);
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
  expect([await color('a'), await color('b')]).toEqual(['blue', 'red']);
});
