import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNamespace, createServiceAccount } from '../../world/cluster.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { startProxied } from '../faults/api-world.ts';
import { reader } from './manifests.ts';
import { configMap, environmentOf } from './setup.ts';

let admin: KubeClient;
beforeAll(async () => {
  admin = new KubeClient(await sharedControlPlane());
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
});

const own = (verbs: string[]) => [{ apiGroups: [''], resources: ['configmaps'], verbs }];
const writes = ['get', 'create', 'patch', 'update', 'delete'];
const files = (namespaces: Record<string, string>) => (name: string) => ({
  'holdfast.yaml': environmentOf(
    name,
    Object.entries(namespaces).map(([path, namespace]) => ({ name: `${name}-${path}`, path, namespace })),
  ),
  ...Object.fromEntries(
    Object.keys(namespaces).map(path => [`${path}/a.json`, configMap(`from-${path}`, { color: 'red' })]),
  ),
});

test('an account that sees the cluster and writes to one namespace delivers there, and says what it may not elsewhere', async () => {
  const [mine, other] = [await createNamespace(admin, 'mine'), await createNamespace(admin, 'other')];
  const { token } = await createServiceAccount(admin, mine, {
    clusterRules: own(['list', 'watch']),
    rules: own(writes),
  });
  await using world = await startProxied(files({ mine, other }), { user: { token } });
  const { test: holdfast, name, repo } = world;
  await holdfast.untilSynced(`${name}-mine`);
  const { operation } = await holdfast.until(`${name}-other`, ({ operation }) => operation?.result === 'failed');
  expect(operation?.message).toContain(`in the namespace "${other}"`);
  expect(await reader(admin, other)('ConfigMap', 'from-other')).toBeUndefined();

  const commit = await repo.commit({ 'mine/a.json': configMap('from-mine', { color: 'green' }) });
  await holdfast.untilSynced(`${name}-mine`, commit);
  expect((await reader(admin, mine)('ConfigMap', 'from-mine'))?.data).toEqual({ color: 'green' });
});

test('an account that sees one namespace only is told which right lacks, and writes nothing blindly', async () => {
  const mine = await createNamespace(admin, 'mine');
  const { token } = await createServiceAccount(admin, mine, { rules: own(['list', 'watch', ...writes]) });
  await using world = await startProxied(files({ mine }), { user: { token } });
  const { test: holdfast, name } = world;
  const { conditions, sync } = await holdfast.until(`${name}-mine`, status => status.conditions.length > 0);
  expect(sync.status).not.toBe('Synced');
  expect(JSON.stringify(conditions)).toMatch(/cannot see resources of this kind.*configmaps.*at the cluster scope/);
  expect(world.writes(0)).toEqual([]);
});
