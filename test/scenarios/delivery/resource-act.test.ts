import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

const files = (name: string) => ({
  'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
  'app/web.json': deployment('web'),
  'app/a.json': configMap('a', { color: 'red' }),
});

test('a restart is no drift, and stays when the next revision comes; a delete heals; both are in the audit log', async () => {
  await using delivery = await startDelivery(files);
  const { test: holdfast, name, kube, repo } = delivery;
  const { operator } = holdfast;
  await holdfast.untilSynced(name);
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: name, name: 'web' };
  const restartedAt = async () =>
    (await kube.get(web))?.spec.template.metadata.annotations?.['kubectl.kubernetes.io/restartedAt'];

  await operator.act(name, `apps/Deployment/${name}/web`, 'restart', 'appdev');
  const at = await waitFor('the restart', restartedAt);
  await holdfast.untilSynced(name);
  const green = await repo.commit({
    'app/a.json': configMap('a', { color: 'green' }),
    'app/web.json': deployment('web', 0, { note: 'green' }),
  });
  await holdfast.untilSynced(name, green);
  expect(await restartedAt()).toBe(at);

  const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' };
  const before = (await kube.get(map))?.metadata.uid;
  await operator.act(name, `/ConfigMap/${name}/a`, 'delete', 'backdev');
  await waitFor('another one', async () => {
    const uid = (await kube.get(map))?.metadata.uid;
    return uid !== undefined && uid !== before;
  });

  const { nodes } = await operator.inspect.tree(name, AbortSignal.timeout(10_000));
  const acts = new Map(nodes.map(({ id, acts }) => [id.kind, acts]));
  expect([acts.get('Deployment'), acts.get('ConfigMap'), acts.get('ReplicaSet')]).toEqual([
    ['restart', 'delete'],
    ['delete'],
    ['delete'],
  ]);
  const set = nodes.find(({ id }) => id.kind === 'ReplicaSet')?.key ?? '';
  await operator.act(name, set, 'delete', 'backdev');

  const records = await operator.past.records({ application: name }, 100);
  const told = records
    .filter(({ action }) => action.startsWith('resource.'))
    .map(({ action, who, detail }) => [action, who, detail?.resource]);
  expect(told).toEqual([
    ['resource.deleted', 'backdev', set],
    ['resource.deleted', 'backdev', `/ConfigMap/${name}/a`],
    ['resource.restarted', 'appdev', `apps/Deployment/${name}/web`],
  ]);
});

test('what is not the application’s, and what cannot be restarted, is refused; nothing is written', async () => {
  await using delivery = await startDelivery(files);
  const { test: holdfast, name, access, kube } = delivery;
  const { operator } = holdfast;
  await holdfast.untilSynced(name);
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign', namespace: name }, data: {} });
  const since = await mark(access);
  await expect(operator.act(name, `/ConfigMap/${name}/foreign`, 'delete', 'edgedev')).rejects.toMatchObject({
    code: 'RESOURCE_NOT_FOUND',
  });
  await expect(operator.act(name, `/ConfigMap/${name}/a`, 'restart', 'appdev')).rejects.toMatchObject({
    code: 'RESOURCE_ACT_UNKNOWN',
  });
  expect(await writesIn(access, since, name)).toEqual([]);
});

test('what the project forbids by now is not deleted by a person either', async () => {
  const environment = (name: string, forbidden: object[]) =>
    JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
      spec: {
        projects: [
          {
            ...{ name: 'team', sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
            ...{ clusterResourceWhitelist: [{ group: '*', kind: '*' }], namespaceResourceBlacklist: forbidden },
          },
        ],
        applications: [{ name, project: 'team', path: 'app', namespace: name }],
      },
    });
  await using delivery = await startDelivery(name => ({ ...files(name), 'holdfast.yaml': environment(name, []) }));
  const { test: holdfast, name, repo, kube } = delivery;
  const { operator } = holdfast;
  await holdfast.untilSynced(name);
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: name, name: 'web' };
  await repo.commit({ 'holdfast.yaml': environment(name, [{ group: 'apps', kind: 'Deployment' }]) });
  await holdfast.refresh();
  const key = `apps/Deployment/${name}/web`;
  for (const act of ['restart', 'delete'] as const)
    await expect(operator.act(name, key, act, 'appdev')).rejects.toMatchObject({ code: 'PROJECT_FORBIDS' });
  expect((await kube.get(web))?.spec.template.metadata.annotations).toBeUndefined();
  const records = await operator.past.records({ application: name }, 100);
  const refused = records.filter(({ action }) => action.startsWith('resource.'));
  expect(refused.map(({ action, who, result }) => [action, who, result])).toEqual([
    ['resource.deleted', 'appdev', 'refused'],
    ['resource.restarted', 'appdev', 'refused'],
  ]);
});
