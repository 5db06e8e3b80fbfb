import { expect, test } from 'vitest';
import { createNamespace } from '../../world/cluster.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { soon, startProxied } from './api-world.ts';

const service = (name: string) =>
  manifest({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }] } });

test('a quota that is used up: what fits is delivered, what does not is named, and all is when there is room', async () => {
  await using kube = new KubeClient(await sharedControlPlane());
  const namespace = await createNamespace(kube, 'quota');
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'services', namespace } };
  await kube.create({ ...quota, spec: { hard: { services: '1' } } });
  const reference = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'services' };
  await waitFor('the quota', async () => (await kube.get(reference))?.status?.hard !== undefined);
  await using world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace, sync: soon }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/one.json': service('one'),
    'app/two.json': service('two'),
  }));
  const { test: holdfast, name } = world;
  const failed = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(failed.operation?.message).toMatch(/exceeded quota: services/);
  expect(failed.sync).toMatchObject({ status: 'OutOfSync', message: '1 not applied yet' });
  expect(failed.resources.filter(({ sync }) => sync === 'OutOfSync')).toHaveLength(1);
  const there = await kube.list({ apiVersion: 'v1', kind: 'Service', namespace });
  expect(there).toHaveLength(1);
  expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'config' })).toBeDefined();

  await kube.patch(reference, { spec: { hard: { services: '2' } } });
  await holdfast.untilSynced(name);
  expect(await kube.list({ apiVersion: 'v1', kind: 'Service', namespace })).toHaveLength(2);
  const made = world.writes(0).filter(write => write !== `apply namespaces/${namespace}`);
  expect(made.toSorted()).toEqual(['apply configmaps/config', 'apply services/one', 'apply services/two']);
});
