import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, startDelivery } from '../delivery/setup.ts';

// Argo CD's objects as they are, from Git: the files of the environment's directory.

const apiVersion = 'argoproj.io/v1alpha1';
const finalizers = ['resources-finalizer.argocd.argoproj.io'];

function application(name: string, spec: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion,
    kind: 'Application',
    metadata: { name, namespace: 'argocd', ...metadata },
    spec,
  });
}
function project(name: string, spec: object): string {
  return JSON.stringify({ apiVersion, kind: 'AppProject', metadata: { name, namespace: 'argocd' }, spec });
}
const destination = (namespace: string) => ({ server: 'https://kubernetes.default.svc', namespace });
const automated = { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] };
const chart = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/values.yaml': 'color: red\nsize: small\n',
  'charts/web/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {color: {{ .Values.color }}, size: {{ .Values.size }}, extra: "{{ .Values.extra }}"}\n',
};

test('one source, several with $ref values, and a policy, unmodified', async () => {
  await using delivery = await startDelivery(() => ({ 'envs/prod/size.yaml': 'size: large\n', ...chart }));
  const { repo, kube, name } = delivery;
  const repoURL = repo.fileUrl;
  const source = { repoURL, targetRevision: 'main' };
  await repo.commit({
    'app.yaml': application(`${name}-single`, {
      project: 'default',
      source: { ...source, path: 'plain' },
      destination: destination(`${name}-single`),
      syncPolicy: automated,
    }),
    'multi.yaml': application(`${name}-multi`, {
      project: 'default',
      sources: [
        {
          ...source,
          path: 'charts/web',
          helm: {
            releaseName: 'r',
            valueFiles: ['$values/envs/prod/size.yaml'],
            parameters: [{ name: 'extra', value: 'x' }],
          },
        },
        { ...source, ref: 'values' },
        { ...source, path: 'plain' },
      ],
      destination: destination(`${name}-multi`),
      syncPolicy: automated,
    }),
    'plain/a.json': configMap('a', { color: 'red' }),
  });
  const holdfast = await delivery.restart();
  for (const one of ['single', 'multi']) {
    const { conditions } = await holdfast.untilSynced(`${name}-${one}`);
    expect(conditions).toEqual([]);
  }
  expect(await reader(kube, `${name}-single`)('ConfigMap', 'a')).toMatchObject({ data: { color: 'red' } });
  expect(await reader(kube, `${name}-multi`)('ConfigMap', 'a')).toMatchObject({ data: { color: 'red' } });
  expect(await reader(kube, `${name}-multi`)('ConfigMap', 'r')).toMatchObject({
    data: { color: 'red', size: 'large', extra: 'x' },
  });
  // A change of the values alone is a change of the application.
  const commit = await repo.commit({ 'envs/prod/size.yaml': 'size: huge\n' });
  await holdfast.untilSynced(`${name}-multi`, commit);
  expect(await reader(kube, `${name}-multi`)('ConfigMap', 'r')).toMatchObject({ data: { size: 'huge' } });
});

test('a policy that is not automated, heals nothing, prunes nothing, or keeps what it delivered', async () => {
  await using delivery = await startDelivery(() => ({
    'plain/a.json': configMap('a', { color: 'red' }),
    'plain/b.json': configMap('b', {}),
  }));
  const { repo, kube, name } = delivery;
  const declare = (word: string, syncPolicy: object, metadata: object = {}) =>
    application(
      `${name}-${word}`,
      {
        project: 'default',
        source: { repoURL: repo.fileUrl, path: 'plain' },
        destination: destination(`${name}-${word}`),
        syncPolicy,
      },
      metadata,
    );
  const syncOptions = ['CreateNamespace=true'];
  await repo.commit({
    'manual.yaml': declare('manual', { syncOptions }),
    'lax.yaml': declare('lax', { automated: {}, syncOptions }),
    'named.yaml': declare('named', {
      ...automated,
      managedNamespaceMetadata: { labels: { team: 'shop' }, annotations: { note: 'x' } },
    }),
    'away.yaml': declare('away', automated, { finalizers }),
    'kept.yaml': declare('kept', automated),
  });
  const holdfast = await delivery.restart();
  for (const one of ['lax', 'named', 'away', 'kept']) await holdfast.untilSynced(`${name}-${one}`);
  const manual = await holdfast.until(`${name}-manual`, ({ sync }) => sync.status === 'OutOfSync');
  expect(manual.operation).toBeUndefined();
  await holdfast.operator.sync(`${name}-manual`, {}, 'appdev');
  await holdfast.untilSynced(`${name}-manual`);
  const namespace = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: `${name}-named` });
  expect(namespace?.metadata).toMatchObject({ labels: { team: 'shop' }, annotations: { note: 'x' } });

  const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: `${name}-lax`, name: 'a' };
  await kube.patch(a, { data: { color: 'by hand' } });
  await holdfast.until(`${name}-lax`, ({ resources }) => resources.some(({ drift }) => drift?.kind === 'changed'));
  await repo.commit({ 'plain/b.json': null, 'away.yaml': null, 'kept.yaml': null });
  await holdfast.refresh();
  await holdfast.until(`${name}-lax`, ({ resources }) => resources.some(({ drift }) => drift?.kind === 'extra'));
  expect(await kube.get(a)).toMatchObject({ data: { color: 'by hand' } });
  for (const one of ['away', 'kept'])
    await waitFor('it to be gone', () => holdfast.status(`${name}-${one}`) === undefined);
  expect(await reader(kube, `${name}-away`)('ConfigMap', 'a')).toBeUndefined();
  expect(await reader(kube, `${name}-kept`)('ConfigMap', 'a')).toBeDefined();
  // Named in full, drift is undone and what was dropped is pruned by a person.
  await holdfast.operator.sync(`${name}-lax`, { prune: true }, 'appdev');
  await holdfast.untilSynced(`${name}-lax`);
  expect(await kube.get(a)).toMatchObject({ data: { color: 'red' } });
});

