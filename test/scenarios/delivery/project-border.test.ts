import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, startDelivery } from './setup.ts';

// What a project forbids is not written, whatever leads to it: a hook, a namespace that is made on the way, a delete.

interface Rules {
  project?: object;
  application?: object;
}

const anywhere = { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] };

function environment(name: string, { project = {}, application = {} }: Rules): string {
  return JSON.stringify({
    ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
    spec: {
      projects: [{ name: 'team', ...anywhere, ...project }],
      applications: [{ name, project: 'team', path: 'app', namespace: name, ...application }],
    },
  });
}

/** With a namespace that is there before. */
async function start(rules: Rules, files: (name: string) => Record<string, string>): Promise<Delivery> {
  const delivery = await startDelivery(name => ({
    'holdfast.yaml': JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name }, spec: {} },
    }),
  }));
  const { name, repo, test: holdfast } = delivery;
  await namespace(delivery, name);
  await repo.commit({ 'holdfast.yaml': environment(name, rules), ...files(name) });
  await holdfast.refresh();
  return delivery;
}

async function namespace({ kube }: Delivery, name: string): Promise<void> {
  await kube.request('POST', '/api/v1/namespaces', { metadata: { name } });
}

async function exists({ kube }: Delivery, path: string): Promise<boolean> {
  return (await kube.request('GET', path)).status === 200;
}

