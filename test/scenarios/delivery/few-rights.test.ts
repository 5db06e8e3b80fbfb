import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Access } from '../../world/access.ts';
import { createNamespace, createServiceAccount, uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator } from '../../world/operator.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { manifest, reader } from './manifests.ts';
import { configMap, environmentOf } from './setup.ts';

const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'more' }, rules: [] };
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };

test('an account that may not see one kind, and only see another, delivers all others and says what it lacks', async () => {
  const access = await sharedControlPlane();
  await using kube = new KubeClient(access);
  const namespace = await createNamespace(kube);
  const everything = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'];
  const { token } = await createServiceAccount(kube, namespace, {
    clusterRules: [
      { apiGroups: [''], resources: ['configmaps'], verbs: everything },
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch'] },
    ],
  });
  await using directory = await temporaryDirectory('rights');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  const name = uniqueName('rights');
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/role.json': manifest(role),
    'app/service.json': manifest(service),
  });
  await using holdfast = await startTestOperator({
    repo: repo.fileUrl,
    dataDirectory: `${directory.path}/data`,
    config: { target: { kubernetes: { kubeconfig: await kubeconfigFor(access, token, directory.path) } } },
  });

  const status = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect((await reader(kube, namespace)('ConfigMap', 'config'))?.data).toEqual({ color: 'red' });
  expect(status.operation?.message).toContain(
    `Service ${namespace}/web: Not allowed: apply Service ${namespace}/web: `,
  );
  expect(status.operation?.message).toContain('cannot patch resource "services"');
  const errors = status.conditions.filter(({ type }) => type === 'ResourceError').map(({ message }) => message);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^Role more: Holdfast cannot see resources of this kind.*roles/);
  expect(status.sync.status).toBe('OutOfSync');

  // What it may do goes on: a new revision, and healing.
  await repo.commit({
    'app/config.json': configMap('config', { color: 'green' }),
    'app/service.json': null,
    'app/role.json': null,
  });
  await holdfast.untilSynced(name);
  expect((await reader(kube, namespace)('ConfigMap', 'config'))?.data).toEqual({ color: 'green' });
  await kube.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'config' });
  await holdfast.until(
    name,
    ({ operation }) => operation?.startedBy === 'self-heal' && operation.result === 'succeeded',
  );
  expect(await reader(kube, namespace)('ConfigMap', 'config')).toBeDefined();
});

async function kubeconfigFor(access: Access, token: string, directory: string): Promise<string> {
  const ca = (await readFile(access.caFile)).toString('base64');
  const path = `${directory}/kubeconfig`;
  const cluster = { server: access.server, 'certificate-authority-data': ca };
  const text = manifest({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'few' },
    clusters: [{ name: 'few', cluster }],
    users: [{ name: 'few', user: { token } }],
    contexts: [{ name: 'few', context: { cluster: 'few', user: 'few' } }],
  });
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
