import { expect, test } from 'vitest';
import { createNamespace, createServiceAccount } from '../../world/cluster.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { soon, startProxied } from './api-world.ts';

const quota = (pods: string) =>
  manifest({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'limit' }, spec: { hard: { pods } } });

test('rights to one kind that are taken away and given back: the other kinds go on, nothing is deleted, and it is said what lacks', async () => {
  const access = await sharedControlPlane();
  await using admin = new KubeClient(access);
  const namespace = await createNamespace(admin, 'rights');
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
  const rules = (resources: string[]) => [{ apiGroups: [''], resources, verbs }];
  const account = await createServiceAccount(admin, namespace, {
    clusterRules: rules(['configmaps', 'resourcequotas']),
  });
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    name: `${namespace}-${account.name}`,
  };
  await using world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace, sync: soon }]),
      'app/a.json': configMap('a', { color: 'red' }),
      'app/quota.json': quota('1'),
    }),
    { user: { token: account.token } },
  );
  const { test: holdfast, proxy, repo, kube, name } = world;
  await holdfast.untilSynced(name);
  const resource = (kind: string, of: string) => kube.get({ apiVersion: 'v1', kind, namespace, name: of });

  const since = world.mark();
  await kube.patch(role, { rules: rules(['configmaps']) });
  await waitFor('the right to be gone', async () => {
    const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
    await using itself = new KubeClient(access, account.token);
    return (await itself.request('GET', path)).status === 403;
  });
  proxy.endWatches();
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }), 'app/quota.json': quota('2') });
  await holdfast.refresh();
  await waitFor('what may be', async () => (await resource('ConfigMap', 'a'))?.data.color === 'green');
  const lacking = await holdfast.until(
    name,
    ({ conditions, sync }) =>
      sync.status !== 'Synced' && conditions.some(({ message }) => /resourcequota/i.test(message)),
  );
  expect(JSON.stringify(lacking.conditions)).toMatch(/not allowed|cannot see|forbidden/i);
  expect((await resource('ResourceQuota', 'limit'))?.spec.hard).toEqual({ pods: '1' });
  // Healing of what may be seen goes on, too.
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' }, { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await resource('ConfigMap', 'a'))?.data.color === 'green');

  await kube.patch(role, { rules: rules(['configmaps', 'resourcequotas']) });
  await holdfast.untilSynced(name, commit);
  expect((await resource('ResourceQuota', 'limit'))?.spec.hard).toEqual({ pods: '2' });
  expect(world.writes(since)).toEqual(['apply configmaps/a', 'apply configmaps/a', 'apply resourcequotas/limit']);
});