const job = (hook: string) =>
  JSON.stringify({
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: { name: 'hook', annotations: { 'argocd.argoproj.io/hook': hook } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
  });

test.each(['PreSync', 'PostSync', 'SyncFail'])('a %s hook of a forbidden kind is not run, and said', async hook => {
  await using delivery = await start(
    { project: { namespaceResourceBlacklist: [{ group: 'batch', kind: 'Job' }] } },
    () => ({ 'app/a.json': configMap('a', { color: 'red' }), 'app/hook.json': job(hook) }),
  );
  const { test: holdfast, name } = delivery;
  const { conditions } = await holdfast.until(name, status => status.conditions.length > 0);
  expect(conditions).toMatchObject([
    { level: 'error', message: expect.stringContaining('project team does not allow Job') },
  ]);
  expect(await exists(delivery, `/apis/batch/v1/namespaces/${name}/jobs/hook`)).toBe(false);
});

test('a namespace is not made on the way for a project that may have none', async () => {
  const other = (name: string) => `${name}-made`;
  await using delivery = await start({}, name => ({
    'holdfast.yaml': environment(name, { application: { namespace: other(name) } }),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, name } = delivery;
  const status = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(status.operation?.results).toMatchObject([
    { result: 'failed', message: expect.stringContaining(`project team does not allow Namespace ${other(name)}`) },
  ]);
  expect(await exists(delivery, `/api/v1/namespaces/${other(name)}`)).toBe(false);
});

test('nothing is deleted where the project may not be any more; where it may, everything is', async () => {
  const both = (name: string) => [
    { server: '*', namespace: name },
    { server: '*', namespace: `${name}-b` },
  ];
  const there = (name: string) =>
    JSON.stringify({ ...JSON.parse(configMap('b', { a: '1' })), metadata: { name: 'b', namespace: `${name}-b` } });
  await using delivery = await start({}, name => ({
    'holdfast.yaml': JSON.stringify({
      apiVersion: 'holdfast.dev/v1',
      kind: 'Environment',
      metadata: { name },
      spec: {},
    }),
  }));
  const { test: holdfast, name, repo } = delivery;
  await namespace(delivery, `${name}-b`);
  await repo.commit({
    'holdfast.yaml': environment(name, { project: { destinations: both(name) } }),
    'app/a.json': configMap('a', { a: '1' }),
    'app/keep.json': configMap('keep', { a: '1' }),
    'app/b.json': there(name),
  });
  await holdfast.refresh();
  await holdfast.untilSynced(name);
  await repo.commit({
    'holdfast.yaml': environment(name, { project: { destinations: both(name).slice(0, 1) } }),
    'app/a.json': null as never,
    'app/b.json': null as never,
  });
  await holdfast.refresh();
  const { operation } = await holdfast.until(name, status => status.operation?.result === 'failed');
  const deletes = operation?.results.filter(({ action }) => action === 'delete') ?? [];
  expect(deletes.map(({ key, result }) => [key.split('/').at(-1), result]).toSorted()).toEqual([
    ['a', 'succeeded'],
    ['b', 'failed'],
  ]);
  expect(deletes.find(({ result }) => result === 'failed')?.message).toContain('not in this namespace');
  expect(await exists(delivery, `/api/v1/namespaces/${name}-b/configmaps/b`)).toBe(true);
  // What is deleted goes when the cluster's garbage collector has seen that nothing depends on it.
  await waitFor('a to go', async () => !(await exists(delivery, `/api/v1/namespaces/${name}/configmaps/a`)));
});

test('an application is delivered as the account of its project: what that may not, fails by itself', async () => {
  await using delivery = await start({}, name => ({
    'holdfast.yaml': JSON.stringify({
      apiVersion: 'holdfast.dev/v1',
      kind: 'Environment',
      metadata: { name },
      spec: {},
    }),
  }));
  const { test: holdfast, name, repo, kube } = delivery;
  const inNamespace = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}`;
  await kube.request('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'deployer' } });
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] }];
  await kube.request('POST', `${inNamespace}/roles`, { metadata: { name: 'deployer' }, rules });
  await kube.request('POST', `${inNamespace}/rolebindings`, {
    metadata: { name: 'deployer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'deployer' },
    subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace: name }],
  });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } };
  const account = { namespace: name, defaultServiceAccount: 'deployer' };
  await repo.commit({
    'holdfast.yaml': environment(name, { project: { destinationServiceAccounts: [account] } }),
    'app/a.json': configMap('a', { a: '1' }),
    'app/s.json': JSON.stringify(service),
  });
  await holdfast.refresh();
  const { operation } = await holdfast.until(name, status => status.operation?.result === 'failed');
  const result = (key: string) => operation?.results.find(one => one.key === key);
  expect(result(`/ConfigMap/${name}/a`)).toMatchObject({ result: 'succeeded' });
  expect(result(`/Service/${name}/s`)).toMatchObject({
    result: 'failed',
    message: expect.stringContaining(`system:serviceaccount:${name}:deployer`),
  });
  expect(await exists(delivery, `/api/v1/namespaces/${name}/services/s`)).toBe(false);

  // Another namespace than the account is for: nothing at all.
  const elsewhere = { ...account, namespace: 'elsewhere' };
  await repo.commit({
    'holdfast.yaml': environment(name, { project: { destinationServiceAccounts: [elsewhere] } }),
    'app/a.json': configMap('a', { a: '2' }),
    'app/s.json': null as never,
  });
  await holdfast.refresh();
  const { conditions } = await holdfast.until(name, status =>
    status.conditions.some(({ message }) => message.includes('names no service account')),
  );
  expect(conditions.some(({ level }) => level === 'error')).toBe(true);
  expect((await kube.request('GET', `/api/v1/namespaces/${name}/configmaps/a`)).body.data.a).toBe('1');

  // And rights are taken as they are, once they are given.
  await kube.request(
    'PATCH',
    `${inNamespace}/roles/deployer`,
    {
      rules: [...rules, { apiGroups: [''], resources: ['services'], verbs: ['get', 'create', 'patch', 'delete'] }],
    },
    'application/merge-patch+json',
  );
  await repo.commit({
    'holdfast.yaml': environment(name, { project: { destinationServiceAccounts: [account] } }),
    'app/s.json': JSON.stringify(service),
  });
  await holdfast.refresh();
  await waitFor('the service', async () => await exists(delivery, `/api/v1/namespaces/${name}/services/s`));
});
