import { expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from './manifests.ts';
import { configMap, startDelivery } from './setup.ts';

test('CreateNamespace makes the namespace, keeps the metadata that is asked for, shares it with others, and never deletes it', async () => {
  await using delivery = await startDelivery(() => ({ 'README.md': 'nothing yet' }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name };
  const labels = async () => (await kube.get(namespace))?.metadata.labels ?? {};
  const application = (suffix: string, metadata: object) =>
    manifest({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: `${name}-${suffix}`, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
      spec: {
        project: 'default',
        source: { repoURL: repo.fileUrl, path: suffix, targetRevision: 'HEAD' },
        destination: { server: 'https://kubernetes.default.svc', namespace: name },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: ['CreateNamespace=true'],
          ...metadata,
        },
      },
    });
  const asked = { managedNamespaceMetadata: { labels: { team: 'shop' }, annotations: { contact: 'appdev' } } };
  const both = { 'a.yaml': application('a', asked), 'b.yaml': application('b', {}) };

  // The one that asks for nothing comes first: what it made is not its own.
  await repo.commit({ 'b.yaml': both['b.yaml'], 'b/config.json': configMap('b', {}) });
  await holdfast.untilSynced(`${name}-b`);
  expect(await labels()).not.toHaveProperty('team');
  await repo.commit({ 'a.yaml': both['a.yaml'], 'a/config.json': configMap('a', {}) });
  await holdfast.untilSynced(`${name}-a`);
  expect(await labels()).toMatchObject({ team: 'shop' });

  const since = await mark(access);
  const commit = await repo.commit({
    'a/config.json': configMap('a', { x: '1' }),
    'b/config.json': configMap('b', { x: '1' }),
  });
  await holdfast.untilSynced(`${name}-a`, commit);
  await holdfast.untilSynced(`${name}-b`, commit);
  expect((await kube.get(namespace))?.metadata).toMatchObject({
    labels: { team: 'shop' },
    annotations: { contact: 'appdev' },
  });
  const made = await requests(access, { since, user: 'holdfast' });
  expect(
    made.filter(({ resource, name: of, verb }) => resource === 'namespaces' && of === name && verb !== 'watch'),
  ).toEqual([]);

  await kube.patch(namespace, { metadata: { labels: { team: 'other' } } });
  await waitFor('the label to be healed', async () => (await labels()).team === 'shop');
  await holdfast.untilSynced(`${name}-b`);

  await repo.commit({ 'a.yaml': null, 'b.yaml': application('c', {}), 'c/config.json': configMap('c', {}) });
  await holdfast.refresh();
  await waitFor('both to be gone', () => !holdfast.status(`${name}-a`) && !holdfast.status(`${name}-b`));
  await holdfast.untilSynced(`${name}-c`);
  expect(await kube.get(namespace)).toMatchObject({
    metadata: { labels: { team: 'shop' } },
    status: { phase: 'Active' },
  });
  expect((await kube.get(namespace))?.metadata.deletionTimestamp).toBeUndefined();
});

test('a namespace that somebody made before keeps what they gave it, and stays when the application goes', async () => {
  await using delivery = await startDelivery(() => ({ 'README.md': 'nothing yet' }));
  const { test: holdfast, kube, name, repo } = delivery;
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: 'ops' } } });
  const environment = (applications: object[]) =>
    manifest({ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name }, spec: { applications } });
  await repo.commit({
    'holdfast.yaml': environment([{ name, path: 'app', namespace: name }]),
    'app/config.json': configMap('config', {}),
  });
  await holdfast.untilSynced(name);
  await repo.commit({ 'holdfast.yaml': environment([]) });
  await holdfast.refresh();
  await waitFor('the application to be gone', () => holdfast.status(name) === undefined);
  expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'config' })).toBeUndefined();
  const left = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name });
  expect(left?.metadata.labels).toMatchObject({ team: 'ops' });
  expect(left?.metadata.deletionTimestamp).toBeUndefined();
});