test("a project's rules on sources, destinations and kinds hold, and what they refuse is said", async () => {
  await using delivery = await startDelivery(() => ({
    'plain/a.json': configMap('a', { color: 'red' }),
    'roles/role.json': JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'unused' },
      rules: [],
    }),
    'roles/secret.json': JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }),
    'roles/a.json': configMap('a', {}),
    'elsewhere/a.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'b', namespace: 'kube-public' },
    }),
    'elsewhere/b.json': configMap('b', {}),
  }));
  const { repo, kube, name } = delivery;
  const rules = { sourceRepos: [repo.fileUrl], destinations: [{ server: '*', namespace: `${name}-*` }] };
  const declare = (word: string, part: object = {}, path = 'plain') =>
    application(`${name}-${word}`, {
      project: `${name}-rules`,
      source: { repoURL: repo.fileUrl, path },
      destination: destination(`${name}-${word}`),
      syncPolicy: automated,
      ...part,
    });
  await repo.commit({
    'project.yaml': project(`${name}-rules`, {
      ...rules,
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
      namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
    }),
    'other.yaml': project(`${name}-other`, { ...rules, sourceRepos: ['https://github.com/*'] }),
    'good.yaml': declare('good'),
    'source.yaml': declare('source', { project: `${name}-other` }),
    'place.yaml': declare('place', { destination: destination('kube-system') }),
    'none.yaml': declare('none', { project: `${name}-none` }),
    'kinds.yaml': declare('kinds', {}, 'roles'),
    'elsewhere.yaml': declare('elsewhere', {}, 'elsewhere'),
  });
  const holdfast = await delivery.restart();
  await holdfast.untilSynced(`${name}-good`);
  const refusals: [string, RegExp[]][] = [
    ['source', [/does not allow the repository/]],
    ['place', [/does not allow to deliver to .*kube-system/]],
    ['none', [/there is no project/]],
    ['kinds', [/ClusterRole unused: .*not in its list/, /Secret .*\/s: .*not in its list/]],
    ['elsewhere', [/ConfigMap kube-public\/b: .*not in this namespace/]],
  ];
  for (const [word, patterns] of refusals) {
    const { conditions, sync } = await holdfast.until(`${name}-${word}`, ({ conditions }) => conditions.length > 0);
    expect(sync.status, word).not.toBe('Synced');
    for (const pattern of patterns) {
      expect(conditions).toContainEqual(
        expect.objectContaining({ level: 'error', message: expect.stringMatching(pattern) }),
      );
    }
  }
  expect(
    await kube.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'unused' }),
  ).toBeUndefined();
  expect(await reader(kube, `${name}-kinds`)('Secret', 's')).toBeUndefined();
  expect(await reader(kube, 'kube-public')('ConfigMap', 'b')).toBeUndefined();
  for (const word of ['source', 'none'])
    expect(await reader(kube, `${name}-${word}`)('ConfigMap', 'a')).toBeUndefined();
  // Allowed later, it goes without another word.
  await repo.commit({
    'other.yaml': project(`${name}-other`, { ...rules, clusterResourceWhitelist: [{ group: '*', kind: '*' }] }),
  });
  await holdfast.untilSynced(`${name}-source`);
});

test('what is not supported yet is said, and what is for another cluster is left alone', async () => {
  await using delivery = await startDelivery(() => ({ 'plain/a.json': configMap('a', {}) }));
  const { repo, name, kube } = delivery;
  const source = { repoURL: repo.fileUrl, path: 'plain' };
  const base = { project: 'default', source, destination: destination(name), syncPolicy: automated };
  await repo.commit({
    'plugin.yaml': application(`${name}-plugin`, { ...base, source: { ...source, plugin: { name: 'x' } } }),
    'typo.yaml': application(`${name}-typo`, { ...base, syncPolcy: {} }),
    'other.yaml': application(`${name}-other`, {
      ...base,
      destination: { server: 'https://other.test', namespace: `${name}-o` },
    }),
    'broken.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: [}\n',
    'set.yaml': JSON.stringify({ apiVersion, kind: 'ApplicationSet', metadata: { name: 's' }, spec: {} }),
  });
  const holdfast = await delivery.restart();
  const typo = await holdfast.untilSynced(`${name}-typo`);
  expect(typo.conditions).toMatchObject([
    { level: 'warning', message: expect.stringContaining('did you mean "syncPolicy"') },
  ]);
  const plugin = await holdfast.until(`${name}-plugin`, ({ conditions }) => conditions.length > 0);
  expect(plugin.conditions[0]).toMatchObject({
    level: 'error',
    message: expect.stringContaining('plugin is not supported yet'),
  });
  const other = await holdfast.until(`${name}-other`, ({ conditions }) => conditions.length > 0);
  expect(other.conditions[0]?.message).toContain('is not the target of this environment');
  expect(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: `${name}-o` })).toBeUndefined();
  const problems = holdfast.operator.environment().problems.join('\n');
  expect(problems).toMatch(/broken\.yaml:3/);
  expect(problems).toMatch(/ApplicationSet s is not supported yet/);
});
