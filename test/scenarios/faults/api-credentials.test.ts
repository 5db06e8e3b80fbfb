import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNamespace, createServiceAccount } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { soon, startProxied } from './api-world.ts';

const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', code: 401 });

test('a token that is accepted no more is read anew once a request; with a new one in its file all goes on', async () => {
  const access = await sharedControlPlane();
  await using admin = new KubeClient(access);
  const namespace = await createNamespace(admin, 'tokens');
  const all = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const { token: old } = await createServiceAccount(admin, namespace, { clusterRules: all });
  await using directory = await temporaryDirectory('tokens');
  const tokenFile = join(directory.path, 'token');
  await writeFile(tokenFile, old);
  await using world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace, sync: soon }]),
      'app/a.json': configMap('a', { color: 'red' }),
    }),
    { user: { tokenFile } },
  );
  const { test: holdfast, proxy, repo, kube, name } = world;
  await holdfast.untilSynced(name);

  proxy.rules = [{ harm: ({ token }) => (token === old ? { do: 'answer', status: 401, body } : undefined) }];
  const since = world.mark();
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  await holdfast.refresh();
  const failed = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(failed.operation?.message).toMatch(/credentials|Unauthorized/i);
  expect(failed.sync.status).toBe('OutOfSync');
  // Two tries a sync, and syncs have growing pauses: nobody is locked out for storming.
  const syncs = holdfast.operator.history(name).filter(({ revision }) => revision === commit).length;
  expect(world.asked(since).filter(({ verb }) => verb === 'apply').length).toBeLessThanOrEqual(2 * (syncs + 1));
  expect(world.writes(since)).toEqual([]);

  await writeFile(tokenFile, access.holdfastToken);
  await holdfast.untilSynced(name, commit);
  expect((await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' }))?.data.color).toBe('green');
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
});
